"""Starting and stopping, as an operator sees it: one line, an exit status, and no traceback."""

import re
import signal
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
from contextlib import closing
from pathlib import Path

import pytest

STOPS_WITHIN_SECONDS = 5


def test_a_start_prints_the_url_to_open(program):
    assert program().start().get("/healthz") == {"ok": True}


def test_a_port_in_use_is_one_line(program):
    first = program().start()
    complaint = program(port=first.port).refuses()
    assert complaint == (
        f"rooms: Port {first.port} is in use. Stop what listens there, or take another: --port {first.port + 1}.\n"
    )


def test_a_data_folder_in_use_is_one_line(program):
    first = program().start()
    complaint = program(data=first.data).refuses()
    assert complaint.startswith(f"rooms: The data folder {first.data} is in use by another Rooms.")
    assert complaint.count("\n") == 1


def test_a_database_in_use_through_another_data_folder_is_one_line(program):
    first = program().start()
    complaint = program("--database", f"sqlite:///{first.data / 'rooms.db'}").refuses()
    assert "is in use by another Rooms" in complaint
    assert complaint.count("\n") == 1


def test_a_data_folder_that_cannot_be_made_is_one_line(program, tmp_path):
    (tmp_path / "file").touch()
    complaint = program(data=tmp_path / "file" / "data").refuses()
    assert "cannot be used" in complaint
    assert complaint.count("\n") == 1


def test_a_newer_database_is_one_line(program):
    server = program().start()
    server.stop()
    with closing(sqlite3.connect(server.data / "rooms.db")) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()
    complaint = program(data=server.data).refuses()
    assert "is of a newer Rooms (schema 9999)" in complaint
    assert complaint.count("\n") == 1


def test_a_bad_setting_is_refused_by_name(program):
    assert program("--open-rooms", "maybe").refuses().startswith("rooms: --open-rooms: “maybe” will not do.")
    assert program(environ={"ROOMS_HOST": "a b"}).refuses().startswith("rooms: ROOMS_HOST: “a b” will not do.")


def test_the_secret_key_is_made_once_and_is_readable_by_its_owner_only(program):
    server = program().start()
    key = (server.data / "secret_key").read_text()
    server.stop()
    server.start()
    assert (server.data / "secret_key").read_text() == key
    assert stat.S_IMODE((server.data / "secret_key").stat().st_mode) == 0o600


def test_a_data_folder_that_it_makes_is_for_its_owner_only(program):
    server = program().start()
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700


def test_what_it_makes_in_a_folder_of_others_is_for_its_owner_only(program, tmp_path):
    (folder := tmp_path / "shared").mkdir(0o755)
    program(data=folder).start()
    assert {file.name: stat.S_IMODE(file.stat().st_mode) & 0o077 for file in folder.iterdir()} == dict.fromkeys(
        ("lock", "rooms.db", "rooms.db-shm", "rooms.db-wal", "rooms.db.lock", "rooms.db.note", "secret_key"), 0
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_in_order(program, client_of, number):
    server = program().start()
    client = client_of(server, reconnection=False)
    client.call("join", {"room": "kitchen", "user_name": "alice"})
    started = time.monotonic()
    assert server.stop(number) == 0
    assert time.monotonic() - started < STOPS_WITHIN_SECONDS
    assert server.complaints == ""


def test_what_was_acknowledged_is_there_after_a_stop_and_clients_come_back_by_themselves(program, client_of):
    server = program().start()
    client = client_of(server, reconnection_delay=0.1, randomization_factor=0)
    joined = client.call("join", {"room": "kitchen", "user_name": "alice"})
    acknowledged = [
        client.call("my event", {"room": "kitchen", "message": f"word {n}", "id": str(n)}) for n in range(5)
    ]
    server.stop()
    server.start()
    while not client.connected:
        client.sleep(0.02)
    again = client.call("join", {"room": "kitchen", "key": joined["you"]["key"], "after": 2, "epoch": joined["epoch"]})
    assert [message["seq"] for message in again["messages"]] == [3, 4, 5]
    assert again["you"]["user_name"] == "alice"
    stored = server.get("/r/kitchen.json")["messages"]
    assert [(message["id"], message["seq"]) for message in stored] == [
        (answer["id"], answer["seq"]) for answer in acknowledged
    ]


def test_a_killed_server_has_lost_nothing_that_was_acknowledged(program, client_of):
    server = program().start()
    client = client_of(server, reconnection=False)
    client.call("join", {"room": "kitchen", "user_name": "alice"})
    answers = [client.call("my event", {"room": "kitchen", "message": f"word {n}"}) for n in range(5)]
    server.kill()
    server.start()
    stored = server.get("/r/kitchen.json")
    assert [message["id"] for message in stored["messages"]] == [answer["id"] for answer in answers]
    assert stored["head"] == 5


def test_postgresql_without_redis_takes_one_server(program, postgres_url):
    first = program("--database", postgres_url).start()
    complaint = program("--database", postgres_url).refuses()
    assert complaint.count("\n") == 1
    assert "in use by another Rooms" in complaint
    assert "--redis" in complaint
    first.kill()
    assert program("--database", postgres_url).start().stop() == 0  # a lock ends with who held it


def test_postgresql_that_is_not_there_is_said_in_one_line(program):
    complaint = program("--database", "postgresql://rooms:secret@127.0.0.1:1/rooms").refuses()
    assert complaint.count("\n") == 1
    assert "secret" not in complaint
    complaint = program("--database", "postgresql://127.0.0.1:1/rooms").refuses()
    assert complaint.startswith("rooms: The database postgresql://127.0.0.1:1/rooms cannot be used: ")
    assert complaint.endswith(" failed: Connection refused. Name another with --database.\n")


def test_a_new_epoch_of_nothing_makes_no_database(tmp_path):
    command = [Path(sys.executable).parent / "rooms-chat", "new-epoch", "--data", tmp_path]
    said = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert said.stderr == f"rooms: There is no database {tmp_path / 'rooms.db'}. Name one with --data or --database.\n"
    assert list(tmp_path.iterdir()) == []


def test_why_a_damaged_database_cannot_be_read_stands_in_the_log(program):
    """Everybody was told to try again, for ever, and the log was empty."""
    server = program().start()
    server.stop()
    file = server.data / "rooms.db"
    with closing(sqlite3.connect(file)) as raw:
        (root,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name LIKE '%autoindex_rooms_1'").fetchone()
        (page_bytes,) = raw.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as damaged:
        damaged.seek((root - 1) * page_bytes)
        damaged.write(b"garbage" * 100)
    server.start()
    with pytest.raises(urllib.error.HTTPError, match="503"):
        server.get("/r/kitchen.json")
    server.stop()
    assert "nothing could be read: database disk image is malformed" in server.complaints


@pytest.mark.parametrize("command", ["serve", "backup", "check", "copy", "new-epoch"])
def test_the_list_of_commands_tells_each_in_a_whole_sentence(command):
    helped = subprocess.run([Path(sys.executable).parent / "rooms-chat"], capture_output=True, text=True, timeout=20)
    assert re.search(rf"^  {command} .*[^.]\.$", helped.stderr, re.MULTILINE)
