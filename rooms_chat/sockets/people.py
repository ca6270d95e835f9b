"""Who connects."""

from typing import Any

from rooms_chat import events
from rooms_chat.chat import Chat
from rooms_chat.connections import Connection


def connect(chat: Chat, sid: str, address: str, auth: Any, cookie: str | None = None) -> Connection:
    """A connection: of the cookie's person, else of the key's in `auth`; else nobody yet. Raises BadRequest, Busy."""
    offered = events.parse(events.ConnectAuth, auth or {})
    connection = Connection(sid, address, chat.people)
    if person := chat.people.from_cookie(cookie):
        connection.recognise(person)
    elif offered.key is not None:
        connection.identify(offered.key)
    connection.offered_name = offered.user_name
    return connection
