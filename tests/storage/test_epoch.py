"""Clients that remember places of another history have to be told; nobody else is disturbed."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from rooms_chat.errors import CannotStart
from rooms_chat.rooms import Open
from rooms_chat.storage import epoch
from rooms_chat.storage.backup import back_up
from rooms_chat.storage.database import Database
from rooms_chat.storage.journal import Journal
from rooms_chat.testing.memory import MemoryHub


def run_once(database, *rooms):
    """Start, open these rooms, stop in order; the epoch it ran under."""
    hub = MemoryHub()
    writer = Journal(database, hub, lambda rows: None, pytest.fail)
    for name in rooms:
        hub.wait(writer.put(Open(name, "listed", "alice")))
    assert writer.close(5)
    reader = database.reader()
    try:
        return epoch.current(reader)
    finally:
        reader.close()


def copy_over(source, database):
    for suffix in ("-wal", "-shm"):
        Path(database.path + suffix).unlink(missing_ok=True)
    shutil.copyfile(source, database.path)


def test_a_restart_keeps_the_epoch(database):
    assert run_once(database, "kitchen") == run_once(database) == run_once(database, "garden")


def test_an_operator_may_begin_a_new_epoch(database):
    before = run_once(database, "kitchen")
    with closing(database.writer()) as writer:
        epoch.renew(writer)
    after = run_once(database)
    assert after != before
    assert run_once(database) == after


def test_what_is_no_database_of_rooms_is_given_no_epoch(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'rooms.db'}")
    with closing(database.writer()) as writer, pytest.raises(CannotStart, match="no such table"):
        epoch.renew(writer)


def test_an_old_copy_that_is_copied_over_the_file_begins_a_new_epoch_and_only_once(file, tmp_path):
    first = run_once(file, "kitchen")
    shutil.copyfile(file.path, tmp_path / "copy.db")
    assert run_once(file, "garden") == first
    copy_over(tmp_path / "copy.db", file)
    second = run_once(file)
    assert second != first
    assert run_once(file) == second


def test_a_copy_of_the_same_run_is_told_by_what_was_written_since(file, tmp_path):
    hub = MemoryHub()
    writer = Journal(file, hub, lambda rows: None, pytest.fail)
    hub.wait(writer.put(Open("kitchen", "listed", "alice")))
    back_up(file, tmp_path / "copy.db")
    hub.wait(writer.put(Open("garden", "listed", "alice")))
    assert writer.close(5)
    before = run_once(file)
    copy_over(tmp_path / "copy.db", file)
    assert run_once(file) != before


def test_a_killed_server_keeps_its_epoch(file, monkeypatch):
    before = run_once(file)
    monkeypatch.setattr(epoch.Keeper, "write_note", lambda self: None)
    assert run_once(file, "kitchen", "garden") == before
    monkeypatch.undo()
    assert run_once(file) == before


def test_a_backup_that_is_put_back_begins_a_new_epoch_wherever_it_is_put(file, tmp_path):
    before = run_once(file, "kitchen")
    back_up(file, tmp_path / "elsewhere.db")
    elsewhere = Database(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    after = run_once(elsewhere)
    assert after != before
    assert run_once(elsewhere) == after


def test_the_note_is_written_while_it_runs_so_that_a_kill_leaves_it_near(file, monkeypatch):
    monkeypatch.setattr(epoch, "NOTE_SECONDS", 0)
    hub = MemoryHub()
    writer = Journal(file, hub, lambda rows: None, pytest.fail)
    for name in ("kitchen", "garden"):
        hub.wait(writer.put(Open(name, "listed", "alice")))
    noted = epoch.Note(file.path).read()
    assert noted.starts == 1
    assert noted.commits >= 1
    assert writer.close(5)
