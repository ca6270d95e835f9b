"""Links that bring a person to another device, each good for a while and for once. Only a hash of one is kept."""

from typing import Any

from sqlalchemy import ClauseElement, bindparam, delete, select

from rooms_chat.storage.database import Connection, Statement, Upsert
from rooms_chat.storage.schema import links

OF_TOKEN = links.c.token == bindparam("token")
FIND = Statement(select(links.c.person, links.c.until).where(OF_TOKEN))
TAKE = Statement(delete(links).where(OF_TOKEN, links.c.until >= bindparam("now")).returning(links.c.person))
FORGET_OLD = Statement(delete(links).where(links.c.until < bindparam("now")))


def _keep(insert: Any) -> ClauseElement:
    adding = insert(links)
    new = adding.excluded
    kept: ClauseElement = adding.on_conflict_do_update(
        index_elements=[links.c.person], set_={"token": new.token, "until": new.until}
    )
    return kept


KEEP = Upsert(_keep, ("person", "token", "until"))


def keep(connection: Connection, person: str, token: str, until: int) -> None:
    """A person's link, instead of any that it had; good until then (ms)."""
    connection.run(KEEP, person=person, token=token, until=until)


def find(connection: Connection, token: str, now: int) -> str | None:
    """Whose link this is, while it is good."""
    row = connection.first(FIND, token=token)
    return str(row[0]) if row and int(row[1]) >= now else None


def take(connection: Connection, token: str, now: int) -> str | None:
    """Whose link this was, while it was good. Of two who take it at once, at two workers, one has it."""
    row = connection.first(TAKE, token=token, now=now)
    return str(row[0]) if row else None


def forget_old(connection: Connection, now: int) -> None:
    connection.run(FORGET_OLD, now=now)
