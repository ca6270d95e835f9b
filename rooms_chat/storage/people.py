"""People in the database: a guest gets a row when it first posts."""

from typing import Any

from sqlalchemy import ClauseElement, bindparam, select

from rooms_chat import names
from rooms_chat.storage.database import Connection, Row, Statement, Upsert
from rooms_chat.storage.schema import people

FIND = Statement(select(people.c.name, people.c.key_version).where(people.c.id == bindparam("person")))


def _keep(insert: Any) -> ClauseElement:
    adding = insert(people)
    new = adding.excluded
    kept: ClauseElement = adding.on_conflict_do_update(
        index_elements=[people.c.id], set_={"name": new.name, "key": new.key}, where=people.c.name != new.name
    )
    return kept


KEEP = Upsert(_keep, ("id", "name", "key", "key_version", "since"))


def find(connection: Connection, person: str) -> Row | None:
    """(name, key version) of a person, None for one without a row."""
    return connection.first(FIND, person=person)


def keep(connection: Connection, person: str, name: str, key_version: int, at: int) -> None:
    """Make sure that a person has a row, under the name it has now."""
    connection.run(KEEP, id=person, name=name, key=names.folded(name), key_version=key_version, since=at)
