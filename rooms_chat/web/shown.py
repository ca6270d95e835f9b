"""How things are shown: times in the reader's zone, the colour and letters of a person, messages in their groups.

`static/js/times.js`, `people.js` and `messages.js` say the same for what arrives later; tests hold them together.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from flask import Flask, request, url_for

from rooms_chat import __version__, i18n
from rooms_chat.events import Message, Reactor
from rooms_chat.web.context import language, room_url, translate, zone

HUES = 24
TOGETHER = timedelta(minutes=5)
ACTION = '<p class="action">'
MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "ko": "월요일 화요일 수요일 목요일 금요일 토요일 일요일".split(),
}


class Row(NamedTuple):
    """A message in its place: the day it opens, if it does, and whether it goes on from the one before."""

    message: Message
    day: date | None
    follows: bool


def init_app(app: Flask) -> None:
    """Give templates their words and filters."""
    app.jinja_env.globals.update(
        _=translate,
        language=language,
        languages=i18n.LANGUAGES,
        room_url=room_url,
        strings=strings,
        rows=rows,
        way_back=way_back,
        version=__version__,
    )
    app.jinja_env.filters.update(hue=hue, initials=initials, clock=clock, day=day, ago=ago, bare=bare, reacted=reacted)


def strings() -> dict[str, object]:
    """The sentences the page's scripts need."""
    return {"language": language(), **i18n.for_script(language())}


def way_back() -> str:
    """Where to go once the language is chosen: this page, or, where a form was sent, the one it stood in."""
    if request.method == "GET":
        return request.full_path if request.args else request.path
    name = (request.view_args or {}).get("name")
    return url_for("rooms.show", name=name) if name else url_for("rooms.index")


def hue(person: str) -> int:
    """Which of the colours is this person's."""
    number = 0
    for letter in person:
        number = (number * 31 + ord(letter)) % 65521
    return number % HUES


def initials(name: str | None) -> str:
    """Two letters that stand for a name."""
    words = [letters for word in (name or "").split() if (letters := without_marks(word))]
    return (words[0][0] + words[1][0] if len(words) > 1 else "".join(words)[:2]).upper()


def without_marks(word: str) -> str:
    """A word's letters alone: a mark cut from its letter shows as nothing, or as a stray dot."""
    return "".join(letter for letter in word if not unicodedata.category(letter).startswith("M"))


def bare(url: str) -> str:
    """An address as people write it down."""
    return url.partition("://")[2]


def reacted(people: Sequence[Reactor], count: int) -> str:
    """Who put an emoji on a message: the first of them by name."""
    names = ", ".join(someone.user_name for someone in people)
    more = count - len(people)
    return translate("{names} and {n} more", names=names, n=more) if more > 0 else names


def local(at: str) -> datetime:
    """The wire's time on the reader's clock."""
    return datetime.fromisoformat(at).astimezone(zone())


def clock(at: str) -> str:
    """Hours and minutes."""
    return f"{local(at):%H:%M}"


def day(when: date) -> str:
    """Today, yesterday, or the date in words."""
    today = datetime.now(zone()).date()
    if when == today:
        return translate("Today")
    if when == today - timedelta(days=1):
        return translate("Yesterday")
    return date_in_words(when, today.year)


def date_in_words(when: date, this_year: int) -> str:
    """As `Intl.DateTimeFormat` writes it."""
    tongue = language()
    weekday = WEEKDAYS[tongue][when.weekday()]
    if tongue == "ko":
        year = "" if when.year == this_year else f"{when.year}년 "
        return f"{year}{when.month}월 {when.day}일 {weekday}"
    year = "" if when.year == this_year else f", {when.year}"
    return f"{weekday}, {MONTHS[when.month - 1]} {when.day}{year}"


def ago(at: str) -> str:
    """How long ago, as short as it can be said."""
    minutes = (datetime.now(UTC) - datetime.fromisoformat(at)) // timedelta(minutes=1)
    if minutes < 1:
        return translate("now")
    if minutes < 60:
        return translate("{n} min", n=minutes)
    if minutes < 60 * 24:
        return translate("{n} h", n=minutes // 60)
    return translate("{n} d", n=minutes // (60 * 24))


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """Messages with their days between them, each joined to the one before if it is one person's next word."""
    before: Message | None = None
    for message in messages:
        opens = before is None or local(before.at).date() != local(message.at).date()
        yield Row(message, local(message.at).date() if opens else None, not opens and goes_on(before, message))
        before = message


def goes_on(before: Message | None, message: Message) -> bool:
    """The same person, soon after; what somebody does stands behind their name."""
    if message.html.startswith(ACTION):
        return False
    if before is None or before.person != message.person or before.user_name != message.user_name:
        return False
    return datetime.fromisoformat(message.at) - datetime.fromisoformat(before.at) < TOGETHER
