"""Emoji: what is one, and which one a name means. The table is fetched when the program is set up."""

import json
from functools import cache
from pathlib import Path

from rooms_chat.errors import BadRequest

TABLE_FILE = Path(__file__).parent / "data" / "emoji.json"
# How an emoji is drawn, and in which colour of skin: the same emoji with and without.
VARIANTS = dict.fromkeys((0xFE0F, *range(0x1F3FB, 0x1F400)))


def checked(text: str) -> str:
    """The one emoji that a text is, as it is kept. Raises BadRequest for any other text."""
    found = _by_bones().get(text.translate(VARIANTS))
    if found is None:
        raise BadRequest("A reaction is one emoji.", field="emoji")
    return found


def named(name: str) -> str | None:
    """The emoji of a name such as `wave`, if there is one."""
    return _table().get(name)


@cache
def _table() -> dict[str, str]:
    table: dict[str, str] = json.loads(TABLE_FILE.read_text(encoding="utf-8"))
    return table


@cache
def _by_bones() -> dict[str, str]:
    return {emoji.translate(VARIANTS): emoji for emoji in _table().values()}
