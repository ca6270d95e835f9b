"""What a text names: people behind an “@”, rooms behind a “#”, emoji between colons. Pure.

A name may hold blanks, and in some languages what follows it is written right behind it. So a text only proposes names,
by where each could end; whoever knows the people says which there are, and the longest one counts.
"""

import re
from typing import NamedTuple

from rooms_chat import emoji, names

PEOPLE_MOST = 20
ROOMS_MOST = 10
PIECES_MOST = 12

# Letters between which words are not kept apart by blanks: of these each is a piece.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
PIECE = re.compile(rf"[ \u3000]?(?:[{UNSPACED}]|[^\W{UNSPACED}]+|[^\w\s])")
PERSON = re.compile(r"(?<![\w@/])@(?=\S)")
ROOM = re.compile(rf"(?<![\w#&/])#([\w-]{{1,{names.ROOM_NAME_CHARACTERS}}})")
EMOJI = re.compile(r"(?<![\w/]):([^\s:]{1,60}):")


class Named(NamedTuple):
    """Who and what there is of the names that a text proposes: person ids by folded name, rooms' names by key."""

    people: dict[str, str]
    rooms: dict[str, str]


NOTHING = Named({}, {})


def people(text: str) -> list[str]:
    """The folded names by which a text may call people, of its first twenty “@”."""
    starts = [match.end() for match in PERSON.finditer(text)][:PEOPLE_MOST]
    return list(dict.fromkeys(names.folded(text[start:end]) for start in starts for end in _ends(text, start)))


def rooms(text: str) -> list[str]:
    """The keys of the first ten rooms that a text may call."""
    return list(dict.fromkeys(names.room_key(name) for name in ROOM.findall(text)))[:ROOMS_MOST]


def person_at(text: str, at: int, known: dict[str, str]) -> tuple[int, str] | None:
    """Where the longest known name behind the “@” at this place ends, and whose it is."""
    if not known or not PERSON.match(text, at):
        return None
    for end in reversed(_ends(text, at + 1)):
        if person := known.get(names.folded(text[at + 1 : end])):
            return end, person
    return None


def room_at(text: str, at: int, known: dict[str, str]) -> tuple[int, str] | None:
    """Where the name behind the “#” at this place ends, and which room's it is."""
    match = ROOM.match(text, at) if known else None
    name = known.get(names.room_key(match[1])) if match else None
    return (match.end(), name) if match and name else None


def emoji_at(text: str, at: int) -> tuple[int, str] | None:
    """Where the name between colons at this place ends, and which emoji's it is."""
    match = EMOJI.match(text, at)
    found = emoji.named(match[1].lower()) if match else None
    return (match.end(), found) if match and found else None


def _ends(text: str, start: int) -> list[int]:
    """Where a name that begins here could end."""
    ends: list[int] = []
    end = start
    while len(ends) < PIECES_MOST and (piece := PIECE.match(text, end)):
        end = piece.end()
        if end - start > names.USER_NAME_CHARACTERS:
            break
        ends.append(end)
    return ends
