"""The page of a room: what was said, who is here, and the form to speak. Shared by the doors that show it."""

from string import punctuation
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from rooms_chat import names
from rooms_chat.errors import BadRequest, RoomNotFound, RoomsError
from rooms_chat.events import Message
from rooms_chat.hub import in_turns, let_others_go_on
from rooms_chat.storage.rooms import Room
from rooms_chat.web.context import chat, person
from rooms_chat.web.forms import OpenRoom, Say

SHOWN_CHARACTERS = 64

Shown = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


class Window(NamedTuple):
    """The part of the log a page shows, and what lies on either side of it. It holds all up to `head`, of `epoch`.

    `marked` is the message the page is about, `lost` the seq of one that there is not.
    """

    messages: list[Message]
    older: bool
    newer: bool
    head: int
    epoch: str
    marked: int | None = None
    lost: int | None = None


def window(room: Room, before: int | None = None, around: int | None = None) -> Window:
    """The last page of the log, the one before a seq, or the one around a seq."""
    cut = chat().messages.cut(room.id)
    found = cut.messages
    if before is not None or around is not None:
        found = chat().messages.page(room, before=before, around=around).messages
    found = chat().reactions.shown_to(person().id, room.id, found)
    is_there = any(message.seq == around for message in found)
    about = {"marked": around} if is_there else {"lost": around}
    if not found:
        return Window([], False, bool(cut.messages), cut.head, cut.epoch, **about)
    newer = bool(cut.messages) and found[-1].seq < cut.messages[-1].seq
    older = chat().messages.has_before(room, found[0].seq)
    return Window(found, older, newer, cut.head, cut.epoch, **about)


def show(room: Room, shown: Window, form: Say | None = None, error: RoomsError | None = None) -> Shown:
    """The page of a room; with an error, the form keeps what was typed."""
    page = render_template(
        "rooms/room.html",
        room=room,
        pins=chat().rooms.pins(room),
        shown=shown,
        here={"number": chat().presence.number_here(room.id), "listed": chat().presence.listed(room.id)},
        form=form or Say(formdata=None),
        error=error,
        edit_hours=chat().settings.edit_hours,
        **sidebar(),
    )
    if error:
        return page, error.http_status, error.http_headers
    return page if shown.lost is None else (page, 404)


def missing(name: str, error: RoomsError | None = None) -> Shown:
    """There is no such room: say so, and offer to open it where that is allowed."""
    form = OpenRoom(formdata=None)
    page = render_template("rooms/missing.html", name=name, form=form, error=error, **sidebar())
    return page, error.http_status if error else 404


def sidebar() -> dict[str, Any]:
    """What the sidebar shows, and the first page too. Others go on when it has been read, before the page is made."""
    asking = person()
    told = {
        "rooms": list(in_turns(chat().hub, chat().seen.active_rooms(asking))),
        "person": asking,
        "may_open": chat().rooms.may_be_opened,
        "unlisted_first": chat().settings.open_rooms == "unlisted",
    }
    let_others_go_on(chat().hub)
    return told


def find(name: str) -> Room | Shown:
    """The person's room of that name; else a page or a redirect to answer with instead."""
    try:
        room = chat().members.room_for(person(), name)
    except RoomNotFound:
        return missing(names.room_name(name))
    except BadRequest as error:
        return missing(name[:SHOWN_CHARACTERS], error)
    if room.name != name and request.method == "GET":
        path = url_for(str(request.endpoint), **{**(request.view_args or {}), "name": room.name})
        query = quote(request.query_string, safe=punctuation)
        return redirect(f"{path}?{query}" if query else path, 308)
    return room
