"""Being the same person on another device: a link that is good once, and the page behind it."""

import segno
from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from rooms_chat.errors import RoomsError
from rooms_chat.links import GOOD_SECONDS
from rooms_chat.people import Person
from rooms_chat.web.context import absolute, address, chat, person
from rooms_chat.web.people import become

pages = Blueprint("links", __name__)


@pages.post("/me/link")
def make() -> str | Answer:
    """Make a link, and show it with its QR code; to a script, as JSON."""
    token, keeping = chat().links.make(person(), address=address())
    chat().hub.wait(keeping)
    url = absolute(url_for(".show", token=token))
    if request.accept_mimetypes.best == "application/json":
        return jsonify(ok=True, url=url, seconds=GOOD_SECONDS, qr=qr(url))
    return render_template("people/link.html", url=url, qr=qr(url), minutes=GOOD_SECONDS // 60)


@pages.get("/me/<token>")
def show(token: str) -> tuple[str, int] | str:
    """Ask before anything is done: whoever only looks at a link uses it up for nobody."""
    try:
        return asked(chat().links.whose(token))
    except RoomsError as error:
        return asked(None, error)


@pages.post("/me/<token>")
def take(token: str) -> tuple[str, int] | str | Answer:
    """This browser is that person from now on."""
    try:
        id = chat().hub.wait(chat().links.take(token))
    except RoomsError as error:
        return asked(None, error)
    return become(chat().people.by_id(id), redirect(url_for("rooms.index"), 303))


def asked(whose: Person | None, error: RoomsError | None = None) -> tuple[str, int] | str:
    """The page behind a link."""
    page = render_template("people/take.html", whose=whose, error=error, person=person())
    return (page, error.http_status) if error else page


def qr(url: str) -> str:
    """A picture for a camera, as an address of its own."""
    return str(segno.make(url, error="m").svg_data_uri(scale=4, border=2, light="#fff"))
