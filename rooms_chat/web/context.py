"""What a request stands in: the chat, the person who asks, their language and their zone."""

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from flask import current_app, g, request, url_for

from rooms_chat import i18n
from rooms_chat.people import COOKIE_NAME, Person

if TYPE_CHECKING:
    from rooms_chat.chat import Chat

LANGUAGE_COOKIE = "rooms_language"
ZONE_COOKIE = "rooms_zone"


def chat() -> "Chat":
    """The nouns of this application."""
    return cast("Chat", current_app.extensions["rooms"])


def person() -> Person:
    """Who asks: the cookie's person, else a new guest who gets the cookie with the answer."""
    if "person" not in g:
        known = chat().people.from_cookie(request.cookies.get(COOKIE_NAME))
        g.new_person = known is None
        g.person = known or chat().people.new_guest()
    return cast(Person, g.person)


def address() -> str:
    """Where the request came from, for the limits."""
    return request.remote_addr or ""


def language() -> str:
    """Chosen by hand, else by the browser, else English. Looked for once: a page asks for each of its sentences."""
    if "language" not in g:
        g.language = _language()
    return str(g.language)


def zone() -> tzinfo:
    """The reader's zone as their browser told it, so that the page arrives with their times; else UTC."""
    if "zone" not in g:
        g.zone = _zone()
    return cast(tzinfo, g.zone)


def translate(text: str, **values: object) -> str:
    """The sentence in the reader's language; `_` in templates."""
    return i18n.translate(language(), text, **values)


def absolute(path: str) -> str:
    """A path as an address to share: of `--public-url`, else of the one this page was asked under."""
    return (chat().settings.public_url or request.host_url).rstrip("/") + path


def room_url(name: str) -> str:
    """A room's address to share."""
    return absolute(url_for("rooms.show", name=name))


def _language() -> str:
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in i18n.LANGUAGES:
        return chosen
    return request.accept_languages.best_match(list(i18n.LANGUAGES), default=i18n.DEFAULT) or i18n.DEFAULT


def _zone() -> tzinfo:
    try:
        return ZoneInfo(request.cookies.get(ZONE_COOKIE, "UTC"))
    except (KeyError, OSError, ValueError):  # unknown, or not a name at all
        return UTC
