"""The secret key of workers that share a database: kept there, so that a person is the same one to each of them.

One that serves alone on SQLite keeps it in its data folder, as a rule beside the database.
"""

from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import ClauseElement

from rooms_chat import data_folder
from rooms_chat.errors import CannotStart
from rooms_chat.storage import epoch
from rooms_chat.storage.database import Database, StorageError, Upsert
from rooms_chat.storage.schema import about

SECRET_KEY = "secret_key"


def _offer(insert: Any) -> ClauseElement:
    offered: ClauseElement = insert(about).on_conflict_do_nothing()
    return offered


def _replace(insert: Any) -> ClauseElement:
    new = insert(about)
    replaced: ClauseElement = new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value})
    return replaced


OFFER = Upsert(_offer, ("name", "value"))
REPLACE = Upsert(_replace, ("name", "value"))


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


def hand_over(source: Database, target: Database) -> bool:
    """Give the target the key of the source, so that everybody stays who they are; whether there was one.

    Raises CannotStart.
    """
    try:
        key = _kept(source)
        if key is not None:
            _keep(target, key)
        return key is not None
    except (StorageError, OSError) as error:
        raise CannotStart(f"All rooms are in {target.name}, but not the secret key: {error}. Run it again.") from None


def _kept(database: Database) -> str | None:
    if not database.is_postgres:
        return data_folder.secret_key(_beside(database)) if _beside(database).exists() else None
    with closing(database.second_writer()) as writer:
        row = writer.first(epoch.VALUE, which=SECRET_KEY)
    return str(row[0]) if row else None


def _keep(database: Database, key: str) -> None:
    """A server that ran on the empty target left a key by which nobody is known; a file's may be another database's."""
    if database.is_postgres:
        with closing(database.second_writer()) as writer:
            writer.run(REPLACE, name=SECRET_KEY, value=key)
    elif _kept(database) is None:
        data_folder.keep_secret_key(_beside(database), key)
    elif _kept(database) != key:
        raise CannotStart(
            f"All rooms are in {database.name}, but {_beside(database)} is the secret key of others."
            " Move it away and run this again."
        )


def _beside(database: Database) -> Path:
    return Path(database.path).with_name(data_folder.KEY_FILE)
