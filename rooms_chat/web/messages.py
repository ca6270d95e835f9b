"""Messages: posting one without a script, and the page around one."""

from flask import Blueprint, redirect, url_for

from rooms_chat.errors import RoomsError
from rooms_chat.storage.rooms import Room
from rooms_chat.web import talk
from rooms_chat.web.context import address, chat, person
from rooms_chat.web.forms import Say

pages = Blueprint("messages", __name__)


@pages.post("/r/<name>/messages")
def post(name: str) -> talk.Shown:
    """Post what the form holds, and go back to the talk."""
    room = talk.find(name)
    if not isinstance(room, Room):
        return room
    form = Say()
    try:
        draft = chat().messages.draft(person(), room.name, form.message.data or "", form.id.data, address=address())
        name_them(room, form.user_name.data)
        chat().hub.wait(chat().messages.post(person(), room, draft, joined=True))
    except RoomsError as error:
        return talk.show(room, talk.window(room), form, error)
    return redirect(url_for("rooms.show", name=room.name), 303)


@pages.get("/r/<name>/<int(max=9007199254740992):seq>")
def show(name: str, seq: int) -> talk.Shown:
    """One message in its place."""
    room = talk.find(name)
    if not isinstance(room, Room):
        return room
    return talk.show(room, talk.window(room, around=seq))


def name_them(room: Room, wanted: str | None) -> None:
    """Call a person by the name in the form, who has none yet; by a variant of its own, where another here has that."""
    own = person().name
    if name := own or wanted:
        chat().hub.wait(chat().others.learn(room.id))  # who is there by way of other workers has its name too
        chat().presence.call(person(), name, room.id, may_be_refused=own is None)
