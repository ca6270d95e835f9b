"""Joining, leaving, and hearing of the active rooms."""

from collections.abc import Callable
from typing import Any

from rooms_chat import __version__, events, names
from rooms_chat.chat import Chat
from rooms_chat.connections import Connection
from rooms_chat.errors import RoomNotFound
from rooms_chat.hub import of_one_moment
from rooms_chat.others import Word
from rooms_chat.sockets.answers import Answer
from rooms_chat.sockets.order import hold_requests
from rooms_chat.storage.rooms import Room


def join(chat: Chat, connection: Connection, request: events.Join, answer: Answer) -> None:
    """Take the connection into a room; opens one that is not there."""
    if request.user_name is not None:
        names.user_name(request.user_name)
    connection.ask_for_place(names.room_key(request.room))
    person = connection.identify(request.key)
    try:
        room = chat.members.room_for(person, request.room)
        meet(chat, connection, room, answer, lambda: enter(chat, connection, room, request, answer))
    except RoomNotFound:
        if chat.members.is_out(person, request.room):
            raise
        call(chat, connection, request.user_name, None, may_be_refused=answer.wanted)
        opening = chat.rooms.open(person, request.room, None, connection.address)
        answer.when(opening, lambda room: enter(chat, connection, room, request, answer))
        hold_requests(connection, opening)


def meet(chat: Chat, connection: Connection, room: Room, answer: Answer, go_on: Callable[[], None]) -> None:
    """Before one comes in, or speaks from outside, it has to be known who is there by way of other workers."""
    learning = chat.others.learn(room.id)
    if learning.done:
        return go_on()
    answer.when(learning, lambda _: go_on())
    return hold_requests(connection, learning)


def enter(chat: Chat, connection: Connection, room: Room, request: events.Join, answer: Answer) -> None:
    """The answer is a cut in the room's stream: what it holds, then everything after it."""
    with chat.of_one_moment():
        cut = chat.messages.cut(room.id, request.after, request.epoch)
        told = about(chat, connection, cut.room)
        messages = chat.reactions.shown_to(connection.identify().id, room.id, cut.messages)
    if connection.ended:
        return  # nothing is read from here on: nobody comes between
    call(chat, connection, request.user_name, room.id, may_be_refused=answer.wanted)
    chat.enter(connection, room)
    told["room"]["here"] = chat.presence.number_here(room.id)  # with who comes
    connection.introduced = connection.introduced or answer.wanted
    answer.give(
        head=cut.head,
        epoch=cut.epoch,
        messages=messages,
        limited=cut.limited,
        more=cut.more,
        you={**connection.you(), "may": told.pop("may")},
        version=__version__,
        **told,
    )
    if not cut.more:
        chat.delivery.admit(connection, cut.room, cut.head)
    chat.news.welcome(connection, cut.room)


def about(chat: Chat, connection: Connection, room: Room) -> dict[str, Any]:
    """A room, what is new to the person there, and what it may do there once it is in."""
    person = connection.identify()
    rights = chat.members.rights(person, room, joined=True)
    return {"room": chat.rooms.facts(room), **chat.seen.reading(person, room)._asdict(), "may": rights}


def call(chat: Chat, connection: Connection, asked: str | None, room: int | None, *, may_be_refused: bool) -> None:
    """Settle what the person is called, in a room too. Who comes back is never refused; a reader has no name yet."""
    person = connection.identify()
    wanted = asked if asked is not None else person.name or connection.offered_name
    if wanted is None:
        return
    comes_back = connection.returning or wanted == person.name
    chat.presence.call(person, wanted, room, may_be_refused=may_be_refused and not comes_back)


def leave(chat: Chat, connection: Connection, request: events.Leave, answer: Answer) -> None:
    """Take this connection out; with `forget`, end the membership for all of the person's tabs."""
    person = connection.identify()
    room = chat.members.room_for(person, request.room)
    if not request.forget:
        chat.leave(connection, room.id)
        answer.give()
        return
    forgetting = chat.members.forget(person, room, address=connection.address)
    answer.when(forgetting, lambda _: forget(chat, connection, room, answer))
    hold_requests(connection, forgetting)


def forget(chat: Chat, connection: Connection, room: Room, answer: Answer) -> None:
    """The membership has ended: so does being here, in every tab."""
    person = connection.identify()
    for tab in list(chat.presence.connections_of(person.id, room.id)):
        chat.leave(tab, room.id)
        if tab is not connection:
            chat.news.farewell(tab, room)
    chat.news.forgot_room(person, room.id)
    chat.others.tell(Word(forgot=(person.id, room.id)))
    answer.give()


def watch(chat: Chat, connection: Connection, request: events.Rooms, answer: Answer) -> None:
    """Hear of the active rooms, or no more."""
    if request.on:
        chat.news.watch_rooms(connection)
        if answer.wanted:
            answer.give(rooms=active_rooms(chat, connection))
    else:
        chat.news.ignore_rooms(connection)
        answer.give(rooms=[])


def active_rooms(chat: Chat, connection: Connection) -> list[dict[str, Any]]:
    """As they are when they are told: else the answer would undo what was told while they were read."""
    person = connection.identify()
    if not chat.reader.holds_others:
        return list(chat.seen.active_rooms(person))
    return of_one_moment(chat.hub, lambda: chat.seen.active_rooms(person))
