"""Reactions in the database: who put which emoji on a message. The message itself carries what is shown of them."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, select

from rooms_chat.events import Reactor
from rooms_chat.storage.database import ASKED_TOGETHER, Connection, Statement, filled
from rooms_chat.storage.schema import reactions

OF_MESSAGE = (reactions.c.room == bindparam("room")) & (reactions.c.message == bindparam("message"))
WITH_EMOJI = OF_MESSAGE & (reactions.c.emoji == bindparam("emoji"))
WHOSE = WITH_EMOJI & (reactions.c.person == bindparam("person"))
THESE = reactions.c.emoji.in_([bindparam(f"emoji{n}") for n in range(ASKED_TOGETHER)])
OF_PERSON = Statement(select(reactions.c.emoji).where(OF_MESSAGE, THESE, reactions.c.person == bindparam("person")))
HOLDS = Statement(select(reactions.c.place).where(WHOSE))
ADD = Statement(insert(reactions), ("room", "message", "emoji", "person", "user_name", "place"))
TAKE = Statement(delete(reactions).where(WHOSE))
FORGET = Statement(delete(reactions).where(OF_MESSAGE))
FIRST = Statement(
    select(reactions.c.person, reactions.c.user_name)
    .where(WITH_EMOJI)
    .order_by(reactions.c.place)
    .limit(bindparam("most"))
)


def holds(connection: Connection, room: int, message: int, emoji: str, person: str) -> bool:
    return connection.first(HOLDS, room=room, message=message, emoji=emoji, person=person) is not None


def of_person(connection: Connection, room: int, message: int, person: str, these: Sequence[str]) -> set[str]:
    """Which of these emoji, at most `ASKED_TOGETHER`, a person put on a message."""
    asked = {f"emoji{n}": emoji for n, emoji in enumerate(filled(these))}
    return {emoji for (emoji,) in connection.all(OF_PERSON, room=room, message=message, person=person, **asked)}


def add(connection: Connection, room: int, message: int, emoji: str, by: Reactor, place: int) -> None:
    connection.run(ADD, room=room, message=message, emoji=emoji, person=by.id, user_name=by.user_name, place=place)


def take(connection: Connection, room: int, message: int, emoji: str, person: str) -> None:
    connection.run(TAKE, room=room, message=message, emoji=emoji, person=person)


def forget(connection: Connection, room: int, message: int) -> None:
    """Of a message that is removed."""
    connection.run(FORGET, room=room, message=message)


def first(connection: Connection, room: int, message: int, emoji: str, most: int) -> list[Reactor]:
    """The first who put this emoji on a message, and still have it there."""
    return [Reactor(*row) for row in connection.all(FIRST, room=room, message=message, emoji=emoji, most=most)]
