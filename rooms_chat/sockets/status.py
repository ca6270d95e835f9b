"""A person's status."""

from rooms_chat import events
from rooms_chat.chat import Chat
from rooms_chat.connections import Connection
from rooms_chat.sockets.answers import Answer


def set_status(chat: Chat, connection: Connection, request: events.Status, answer: Answer) -> None:
    """Say how one is."""
    person = connection.identify()
    setting = chat.statuses.set(person, request.status, request.words, address=connection.address)
    answer.when(setting, lambda _: answer.give(status=person.status, words=person.words))
