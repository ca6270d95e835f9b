"""The secret key of workers that share a database: kept there, so that a person is the same one to each of them."""

from contextlib import closing
from typing import Any

from sqlalchemy import ClauseElement

from rooms_chat.errors import CannotStart
from rooms_chat.storage import epoch
from rooms_chat.storage.database import Database, StorageError, Upsert
from rooms_chat.storage.schema import about

SECRET_KEY = "secret_key"


def _offer(insert: Any) -> ClauseElement:
    offered: ClauseElement = insert(about).on_conflict_do_nothing()
    return offered


OFFER = Upsert(_offer, ("name", "value"))


def shared(database: Database, own: str) -> str:
    """The first worker's key, which is `own` for the first. SQLite has one worker. Raises CannotStart."""
    if not database.is_postgres:
        return own
    try:
        with closing(database.second_writer()) as writer:
            writer.run(OFFER, name=SECRET_KEY, value=own)
            return epoch.value(writer, SECRET_KEY)
    except StorageError as error:
        raise CannotStart(f"The database {database.name} cannot be written: {error}.") from None
