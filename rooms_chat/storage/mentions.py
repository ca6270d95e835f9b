"""Who may be meant by a name, and who was meant in a message."""

from collections.abc import Iterable

from sqlalchemy import BindParameter, bindparam, delete, insert, select

from rooms_chat.storage.database import Connection, Statement
from rooms_chat.storage.schema import MEMBER, members, mentions, people, rooms

KEYS_AT_ONCE = 40
KEYS: list[BindParameter[str]] = [bindparam(f"key{number}") for number in range(KEYS_AT_ONCE)]
MEMBERS = Statement(
    select(people.c.key, people.c.id)
    .join(members, members.c.person == people.c.id)
    .where(people.c.key.in_(KEYS), members.c.room == bindparam("room"), members.c.role == MEMBER)
    .order_by(members.c.since)
)
LISTED = Statement(select(rooms.c.key, rooms.c.name).where(rooms.c.key.in_(KEYS), rooms.c.visibility == "listed"))
ADD = Statement(insert(mentions), ("room", "message", "person"))
FORGET = Statement(
    delete(mentions).where(mentions.c.room == bindparam("room"), mentions.c.message == bindparam("message"))
)


def members_called(connection: Connection, room: int, keys: list[str]) -> dict[str, str]:
    """Members of a room by their folded names, of those that are asked for; of two, who came last."""
    return _by_key(connection, MEMBERS, keys, room=room)


def listed_rooms(connection: Connection, keys: list[str]) -> dict[str, str]:
    """The names of listed rooms by their keys, of those that are asked for."""
    return _by_key(connection, LISTED, keys)


def add(connection: Connection, room: int, message: int, people: Iterable[str]) -> None:
    connection.run_many(ADD, [(room, message, person) for person in people])


def forget(connection: Connection, room: int, message: int) -> None:
    connection.run(FORGET, room=room, message=message)


def _by_key(connection: Connection, statement: Statement, keys: list[str], **values: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        some += [some[0]] * (KEYS_AT_ONCE - len(some))
        asked = {f"key{number}": key for number, key in enumerate(some)}
        found |= dict(connection.all(statement, **asked, **values))
    return found
