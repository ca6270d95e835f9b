"""What goes wrong with a database is told to whoever watches over it, and not more often than helps."""

from contextlib import closing, suppress

import pytest

from rooms_chat.errors import TryAgain
from rooms_chat.storage import rooms
from rooms_chat.storage.database import Database
from rooms_chat.storage.reports import Reports


def test_why_nothing_could_be_read_is_told_and_not_for_everybody_who_asks(tmp_path):
    (tmp_path / "rooms.db").write_text("garbage, and enough of it to be no header of any kind" * 30)
    told = []
    with closing(Database(f"sqlite:///{tmp_path / 'rooms.db'}").reader(Reports(told.append))) as reader:
        for _ in range(3):
            with pytest.raises(TryAgain):
                rooms.by_id(reader, 1)
    assert told == ["nothing could be read: file is not a database"]


def test_who_asks_while_everything_ends_is_no_news(database):
    told = []
    reader = database.reader(Reports(told.append))
    reader.close()
    with suppress(TryAgain):
        rooms.by_id(reader, 1)
    assert told == []


def test_something_else_is_told_at_once():
    told = []
    report = Reports(told.append)
    for complaint in ("the disk is full", "the disk is full", "the disk is gone"):
        report(complaint)
    assert told == ["the disk is full", "the disk is gone"]
