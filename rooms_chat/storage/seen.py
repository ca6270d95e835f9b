"""How far members have read, what that leaves unread, and how much of a room each wants to be told of."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, update

from rooms_chat.storage.database import Connection, Statement
from rooms_chat.storage.schema import MEMBER, log, members, mentions, messages

IS_MEMBER = members.c.role == MEMBER
OF_PERSON = (members.c.person == bindparam("person")) & IS_MEMBER
MEMBERSHIP = Statement(select(members.c.seen, members.c.level).where(members.c.room == bindparam("room"), OF_PERSON))
MEMBERSHIPS = Statement(select(members.c.room, members.c.seen, members.c.level).where(OF_PERSON))
WHOSE = (members.c.room == bindparam("which")) & (members.c.person == bindparam("whose")) & IS_MEMBER
SEE = Statement(update(members).where(WHOSE).values(seen=bindparam("place")))
CHOOSE = Statement(update(members).where(WHOSE).values(level=bindparam("chosen")))
UNREAD = Statement(
    select(messages.c.seq)
    .where(
        messages.c.room == bindparam("room"),
        messages.c.seq > bindparam("after"),
        messages.c.seq <= bindparam("upto"),
        messages.c.person != bindparam("person"),
        messages.c.removed_at.is_(None),
    )
    .limit(bindparam("most"))
)
MENTIONS = Statement(
    select(mentions.c.message)
    .where(
        mentions.c.person == bindparam("person"),
        mentions.c.room == bindparam("room"),
        mentions.c.message > bindparam("after"),
        mentions.c.message <= bindparam("upto"),
    )
    .limit(bindparam("most"))
)
SINCE = Statement(
    select(log.c.kind, log.c.person, func.count())
    .where(log.c.room == bindparam("room"), log.c.seq > bindparam("after"), log.c.seq <= bindparam("upto"))
    .group_by(log.c.kind, log.c.person)
)
MENTIONED_SINCE = Statement(
    select(mentions.c.person, func.count())
    .where(
        mentions.c.room == bindparam("room"),
        mentions.c.message > bindparam("after"),
        mentions.c.message <= bindparam("upto"),
    )
    .group_by(mentions.c.person)
)
NEWEST = Statement(select(func.max(messages.c.seq)).where(messages.c.room == bindparam("room")))


class Membership(NamedTuple):
    """What is kept of a member in a room: the place up to which it has read, and the level it chose, if it did."""

    seen: int
    level: str | None


def membership(connection: Connection, room: int, person: str) -> Membership | None:
    """Of a member; None for anybody else."""
    row = connection.first(MEMBERSHIP, room=room, person=person)
    return Membership(*row) if row else None


def memberships(connection: Connection, person: str) -> dict[int, Membership]:
    """Of a person, by room."""
    return {room: Membership(*known) for room, *known in connection.all(MEMBERSHIPS, person=person)}


def see(connection: Connection, places: Iterable[tuple[int, str, int]]) -> None:
    """(room, person, place): members have read so far."""
    for room, person, place in sorted(places):  # in one order, so that no two workers wait for each other
        connection.run(SEE, which=room, whose=person, place=place)


def choose(connection: Connection, room: int, person: str, level: str) -> None:
    connection.run(CHOOSE, which=room, whose=person, chosen=level)


def unread(connection: Connection, room: int, person: str, after: int, upto: int, most: int) -> int:
    """How many messages of others stand in a part of a log, at most so many."""
    return len(connection.all(UNREAD, room=room, person=person, after=after, upto=upto, most=most))


def mentioned(connection: Connection, room: int, person: str, after: int, upto: int, most: int) -> int:
    """How many messages in a part of a log mention this person, at most so many."""
    return len(connection.all(MENTIONS, room=room, person=person, after=after, upto=upto, most=most))


def since(connection: Connection, room: int, after: int, upto: int) -> list[tuple[str, str, int]]:
    """(kind, person, how many) of the rows in a part of a log."""
    return [(kind, person, number) for kind, person, number in connection.all(SINCE, room=room, after=after, upto=upto)]


def mentioned_since(connection: Connection, room: int, after: int, upto: int) -> dict[str, int]:
    """In how many messages of a part of a log each person is mentioned."""
    return dict(connection.all(MENTIONED_SINCE, room=room, after=after, upto=upto))


def newest(connection: Connection, room: int) -> int:
    """The seq of the newest message; 0 where there is none."""
    row = connection.first(NEWEST, room=room)
    return int(row[0] or 0) if row else 0
