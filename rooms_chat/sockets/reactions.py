"""Reacting to a message."""

from rooms_chat import events
from rooms_chat.chat import Chat
from rooms_chat.connections import Connection
from rooms_chat.sockets.answers import Answer
from rooms_chat.sockets.messages import room_of


def react(chat: Chat, connection: Connection, request: events.React, answer: Answer) -> None:
    """Put an emoji on a message, or take one's own away."""
    person, (room, joined) = connection.identify(), room_of(chat, connection, request.room)
    reacting = chat.reactions.react(
        person, room, request.seq, request.emoji, request.on, address=connection.address, joined=joined
    )
    answer.when(reacting, lambda change: answer.give(seq=change.seq, changed=change.changed))
