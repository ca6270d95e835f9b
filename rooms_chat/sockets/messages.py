"""Posting, and reading history."""

from typing import Any

from rooms_chat import events, names
from rooms_chat.changes import Posted, checked_text
from rooms_chat.chat import Chat
from rooms_chat.connections import Connection
from rooms_chat.errors import Archived, BadRequest, NotJoined
from rooms_chat.messages import Draft
from rooms_chat.people import NAMELESS
from rooms_chat.sockets.answers import Answer
from rooms_chat.sockets.order import in_turn
from rooms_chat.sockets.rooms import call, join, meet
from rooms_chat.storage.rooms import Room

DEFAULT_ROOM = "lobby"


def my_event(chat: Chat, connection: Connection, request: events.MyEvent, answer: Answer) -> None:
    """Post a message. Without a room it goes to the lobby, which the connection then joins."""
    if (request.message is None) == (request.data is None):
        raise BadRequest("Send a “message”.", field="message")
    draft = None if request.message is None else draft_of(chat, connection, request, request.message)
    if request.room is not None:
        return speak(chat, connection, request, draft, answer)
    join_default_room(chat, connection)
    return in_turn(connection, answer, lambda: speak(chat, connection, request, draft, answer), goes_on=True)


def draft_of(chat: Chat, connection: Connection, request: events.MyEvent, text: str) -> Draft:
    """What is wrong with a post is found out before a room is opened for it or anybody is named."""
    person = connection.identify()
    if request.user_name is not None:
        names.user_name(request.user_name)
    elif request.room is None and person.name is None and connection.offered_name is None:
        raise BadRequest(NAMELESS, field="user_name")
    return chat.messages.draft(
        person, room_asked(request), text, request.id, address=connection.address, reply_to=request.reply_to
    )


def join_default_room(chat: Chat, connection: Connection) -> None:
    room = chat.rooms.find(DEFAULT_ROOM)
    if room is None or room.id not in connection.joined:
        join(chat, connection, events.Join(room=DEFAULT_ROOM), Answer(None))


def speak(chat: Chat, connection: Connection, request: events.MyEvent, draft: Draft | None, answer: Answer) -> None:
    room, joined = room_of(chat, connection, room_asked(request))
    if draft is None:
        return relay(chat, connection, room, request.data or "", answer)

    def go_on() -> None:
        say(chat, connection, request, room, draft, answer, joined=joined)

    if joined or not chat.members.may_post(connection.identify(), room, joined=joined):
        return go_on()
    return meet(chat, connection, room, answer, go_on)


def say(
    chat: Chat,
    connection: Connection,
    request: events.MyEvent,
    room: Room,
    draft: Draft,
    answer: Answer,
    *,
    joined: bool,
) -> None:
    person = connection.identify()
    if person.name is None or request.user_name not in (None, person.name):
        chat.members.ask_to_post(person, room, joined=joined)
        call(chat, connection, request.user_name, room.id, may_be_refused=answer.wanted)
    elif not joined and chat.members.may_post(person, room, joined=joined):  # else it may stand there already
        call(chat, connection, None, room.id, may_be_refused=False)

    def posted(post: Posted) -> None:
        told = introduction(connection, answer)
        if told or post.new_member:
            rights = chat.members.rights(person, room, joined=joined)
            told = {"you": {**connection.you(), "may": rights}}
        answer.give(seq=post.seq, id=post.id, at=post.at, **told)

    posting = chat.messages.post(person, room, draft, joined=joined)
    if answer.wanted:
        answer.when(posting, posted)


def relay(chat: Chat, connection: Connection, room: Room, data: str, answer: Answer) -> None:
    """The tutorial's word: told to the room, kept nowhere."""
    if room.id not in connection.joined:
        raise NotJoined(room.name)
    if chat.rooms.is_archived(room.id):
        raise Archived(room.name)
    chat.limits.count_post_by(connection.identify().id, connection.address)
    chat.limits.count_post_in(room.id)
    chat.news.relay(room, checked_text(data))
    answer.give(**introduction(connection, answer))


def introduction(connection: Connection, answer: Answer) -> dict[str, Any]:
    """`you`, where a guest was made and has not been told yet."""
    if connection.introduced:
        return {}
    connection.introduced = answer.wanted
    return {"you": connection.you()}


def room_asked(request: events.MyEvent) -> str:
    return DEFAULT_ROOM if request.room is None else request.room


def edit(chat: Chat, connection: Connection, request: events.Edit, answer: Answer) -> None:
    """Give a message of one's own another text."""
    person, (room, joined) = connection.identify(), room_of(chat, connection, request.room)
    editing = chat.messages.edit(person, room, request.seq, request.message, address=connection.address, joined=joined)
    answer.when(editing, lambda change: answer.give(seq=change.seq, changed=change.changed))


def remove(chat: Chat, connection: Connection, request: events.Remove, answer: Answer) -> None:
    """Erase a message's text."""
    person, (room, joined) = connection.identify(), room_of(chat, connection, request.room)
    removing = chat.messages.remove(person, room.name, request.seq, address=connection.address, joined=joined)
    answer.when(removing, lambda change: answer.give(seq=change.seq, changed=change.changed))


def room_of(chat: Chat, connection: Connection, name: str) -> tuple[Room, bool]:
    """A room, and whether this connection has joined it."""
    if room := connection.joined_room(names.room_key(name)):
        return room, True
    return chat.members.room_for(connection.identify(), name), False


def history(chat: Chat, connection: Connection, request: events.History, answer: Answer) -> None:
    """A page of a room's history, in seq order."""
    if sum(seq is not None for seq in (request.before, request.from_, request.around)) > 1:
        raise BadRequest("Send one of “before”, “from” and “around”.", field="before")
    if not answer.wanted:
        return
    room = chat.members.room_for(connection.person, request.room)
    page = chat.messages.page(
        room, before=request.before, from_=request.from_, around=request.around, limit=request.limit
    )
    messages = page.messages
    if connection.person is not None:
        messages = chat.reactions.shown_to(connection.person.id, room.id, messages)
    answer.give(messages=messages, more=page.more)
