import os
import stat
import subprocess

import pytest

from rooms_chat.changes import Post, Remove
from rooms_chat.errors import CannotStart
from rooms_chat.people import Person
from rooms_chat.rooms import Open
from rooms_chat.storage import check, libpq
from rooms_chat.storage.backup import back_up
from rooms_chat.storage.check import complaints
from rooms_chat.storage.database import Database
from rooms_chat.storage.journal import Journal
from rooms_chat.storage.migrate import transaction
from rooms_chat.testing.memory import MemoryHub

of_a_file = pytest.mark.parametrize("database", ["file"], indirect=True)


@pytest.fixture
def used(database):
    """A database with a word that was said and one that was removed."""
    hub = MemoryHub()
    journal = Journal(database, hub, lambda rows: None, pytest.fail)
    alice = Person("alice", "alice", 1)
    hub.wait(journal.put(Open("kitchen", "listed", "alice")))
    for text in ("soup?", "secret"):
        hub.wait(journal.put(Post(alice, "alice", "kitchen", text, text, joined=True)))
    hub.wait(journal.put(Remove("alice", "kitchen", 2, joined=True, within_hours=24)))
    yield database
    journal.close(5)


def test_a_database_in_use_is_in_order(used):
    assert list(complaints(used)) == []


@of_a_file
def test_a_backup_of_a_database_in_use_is_whole_and_in_order(used, tmp_path):
    back_up(used, tmp_path / "copy.db")
    assert list(complaints(Database(f"sqlite:///{tmp_path / 'copy.db'}"))) == []
    assert [path.name for path in tmp_path.glob("copy.db*")] == ["copy.db"]


@of_a_file
def test_a_backup_is_for_its_owner_only(used, tmp_path):
    back_up(used, tmp_path / "copy.db")
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


@of_a_file
def test_a_backup_overwrites_nothing(used, tmp_path):
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(CannotStart, match="there already"):
        back_up(used, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


@of_a_file
def test_a_backup_that_cannot_be_written_leaves_nothing_behind(used, tmp_path):
    with pytest.raises(CannotStart, match="could not be copied"):
        back_up(used, tmp_path / "missing" / "copy.db")
    assert not (tmp_path / "missing").exists()


@of_a_file
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_backup_for_which_there_is_no_place_leaves_nothing_behind(used, tmp_path):
    (small := tmp_path / "small").mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=4m", "rooms-test", small]
    if subprocess.run(mounting, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    with transaction(used) as connection:
        connection.exec_driver_sql("INSERT INTO about VALUES ('ballast', zeroblob(8000000))")
    try:
        with pytest.raises(CannotStart, match="could not be copied"):
            back_up(used, small / "copy.db")
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        ("UPDATE rooms SET head = 7", "the head of “kitchen” is 7, and its log has 3 rows up to 3"),
        ("DELETE FROM log WHERE seq = 1", "message 1 of “kitchen” was never posted in the log"),
        ("UPDATE messages SET changed = 9 WHERE seq = 1", "message 1 of “kitchen” changed last at 9"),
        ("DELETE FROM messages WHERE seq = 1", "row 1 of the log of “kitchen” is about message 1, which is not there"),
        ("UPDATE messages SET text = 'secret' WHERE seq = 2", "message 2 of “kitchen” was removed, and its text"),
        ("UPDATE messages SET mentions = '[]' WHERE seq = 2", "message 2 of “kitchen” was removed, and its text"),
        ("UPDATE messages SET reactions = '[]' WHERE seq = 1", "message 1 of “kitchen” shows other reactions"),
        ("INSERT INTO pins VALUES (1, 2, 'alice', 3)", "message 2 of “kitchen” is pinned, and there is nothing"),
    ],
)
def test_what_does_not_agree_is_said(used, damage, complaint):
    with transaction(used) as connection:
        connection.exec_driver_sql(damage)
    assert any(said.startswith(complaint) for said in complaints(used))


def test_a_server_may_take_long_to_be_checked(server, monkeypatch):
    """One with years of talk: what is read for people waiting gives up after seconds."""
    monkeypatch.setattr(libpq, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(check, "RULES", [("SELECT 'kitchen' FROM pg_sleep(0.5)", "“{}” took long")])
    assert list(complaints(server)) == ["“kitchen” took long"]


def test_a_server_is_backed_up_by_its_own_tools(server, tmp_path):
    with pytest.raises(CannotStart, match="pg_dump"):
        back_up(server, tmp_path / "copy.db")


def test_what_is_no_database_is_said_by_a_check(tmp_path):
    with pytest.raises(CannotStart, match="not a database"):
        list(complaints(garbage(tmp_path)))


@of_a_file
def test_a_check_leaves_a_backup_as_it_is(used, tmp_path):
    back_up(used, tmp_path / "copy.db")
    before = (tmp_path / "copy.db").read_bytes()
    assert list(complaints(Database(f"sqlite:///{tmp_path / 'copy.db'}"))) == []
    assert (tmp_path / "copy.db").read_bytes() == before


def garbage(folder):
    (folder / "garbage.db").write_text("garbage, and enough of it to be no header of any kind" * 30)
    return Database(f"sqlite:///{folder / 'garbage.db'}")
