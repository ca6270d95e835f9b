"""The command line. Every refusal to start is one line and exit status 2."""

import sys

import rooms_chat.transport.patch  # noqa: F401 - first: what is imported before it would block everybody

# isort: split
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rooms_chat import __version__, logs
from rooms_chat.config import SETTINGS, read_settings
from rooms_chat.errors import CannotStart

if TYPE_CHECKING:
    from rooms_chat.storage.database import Database

WHERE_THE_DATA_IS = ("data", "database")
os.umask(0o077)  # databases, keys, copies: whatever is made here is for its owner only


def settings_options(command: Any, only: tuple[str, ...] = ()) -> Any:
    """An option for each setting, described where the setting is."""
    for setting in reversed(SETTINGS):
        if only and setting.name not in only:
            continue
        about = f"{setting.help} [{setting.variable}; default: {setting.default or 'none'}]"
        about = about if not setting.unit else about.replace("; default", f", {setting.unit}; default")
        command = click.option(setting.flag, setting.attribute, metavar=setting.kind.upper(), help=about)(command)
    return command


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__)
@settings_options
def serve(**flags: str | None) -> None:
    """Serve the rooms until it is told to stop (Ctrl-C, or SIGTERM)."""
    with refusals_in_one_line():
        settings = read_settings(flags, os.environ)
        logs.begin(settings.log)
        from rooms_chat.transport import server

        server.serve(settings, announce=lambda line: print(line, flush=True))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@partial(settings_options, only=WHERE_THE_DATA_IS)
def backup(file: Path, **flags: str | None) -> None:
    """Copy the database to FILE, also while it is in use. Put back, the copy begins a new epoch."""
    with refusals_in_one_line():
        from rooms_chat.storage.backup import back_up

        back_up(database_of(flags), file)


@click.command()
@partial(settings_options, only=WHERE_THE_DATA_IS)
def check(**flags: str | None) -> None:
    """Tell whether heads, log and messages agree. Where they do not, it says so and ends with status 1."""
    with refusals_in_one_line():
        from rooms_chat.storage.check import complaints

        found = list(complaints(database_of(flags)))
        print("\n".join(found) or "Everything is in order.")
        sys.exit(1 if found else 0)


@click.command()
@partial(settings_options, only=WHERE_THE_DATA_IS)
def new_epoch(**flags: str | None) -> None:
    """Make every client forget what it remembers. After a copy of PostgreSQL was put back; stop the servers first."""
    with refusals_in_one_line():
        from rooms_chat.storage.check import require_file
        from rooms_chat.storage.epoch import renew
        from rooms_chat.storage.journal import first_writer

        database = database_of(flags)
        require_file(database)
        with closing(first_writer(database)) as writer:
            renew(writer)
        print("A new epoch begins. Every client will show a fresh page.")


@click.command()
@click.option(
    "--from", "source", metavar="URL", required=True, help="Where the rooms are, such as sqlite:///data/rooms.db"
)
@click.option("--to", "target", metavar="URL", required=True, help="An empty database, such as postgresql://host/rooms")
def copy(source: str, target: str) -> None:
    """Move all rooms, and the secret key, to another database.

    By that key people stay who they are. Nobody may use either meanwhile; after a failure run it again.
    """
    with refusals_in_one_line():
        from rooms_chat.data_folder import take_lock
        from rooms_chat.storage import copying, secret
        from rooms_chat.storage.check import complaints
        from rooms_chat.storage.database import Database

        urls = {flag: read_settings({"database": url}, {}) for flag, url in (("--from", source), ("--to", target))}
        old, new = (Database(chosen.database_url) for chosen in urls.values())
        files = {flag: chosen.database_path for flag, chosen in urls.items() if chosen.database_path}
        with ExitStack() as locks:
            for flag, file in files.items():
                locks.enter_context(take_lock(file.with_name(f"{file.name}.lock"), f"The database {file}", flag))
            for table, number in copying.copy(old, new).items():
                print(f"{table}: {number:,}")
            if not secret.hand_over(old, new):
                print(f"There is no secret key beside {old.name}: let the new server have the old data folder.")
            found = list(complaints(new))
        print("\n".join(found) or "Counts and heads agree, and everything is in order.")
        sys.exit(1 if found else 0)


def database_of(flags: dict[str, str | None]) -> "Database":
    from rooms_chat.storage.database import Database

    return Database(read_settings(flags, os.environ).database_url)


@contextmanager
def refusals_in_one_line() -> Iterator[None]:
    try:
        yield
    except CannotStart as refusal:
        print(f"rooms: {refusal}", file=sys.stderr)
        sys.exit(2)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Chat where every room is a URL."""


for command in (serve, backup, check, new_epoch, copy):
    main.add_command(command)
