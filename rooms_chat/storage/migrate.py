"""Brings a database to the newest schema at start; a copy is made first where there is something to lose."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from rooms_chat.errors import CannotStart
from rooms_chat.storage.backup import copy_file
from rooms_chat.storage.database import Database, StorageError

MIGRATIONS = Path(__file__).parent / "migrations"
NEWEST = "0002"
THE_LOCK_TO_MIGRATE = 0x526F6F6D74


def migrate(database: Database) -> Path | None:
    """Run the pending migrations; the copy of the file that was made before, if any. Raises CannotStart."""
    try:
        database.wait_until_ready()
        return _migrate(database)
    except (StorageError, SQLAlchemyError, sqlite3.Error, OSError) as error:
        reason = getattr(error, "orig", None) or error
        raise CannotStart(
            f"The database {database.name} cannot be used: {reason}. Name another with --database."
        ) from None


def version_of(database: Database) -> str | None:
    """Of its schema; None for an empty one."""
    return _version_on_server(database) if database.is_postgres else _version_of(database.path)


def _migrate(database: Database) -> Path | None:
    version = version_of(database)
    if version == NEWEST:
        return None
    if version is not None and version not in _known_versions():
        raise CannotStart(
            f"The database {database.name} is of a newer Rooms (schema {version}). Start that one, or restore a backup."
        )
    if database.is_postgres:
        _upgrade_on_server(database)
        return None
    copy = _copy(database.path, version) if version is not None else None
    _upgrade(database)
    return copy


def _version_of(path: str) -> str | None:
    with closing(sqlite3.connect(path, timeout=5)) as raw:
        try:
            row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return None
            raise
        return str(row[0]) if row else None


def _version_on_server(database: Database) -> str | None:
    with database.engine.connect() as connection:
        if connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar() is None:
            return None
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        return str(version) if version else None


def _known_versions() -> set[str]:
    return {path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def _copy(path: str, version: str) -> Path:
    """A consistent copy beside the database."""
    target = Path(f"{path}.before-{NEWEST}-of-{version}-{time.strftime('%Y%m%d-%H%M%S')}")
    copy_file(path, target)
    return target


def _upgrade(database: Database) -> None:
    with transaction(database) as connection:
        _run_migrations(connection)


def _upgrade_on_server(database: Database) -> None:
    """Of several workers that start at once, one does it, and the others find it done."""
    with transaction(database) as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({THE_LOCK_TO_MIGRATE})")
        _run_migrations(connection)


@contextmanager
def transaction(database: Database) -> Iterator[Connection]:
    """All that is written inside, or nothing. For work on whole tables."""
    with database.engine.connect() as connection:
        if database.is_postgres:
            yield connection
            connection.commit()
            return
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        # By itself the driver begins no transaction for a CREATE: a migration that dies would leave half of it.
        connection.connection.dbapi_connection.isolation_level = None  # type: ignore[union-attr]
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection
        connection.exec_driver_sql("COMMIT")


def _run_migrations(connection: Connection) -> None:
    from alembic import command  # only where a migration is pending: it costs a fifth of a second
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, NEWEST)
