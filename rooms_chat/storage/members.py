"""Members in the database."""

from sqlalchemy import bindparam, delete, select

from rooms_chat.storage.database import Connection, Statement, Upsert, Writer
from rooms_chat.storage.schema import MEMBER, OUT, members

WHOSE = (members.c.room == bindparam("room")) & (members.c.person == bindparam("person"))
ROLE = Statement(select(members.c.role).where(WHOSE))
ADD = Upsert(lambda insert: insert(members).on_conflict_do_nothing(), ("room", "person", "role", "since", "seen"))
FORGET = Statement(delete(members).where(WHOSE, members.c.role != OUT))
ROOMS_OF = Statement(select(members.c.room).where(members.c.person == bindparam("person"), members.c.role != OUT))


def role(connection: Connection, room: int, person: str) -> str | None:
    """MEMBER, OUT for one who was put out, None for a stranger."""
    row = connection.first(ROLE, room=room, person=person)
    return str(row[0]) if row else None


def add(connection: Connection, room: int, person: str, at: int, *, seen: int) -> None:
    """A new member, who has read so far."""
    connection.run(ADD, room=room, person=person, role=MEMBER, since=at, seen=seen)


def forget(connection: Writer, room: int, person: str) -> None:
    connection.known.forget_member(room, person)
    connection.run(FORGET, room=room, person=person)


def rooms_of(connection: Connection, person: str) -> set[int]:
    return {int(row[0]) for row in connection.all(ROOMS_OF, person=person)}
