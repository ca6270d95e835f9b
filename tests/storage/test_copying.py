"""All rooms move from one database to the other, of either kind."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from rooms_chat.changes import Edit, Post, Remove
from rooms_chat.errors import CannotStart
from rooms_chat.people import Person
from rooms_chat.rooms import Open
from rooms_chat.storage import copying, epoch, messages, secret
from rooms_chat.storage.check import complaints
from rooms_chat.storage.database import Database, StorageError
from rooms_chat.storage.journal import Journal
from rooms_chat.testing.memory import MemoryHub

ALICE = Person("alice", "alice", 1)


def use(database, *ids, room="kitchen"):
    """Say something there; the seqs."""
    hub = MemoryHub()
    journal = Journal(database, hub, lambda rows: None, pytest.fail)
    hub.wait(journal.put(Open(room, "listed", "alice")))
    posted = [hub.wait(journal.put(Post(ALICE, "alice", room, f"국 {id}", id, joined=True))).seq for id in ids]
    assert journal.close(5)
    return posted


def talk(database):
    """A room in which much happened, and another."""
    use(database, *map(str, range(30)))
    hub = MemoryHub()
    journal = Journal(database, hub, lambda rows: None, pytest.fail)
    hub.wait(journal.put(Edit("alice", "kitchen", 3, "better", joined=True, within_hours=24)))
    hub.wait(journal.put(Remove("alice", "kitchen", 4, joined=True, within_hours=24)))
    assert journal.close(5)
    use(database, "a", room="garden")


def told(database):
    with closing(database.reader()) as reader:
        return epoch.current(reader), messages.before(reader, 1, 99, 99), messages.before(reader, 2, 99, 99)


@pytest.fixture
def elsewhere(request, tmp_path, database, postgres):
    """An empty database of the other kind."""
    return Database(f"sqlite:///{tmp_path / 'other.db'}" if database.is_postgres else postgres.make_database())


def test_everything_moves_with_its_epoch_and_talking_goes_on_there(database, elsewhere):
    talk(database)
    before = told(database)
    counts = copying.copy(database, elsewhere)
    assert (counts["rooms"], counts["messages"], counts["log"]) == (2, 31, 33)
    assert told(elsewhere) == before
    assert list(complaints(elsewhere)) == []
    assert use(elsewhere, "0", "fresh") == [1, 33]
    assert use(elsewhere, "first", room="attic") == [1]


def test_after_a_failure_it_is_as_if_nothing_had_been_tried(database, elsewhere, monkeypatch):
    talk(database)
    rows = copying._rows

    def failing(connection, table):
        if table.name == "messages":
            raise StorageError("the network is gone")
        return rows(connection, table)

    with monkeypatch.context() as broken:
        broken.setattr(copying, "_rows", failing)
        with pytest.raises(CannotStart, match="the network is gone"):
            copying.copy(database, elsewhere)
    copying.copy(database, elsewhere)
    assert told(elsewhere)[1:] == told(database)[1:]


def test_where_everything_is_there_already_that_is_all(database, elsewhere):
    talk(database)
    assert copying.copy(database, elsewhere) == copying.copy(database, elsewhere)


def test_a_database_that_holds_other_rooms_is_left_alone(database, elsewhere):
    talk(database)
    copying.migrate(elsewhere)
    use(elsewhere, "mine", room="cellar")
    with pytest.raises(CannotStart, match="other rooms"):
        copying.copy(database, elsewhere)
    assert use(elsewhere, "mine", room="cellar") == [1]


def test_what_was_left_behind_begins_a_new_epoch_if_it_is_started_again(database, elsewhere):
    talk(database)
    before = told(database)[0]
    copying.copy(database, elsewhere)
    use(database, "late")
    assert told(database)[0] != before
    assert told(elsewhere)[0] == before


def test_what_is_no_database_is_not_copied(tmp_path):
    (tmp_path / "garbage.db").write_text("garbage, and enough of it to be no header of any kind" * 30)
    with pytest.raises(CannotStart, match="not a database"):
        copying.copy(Database(f"sqlite:///{tmp_path / 'garbage.db'}"), Database(f"sqlite:///{tmp_path / 'other.db'}"))


def test_a_server_in_use_is_not_copied(server, tmp_path):
    journal = Journal(server, MemoryHub(), lambda rows: None, pytest.fail)
    with pytest.raises(CannotStart, match="in use"):
        copying.copy(server, Database(f"sqlite:///{tmp_path / 'other.db'}"))
    assert journal.close(5)


def test_people_stay_who_they_are_there_and_back(database, elsewhere, tmp_path):
    talk(database)
    keep_key(database, "the key")
    copying.copy(database, elsewhere)
    if elsewhere.is_postgres:
        keep_key(elsewhere, "of a server that ran there when it was empty")
    assert secret.hand_over(database, elsewhere)
    assert key_of(elsewhere) == "the key"
    back = Database(f"sqlite:///{tmp_path / 'back' / 'rooms.db'}")
    (tmp_path / "back").mkdir()
    copying.copy(elsewhere, back)
    assert secret.hand_over(elsewhere, back)
    assert key_of(back) == "the key"
    assert (tmp_path / "back" / "secret_key").stat().st_mode & 0o077 == 0


def test_the_key_of_others_is_left_alone(server, tmp_path):
    talk(server)
    keep_key(server, "the key")
    target = Database(f"sqlite:///{tmp_path / 'rooms.db'}")
    (tmp_path / "secret_key").write_text("another one")
    copying.copy(server, target)
    with pytest.raises(CannotStart, match="secret_key is the secret key of others"):
        secret.hand_over(server, target)
    (tmp_path / "secret_key").unlink()
    assert secret.hand_over(server, target)


def keep_key(database, key):
    if database.is_postgres:
        with closing(database.second_writer()) as writer:
            writer.run(secret.REPLACE, name="secret_key", value=key)
    else:
        Path(database.path).with_name("secret_key").write_text(key)


def key_of(database):
    if not database.is_postgres:
        return Path(database.path).with_name("secret_key").read_text()
    return secret.shared(database, "that of a new data folder")


def test_where_there_is_no_key_that_is_said(file, postgres):
    talk(file)
    said = command("copy", "--from", f"sqlite:///{file.path}", "--to", postgres.make_database())
    assert f"There is no secret key beside {file.path}: " in said.stdout


def test_by_command(file, postgres):
    talk(file)
    url = postgres.make_database()
    said = command("copy", "--from", f"sqlite:///{file.path}", "--to", url)
    assert "messages: 31" in said.stdout
    assert said.stdout.endswith("Counts and heads agree, and everything is in order.\n")
    assert command("check", "--database", url).stdout == "Everything is in order.\n"
    before = told(Database(url))[0]
    assert "new epoch" in command("new-epoch", "--database", url).stdout
    assert told(Database(url))[0] != before


def command(*words):
    return subprocess.run(
        [sys.executable, "-c", "from rooms_chat.cli import main; main()", *words],
        capture_output=True, text=True, timeout=60, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
