"""A room as JSON."""

from string import punctuation
from urllib.parse import quote

from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from rooms_chat import events
from rooms_chat.api.answers import as_json
from rooms_chat.chat import Chat
from rooms_chat.errors import BadRequest, RoomsError
from rooms_chat.people import COOKIE_NAME

blueprint = Blueprint("api", __name__)


@blueprint.get("/r/<name>.json")
def room(name: str) -> Answer:
    """What changed after a place in the log: `{room, head, epoch, messages}`."""
    chat: Chat = current_app.extensions["rooms"]
    person = chat.people.from_cookie(request.cookies.get(COOKIE_NAME))
    found = chat.members.room_for(person, name)
    if found.name != name:
        path, query = url_for(".room", name=found.name), quote(request.query_string, safe=punctuation)
        return redirect(f"{path}?{query}" if query else path, 308)
    after = _number("after", 0, 0, 2**53)
    limit = _number("limit", events.PAGE_MESSAGES, 1, events.PAGE_MESSAGES_MOST)
    chat.limits.reading.count_pages(request.remote_addr or "", events.pages(limit))
    cut = chat.messages.changed_since(found.id, after, limit)
    facts = chat.rooms.facts(cut.room)
    return as_json({"room": facts, "head": cut.head, "epoch": cut.epoch, "messages": cut.messages})


@blueprint.errorhandler(RoomsError)
def refuse(error: RoomsError) -> Response:
    answer = as_json({"ok": False, "error": error.as_dict()}, error.http_status)
    answer.headers.update(error.http_headers)
    return answer


def _number(name: str, default: int, low: int, high: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 16 or not low <= int(text) <= high:
        raise BadRequest(f"“{name}” is a whole number from {low} to {high}.", field=name)
    return int(text)
