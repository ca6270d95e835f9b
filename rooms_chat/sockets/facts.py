"""A room's topic, its pins, and archiving it."""

from rooms_chat import events
from rooms_chat.chat import Chat
from rooms_chat.connections import Connection
from rooms_chat.hub import Pending
from rooms_chat.sockets.answers import Answer


def set_topic(chat: Chat, connection: Connection, request: events.Topic, answer: Answer) -> None:
    """Give a room another topic."""
    room = chat.members.room_for(connection.identify(), request.room)
    tell(answer, chat.facts.set_topic(connection.identify(), room, request.topic, connection.address))


def pin(chat: Chat, connection: Connection, request: events.PinMessage, answer: Answer) -> None:
    """Pin a message, or take it off."""
    room = chat.members.room_for(connection.identify(), request.room)
    tell(answer, chat.facts.pin(connection.identify(), room, request.seq, request.on, connection.address))


def archive(chat: Chat, connection: Connection, request: events.Archive, answer: Answer) -> None:
    """Close a room, or open it again."""
    room = chat.members.room_for(connection.identify(), request.room)
    tell(answer, chat.facts.archive(connection.identify(), room, request.on, connection.address))


def tell(answer: Answer, changing: Pending[int]) -> None:
    """The place in the log."""
    answer.when(changing, lambda place: answer.give(changed=place))
