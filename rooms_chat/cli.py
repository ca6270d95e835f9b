"""The command line. Every refusal to start is one line and exit status 2."""

import logging
import sys

import rooms_chat.transport.patch  # noqa: F401 - first: what is imported before it would block everybody

# isort: split
import os
from typing import Any

import click

from rooms_chat import __version__
from rooms_chat.config import SETTINGS, read_settings
from rooms_chat.errors import CannotStart


def settings_options(command: Any) -> Any:
    """An option for each setting, described where the setting is."""
    for setting in reversed(SETTINGS):
        about = f"{setting.help} [{setting.variable}; default: {setting.default or 'none'}]"
        about = about if not setting.unit else about.replace("; default", f", {setting.unit}; default")
        command = click.option(setting.flag, setting.attribute, metavar=setting.kind.upper(), help=about)(command)
    return command


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__)
@settings_options
def serve(**flags: str | None) -> None:
    """Serve the rooms until it is told to stop (Ctrl-C, or SIGTERM)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        from rooms_chat.transport import server

        server.serve(read_settings(flags, os.environ), announce=lambda line: print(line, flush=True))
    except CannotStart as refusal:
        print(f"rooms: {refusal}", file=sys.stderr)
        sys.exit(2)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Chat where every room is a URL."""


main.add_command(serve)
