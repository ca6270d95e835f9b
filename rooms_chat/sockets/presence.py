"""Typing."""

import time

from rooms_chat import events
from rooms_chat.chat import Chat
from rooms_chat.connections import Connection
from rooms_chat.errors import NotJoined
from rooms_chat.sockets.answers import Answer

TYPING_SECONDS = 1.0


def typing(chat: Chat, connection: Connection, request: events.Typing, answer: Answer) -> None:
    """Tell the others in the room; oftener than once a second in a room it is dropped."""
    person = connection.identify()
    room = chat.members.room_for(person, request.room)
    if room.id not in connection.joined:
        raise NotJoined(room.name)
    now = time.monotonic()
    if person.name is not None and now - connection.typed_at.get(room.id, -TYPING_SECONDS) >= TYPING_SECONDS:
        connection.typed_at[room.id] = now
        chat.news.typing(connection, room)
    answer.give()
