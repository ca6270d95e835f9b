"""Names of rooms and of people: what is one, when two are the same, and when two look alike.

Pure functions. The look-alike table is Unicode's list of confusable characters, fetched when the program is set up.
"""

import itertools
import json
import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path

from rooms_chat.errors import BadRequest, TooLong

ROOM_NAME_CHARACTERS = 64
USER_NAME_CHARACTERS = 40
MARKS_IN_A_ROW = 3
TRIES = 8

CONFUSABLES_FILE = Path(__file__).parent / "data" / "confusables.json"
ZERO_WIDTH_JOINERS = "\u200c\u200d"
# Letters and marks that Unicode shows as nothing at all: two names that differ by them look the same.
BLANK = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")  # spaces of other widths
INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800\ufffc\U0001d159") | frozenset(
    chr(c) for span in (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)) for c in span
)


@lru_cache(maxsize=1024)
def room_name(text: str) -> str:
    """The canonical spelling of a room's name; raises BadRequest or TooLong."""
    name = unicodedata.normalize("NFKC", text)
    if len(name) > ROOM_NAME_CHARACTERS:
        raise TooLong(f"A room's name has at most {ROOM_NAME_CHARACTERS} characters.", field="room")
    if not name or not all(_may_stand_in_a_room_name(c) for c in name) or not _marks_are_few(name):
        raise BadRequest("A room's name is 1 to 64 letters, digits, “-” and “_”.", field="room")
    return name


def room_key(name: str) -> str:
    """What two spellings of one room's name have in common."""
    return folded(name)


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """A name without its case and width."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


@lru_cache(maxsize=1024)
def user_name(text: str) -> str:
    """A person's name as it is kept: NFC, single spaces; raises BadRequest or TooLong."""
    name = " ".join(part for part in BLANK.sub(" ", unicodedata.normalize("NFC", text)).split(" ") if part)
    if len(name) > USER_NAME_CHARACTERS:
        raise TooLong(f"A name has at most {USER_NAME_CHARACTERS} characters.", field="user_name")
    if not name:
        raise BadRequest("Say who you are: a name is 1 to 40 characters.", field="user_name")
    if not (name.isascii() and name.isprintable()) and not _may_be_a_user_name(name):
        raise BadRequest("A name has no control, direction or invisible characters.", field="user_name")
    if not any(skeletons(name)):
        raise BadRequest("A name needs a character that can be seen.", field="user_name")
    return name


def line(text: str, most: int, *, field: str) -> str:
    """One line of at most so many characters, or none; raises BadRequest or TooLong."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if len(line) > most:
        raise TooLong(f"This has at most {most} characters.", field=field)
    if not _may_be_a_user_name(line):
        raise BadRequest("This has no control, direction or invisible characters.", field=field)
    return line


@lru_cache(maxsize=4096)
def skeletons(name: str) -> frozenset[str]:
    """What a name looks like, whatever its case and width: who shares one of these looks alike.

    Two forms, for an “I” looks like “l”, and is “i” where case does not count.
    """
    plain = unicodedata.normalize("NFKC", name)
    return frozenset(_bones(form).casefold() for form in (plain, plain.casefold()))


def free_variant(name: str, is_taken: Callable[[str], bool]) -> str:
    """`name`, or the first of `name 2`, `name 3` … that is not taken; where many are, one that few questions find."""
    if not is_taken(name):
        return name
    return next(variant for number in _numbers() if not is_taken(variant := _numbered(name, number)))


def _numbers() -> Iterator[int]:
    """Up to nine in turn; then a few of two digits, of three …: a thousand may have the same name."""
    yield from range(2, 10)
    for digits in itertools.count(2):
        yield from random.sample(range(10 ** (digits - 1), 10**digits), TRIES)


def _numbered(name: str, number: int) -> str:
    return f"{name[: USER_NAME_CHARACTERS - 1 - len(str(number))]} {number}"


def _bones(name: str) -> str:
    shown = name if name.isascii() else "".join(filter(_is_shown, unicodedata.normalize("NFD", name)))
    return unicodedata.normalize("NFD", shown.translate(_confusables()))


def _is_shown(c: str) -> bool:
    return c not in INVISIBLE and unicodedata.category(c) != "Cf"


@cache
def _confusables() -> dict[int, str]:
    """As `translate` takes it."""
    return str.maketrans(json.loads(CONFUSABLES_FILE.read_text(encoding="utf-8")))


def _may_stand_in_a_room_name(c: str) -> bool:
    category = unicodedata.category(c)
    return c in "-_" or ((category[0] in "LM" or category == "Nd") and c not in INVISIBLE)


def _may_be_a_user_name(name: str) -> bool:
    return all(_may_stand_in_a_user_name(c) for c in name) and _marks_are_few(name)


def _may_stand_in_a_user_name(c: str) -> bool:
    if c in ZERO_WIDTH_JOINERS or c == "\ufe0f":
        return True
    category = unicodedata.category(c)
    return category[0] != "C" and category not in ("Zl", "Zp") and c not in INVISIBLE


def _marks_are_few(name: str) -> bool:
    """Piled-up combining marks reach over the lines above and below."""
    run = 0
    for c in unicodedata.normalize("NFD", name):
        run = run + 1 if unicodedata.category(c) == "Mn" else 0
        if run > MARKS_IN_A_ROW:
            return False
    return True
