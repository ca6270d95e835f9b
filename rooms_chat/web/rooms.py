"""The rooms: the list of the active ones, opening one, one room's page, and its QR code."""

import io

import segno
from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from rooms_chat.errors import RoomsError
from rooms_chat.storage.rooms import Room
from rooms_chat.web import talk
from rooms_chat.web.context import address, chat, person, room_url
from rooms_chat.web.forms import OpenRoom

pages = Blueprint("rooms", __name__)
LONGEST_SEQ = 15


@pages.get("/")
def index() -> str:
    """The active rooms."""
    return home(OpenRoom(formdata=None))


@pages.post("/rooms")
def open_room() -> talk.Shown:
    """Open a room, and go there; one that is already open is simply gone to."""
    form = OpenRoom()
    name = spelled(form.name.data or "")
    try:
        opened = chat().rooms.open(person(), name, form.chosen(), address())
        room = chat().hub.wait(opened)
    except RoomsError as error:
        return home(form, error), error.http_status, error.http_headers
    return redirect(url_for(".show", name=room.name), 303)


@pages.get("/r")
def find() -> Answer:
    """The field of the sidebar: a name, or an address somebody was given, leads to its room."""
    name = spelled(request.args.get("name", ""))
    return redirect(url_for(".show", name=name) if name else url_for(".index"), 303)


@pages.get("/r/<name>")
def show(name: str) -> talk.Shown:
    """The room with its last messages, or with those before a seq."""
    room = talk.find(name)
    if not isinstance(room, Room):
        return room
    return talk.show(room, talk.window(room, before=request.args.get("before", type=a_seq)))


@pages.get("/r/<name>/qr.svg")
def qr(name: str) -> talk.Shown | Response:
    """The room's address for a camera."""
    room = talk.find(name)
    if not isinstance(room, Room):
        return room
    drawing = io.BytesIO()
    segno.make(room_url(room.name), error="m").save(drawing, kind="svg", scale=4, border=2, light="#fff")
    return Response(drawing.getvalue(), mimetype="image/svg+xml")


def a_seq(text: str) -> int:
    """A place in a log; ValueError where it can be none."""
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_SEQ:
        raise ValueError(text)
    return int(text)


def home(form: OpenRoom, error: RoomsError | None = None) -> str:
    """The first page."""
    return render_template("rooms/index.html", form=form, error=error, **talk.sidebar())


def spelled(typed: str) -> str:
    """A name as people type one: behind a slash, out of an address, with blanks between words."""
    name = typed.partition("/r/")[2] or typed
    return "-".join(name.strip().strip("/").partition("/")[0].partition("?")[0].split())
