"""What is read of a room costs no more in a long log than in a short one."""

from contextlib import closing

import pytest
from sqlalchemy import text

from rooms_chat.storage import rooms
from rooms_chat.storage.database import Statement

REMOVED = 2_000


@pytest.fixture
def room(file):
    """One in which the first word stands, and two thousand that were removed."""
    with closing(file.writer()) as writer:
        writer.run(Statement(text("INSERT INTO people (id, name, key_version, since) VALUES ('alice', 'alice', 1, 1)")))
        opened = rooms.add(writer, key="kitchen", name="kitchen", visibility="listed", opened_by="alice", at=1)
        said = "INSERT INTO messages (room, seq, changed, person, id, user_name, text, html, at, removed_at)"
        numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= {REMOVED})"
        values = "SELECT 1, i, i, 'alice', i, 'alice', iif(i = 1, 'soup?', ''), '', 1, iif(i = 1, NULL, 1) FROM n"
        writer.run(Statement(text(f"{said} {numbers} {values}")))
    return opened


def remove_those_above(file, seq):
    with closing(file.writer()) as writer:
        writer.run(Statement(text(f"DELETE FROM messages WHERE seq > {seq}")))


def test_the_last_word_is_the_newest_that_was_not_removed(file, room):
    remove_those_above(file, 900)
    with closing(file.reader()) as reader:
        assert rooms.last_word(reader, room.id).text == "soup?"


def test_the_last_word_is_looked_for_among_the_last_thousand_places(file, room):
    with closing(file.reader()) as reader:
        assert rooms.last_word(reader, room.id) is None
