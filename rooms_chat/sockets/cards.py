"""The card of a person."""

from rooms_chat import events
from rooms_chat.chat import Chat
from rooms_chat.connections import Connection
from rooms_chat.sockets.answers import Answer


def show(chat: Chat, connection: Connection, request: events.PersonCard, answer: Answer) -> None:
    """Tell what there is to know of a person."""
    card = chat.cards.of(request.id, connection.identify(), address=connection.address)
    answer.give(**card._asdict())
