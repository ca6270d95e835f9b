"""A worker that stops in the middle of a transaction, and is still there."""

import time

import psycopg
import pytest

from rooms_chat.storage import postgres as kind
from rooms_chat.storage.database import Database, StorageError
from rooms_chat.storage.epoch import SET


def test_a_worker_that_is_frozen_amid_a_transaction_lets_go_of_what_it_holds(postgres_url, monkeypatch):
    monkeypatch.setattr(kind, "FROZEN_MS", 200)
    frozen = Database(postgres_url, alone=False).writer()
    frozen.begin_writing()
    frozen.run(SET, which="epoch", new_value="of the frozen one")
    began = time.monotonic()
    with psycopg.connect(postgres_url) as other:
        other.execute("UPDATE about SET value = 'of another one' WHERE name = 'epoch'")
    assert time.monotonic() - began < 10
    with pytest.raises(StorageError):
        frozen.commit()
    frozen.close()
