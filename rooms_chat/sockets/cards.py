"""A person's status, and the card of another."""

from rooms_chat import events
from rooms_chat.chat import Chat
from rooms_chat.connections import Connection
from rooms_chat.sockets.answers import Answer


def set_status(chat: Chat, connection: Connection, request: events.Status, answer: Answer) -> None:
    """Say how one is."""
    person = connection.identify()
    setting = chat.statuses.set(person, request.status, request.words, address=connection.address)
    answer.when(setting, lambda _: answer.give(status=person.status, words=person.words))


def show(chat: Chat, connection: Connection, request: events.PersonCard, answer: Answer) -> None:
    """Tell what there is to know of a person."""
    card = chat.cards.of(request.id, connection.identify(), address=connection.address)
    answer.give(**card._asdict())
