"""People in the database: a guest gets a row when it first posts."""

from typing import Any, NamedTuple

from sqlalchemy import ClauseElement, bindparam, select, update

from rooms_chat import names
from rooms_chat.storage.database import Connection, Row, Statement, Upsert, Writer
from rooms_chat.storage.schema import people

FIRST_KEY_VERSION = 1

FIND = Statement(
    select(people.c.name, people.c.key_version, people.c.status, people.c.words).where(
        people.c.id == bindparam("person")
    )
)
CARD = Statement(
    select(people.c.name, people.c.since, people.c.status, people.c.words).where(people.c.id == bindparam("person"))
)
SET_STATUS = Statement(
    update(people)
    .where(people.c.id == bindparam("which"))
    .values(status=bindparam("new_status"), words=bindparam("new_words"))
)


class Card(NamedTuple):
    """What is kept of a person that others may see; `since` in ms."""

    user_name: str
    since: int
    status: str | None
    words: str | None


def _keep(insert: Any) -> ClauseElement:
    adding = insert(people)
    new = adding.excluded
    kept: ClauseElement = adding.on_conflict_do_update(
        index_elements=[people.c.id], set_={"name": new.name, "key": new.key}, where=people.c.name != new.name
    )
    return kept


KEEP = Upsert(_keep, ("id", "name", "key", "key_version", "since"))


def find(connection: Connection, person: str) -> Row | None:
    """(name, key version, status, words) of a person, None for one without a row."""
    return connection.first(FIND, person=person)


def keep(connection: Writer, person: str, name: str, at: int) -> None:
    """Make sure that a person has a row, under the name it has now."""
    connection.known.rename(person, name)
    connection.run(KEEP, id=person, name=name, key=names.folded(name), key_version=FIRST_KEY_VERSION, since=at)


def card(connection: Connection, person: str) -> Card | None:
    row = connection.first(CARD, person=person)
    return Card(*row) if row else None


def set_status(connection: Connection, person: str, status: str, words: str) -> None:
    connection.run(SET_STATUS, which=person, new_status=status, new_words=words)
