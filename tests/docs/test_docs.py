"""What the manual claims is so: tables are compared with the program, and examples are run."""

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import socketio

from rooms_chat import errors, events, markup
from rooms_chat.events import RoomFacts as RoomState
from rooms_chat.members import TOLD
from rooms_chat.seen import LEVELS
from rooms_chat.sockets import TABLE
from rooms_chat.testing.answers import HistoryPage, Joined, RoomEntry, RoomFacts
from rooms_chat.testing.person import Person

pytest_plugins = ["pytester"]

TOP = Path(__file__).resolve().parents[2]
DOCS = TOP / "docs"
PAGES = sorted(
    [*DOCS.glob("*.md"), *(TOP / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG", "SECURITY"))]
)
OTHER_NAMES_OF_MY_EVENT = {"message", "json"}
LISTENS = "http://127.0.0.1:5000"
README = (TOP / "README.md").read_text(encoding="utf-8")
CLIENTS = {
    "python": [sys.executable, "-u", "-W", "error", "-c"],
    "js": ["sh", "tools/node.sh", "node", "--input-type=module", "-e"],
}


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def table(text: str, heading: str) -> dict[str, list[str]]:
    """The rows of the table with this heading, by the name in their first cell."""
    _, _, rest = text.partition(f"| {heading} |")
    rows = [line.strip("|").split("|") for line in rest.split("\n\n")[0].splitlines()[2:]]
    return {code(cells[0])[0]: [cell.strip() for cell in cells[1:]] for cells in rows}


def code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def fields(kind: type[msgspec.Struct]) -> list[str]:
    """A request's fields as the table names them: with a question mark where they may be left out."""
    return [field.encode_name + ("" if field.required else "?") for field in msgspec.structs.fields(kind)]


# Settings ------------------------------------------------------------------------------------------------------------


def test_the_settings_are_those_of_the_program() -> None:
    spec = importlib.util.spec_from_file_location("make_settings", DOCS / "make_settings.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    assert text_of("settings.md") == maker.page(), "write it anew: python docs/make_settings.py"


# The wire ------------------------------------------------------------------------------------------------------------


def test_the_wire_names_every_request_and_its_fields() -> None:
    told = {event: code(cells[0]) for event, cells in table(text_of("wire.md"), "you ask").items()}
    there = {event: fields(kind) for event, (kind, _) in TABLE.items() if event not in OTHER_NAMES_OF_MY_EVENT}
    assert told == there


def test_the_wire_names_what_answers_hold() -> None:
    told = {event: code(cells[1]) for event, cells in table(text_of("wire.md"), "you ask").items()}
    assert told["join"] == list(Joined.__struct_fields__)
    assert told["history"] == list(HistoryPage.__struct_fields__)


def test_the_wire_names_every_field_of_a_message() -> None:
    assert list(table(text_of("wire.md"), "field")) == list(events.Message.__struct_fields__)


def test_the_wire_names_every_code() -> None:
    def codes(kind: type[errors.RoomsError]) -> set[str]:
        return {kind.code}.union(*(codes(below) for below in kind.__subclasses__()))

    assert set(table(text_of("wire.md"), "code")) == codes(errors.RoomsError)


def test_the_wire_names_every_event_that_is_told() -> None:
    told = set(table(text_of("wire.md"), "event"))
    assert {
        events.MY_RESPONSE,
        events.ROOM,
        events.CHANGED,
        events.MEMBERS,
        events.ROOMS,
        events.TYPING,
        events.SEEN,
        events.UNREAD,
        events.LEVEL,
    } <= told


def test_the_wire_names_every_tag_and_class_of_the_html() -> None:
    part = text_of("wire.md").partition("## What the HTML holds")[2].partition("\n## ")[0]
    assert set(code(part.partition("classes:")[0])) >= markup.TAGS
    classes = {name for names in markup.CLASSES.values() for name in names}
    assert classes <= set(re.findall(r"class=\"(\w+)\"", part)) | set(code(part))


def test_the_wire_names_what_one_may_do_and_what_levels_there_are() -> None:
    text = text_of("wire.md")
    assert [name for name in (*TOLD, *LEVELS, *RoomState.__struct_fields__) if f"`{name}`" not in text] == []


def test_the_wire_names_the_facts_of_a_room_and_of_an_entry() -> None:
    text = text_of("wire.md")
    assert " ".join(f"`{name}`" for name in RoomFacts.__struct_fields__) in text
    assert " ".join(f"`{name}`" for name in RoomEntry.__struct_fields__[:6]) in text


# Scenarios -----------------------------------------------------------------------------------------------------------


def test_the_scenarios_of_the_manual_pass(pytester: pytest.Pytester) -> None:
    examples = [*blocks(text_of("scenarios.md"), "python"), *blocks(README, "python")[1:]]
    assert len(examples) >= 5
    pytester.makepyfile(**{f"test_example_{number}": example for number, example in enumerate(examples)})
    result = pytester.runpytest_subprocess("-W", "error", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=len(examples))


def test_the_manual_knows_every_verb() -> None:
    verbs = {name for name in dir(Person) if callable(getattr(Person, name)) and not name.startswith("_")}
    told = set(re.findall(r"`(\w+)\(", text_of("scenarios.md")))
    assert verbs - {"view", "is_level", "gets_any_answer"} <= told


# Running -------------------------------------------------------------------------------------------------------------


def test_the_examples_of_a_client_say_what_the_manual_shows(program: Callable[..., Any]) -> None:
    url = program().start().url
    assert first_lines(text_of("wire.md"), url) == ["1 messages and more are in kitchen\n"]
    assert first_lines(README, url) == ["Cook Soup is ready.\n", "Waiter Two bowls, please.\n"]
    for page in (text_of("wire.md"), README):
        (line,) = re.findall(r"^    (curl .*)$", page, re.MULTILINE)
        *_, address = shlex.split(line)
        assert shlex.quote(address) in line, "shells take ? and & for their own"
        with urllib.request.urlopen(address.replace(LISTENS, url), timeout=5) as answer:
            assert b'"messages"' in answer.read()


def first_lines(page: str, url: str) -> list[str]:
    """What each client in a page prints first, the languages one after the other."""
    return [
        first_line([*command, example.replace(LISTENS, url)])
        for language, command in CLIENTS.items()
        for example in blocks(page, language)
        if "socket" in example
    ]


def first_line(command: list[str]) -> str:
    """Some examples go on until they are stopped."""
    with subprocess.Popen(command, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as client:
        assert client.stdout
        line = client.stdout.readline()
        client.terminate()
    return line


def test_a_backup_is_made_and_put_back_as_the_manual_says(program: Callable[..., Any], tmp_path: Path) -> None:
    server = program().start()
    say(server.url, "soup?")
    backup, check, *_ = operators_commands()
    run_command(backup, server, tmp_path)
    say(server.url, "bread?")
    server.stop()

    for name in ("rooms.db-wal", "rooms.db-shm"):
        (server.data / name).unlink(missing_ok=True)
    (tmp_path / "backup.db").replace(server.data / "rooms.db")
    server.start()

    assert [message["message"] for message in server.get("/r/kitchen.json")["messages"]] == ["soup?"]
    assert run_command(check, server, tmp_path) == "Everything is in order.\n"
    assert "Everything is in order." in text_of("running.md")


def test_all_moves_to_postgresql_as_the_manual_says(program: Callable[..., Any], postgres: Any, tmp_path: Path) -> None:
    old = program().start()
    key = say(old.url, "soup?")
    old.stop()
    _, _, move, renew = (
        re.sub(r"postgresql://\S+", url, line).replace("sqlite:///data", f"sqlite:///{old.data}")
        for url in [postgres.make_database()]
        for line in operators_commands()
    )
    assert run(move, tmp_path).endswith("in order.\n")
    new = program("--database", move.split()[-1]).start()
    assert [message["message"] for message in new.get("/r/kitchen.json")["messages"]] == ["soup?"]
    assert say(new.url, "bread?", key=key) == key
    epoch = new.get("/r/kitchen.json")["epoch"]
    assert new.stop() == 0
    assert "new epoch" in run(renew, tmp_path)
    assert new.start().get("/r/kitchen.json")["epoch"] != epoch


def operators_commands() -> list[str]:
    return re.findall(r"^    \.venv/bin/(rooms-chat .*)$", text_of("running.md"), re.MULTILINE)


def say(url: str, text: str, key: str | None = None) -> str:
    """Post as alice, and give back her key."""
    client = socketio.SimpleClient()
    client.connect(url, transports=["websocket"])
    joined = client.call("join", {"room": "kitchen", "user_name": "alice", "key": key})
    client.call("my event", {"room": "kitchen", "message": text})
    client.disconnect()
    return str(joined["you"]["key"])


def run_command(line: str, server: Any, folder: Path) -> str:
    return run(f"{line} --data {server.data}", folder)


def run(line: str, folder: Path) -> str:
    program, *words = line.split()
    command = [str(Path(sys.executable).parent / program), *words]
    return subprocess.run(command, cwd=folder, check=True, timeout=20, capture_output=True, text=True).stdout


def test_the_folder_holds_what_the_manual_names(program: Callable[..., Any]) -> None:
    server = program().start()
    say(server.url, "soup?")
    section = text_of("running.md").partition("## The data folder")[2].partition("\n## ")[0]
    told = [name for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for name in code(row)]
    assert sorted(path.name for path in server.data.iterdir()) == sorted(told)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("unit", ["rooms.service", "rooms@.service"])
def test_systemd_takes_the_units(unit: str, tmp_path: Path) -> None:
    text = (TOP / "deploy" / unit).read_text(encoding="utf-8")
    program = "/srv/rooms/program/.venv/bin/python"
    (tmp_path / unit).write_text(text.replace(program, sys.executable))
    asked = ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.replace("@", "@5001"))]
    (tmp_path / unit.replace("@", "@5001")).write_bytes((tmp_path / unit).read_bytes())
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert program in text


# Guards --------------------------------------------------------------------------------------------------------------


def test_the_manual_knows_every_guard() -> None:
    """And which of them a test keeps."""
    sources = [path.read_text(encoding="utf-8") for path in (TOP / "tests" / "transport").glob("test_*.py")]
    kept = {line for source in sources for line in re.findall(r'mark\.guards\("(.*?)"\)', source)}
    kept |= {line for source in sources for line in re.findall(r'^LINE = "(.*?)"', source, re.MULTILINE)}
    table = text_of("guards.md").partition("## Garbage")[0]
    told = re.findall(r"^\| (.*?) \|.*\|.*\|$", table, re.MULTILINE)
    assert set(told) - {"line"} == kept


# All pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"!?\[[^\]]*\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_make_is_told_what_it_can_do(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", (TOP / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    told = set(re.findall(r"(?:^    |`)make ([a-z]+)", document.read_text(encoding="utf-8"), re.MULTILINE))
    assert told <= targets
