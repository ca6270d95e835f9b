import re
import resource
import sqlite3
import stat
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.dialects import sqlite

from rooms_chat.errors import CannotStart
from rooms_chat.storage import log as storage_log
from rooms_chat.storage import members, mentions, messages, people, pins, reactions, rooms, seen
from rooms_chat.storage import migrate as migrations
from rooms_chat.storage.database import Database, Statement
from rooms_chat.storage.migrate import migrate, transaction
from rooms_chat.storage.postgres import DIALECT
from rooms_chat.storage.schema import metadata


def test_the_migrations_lead_to_the_schema(database):
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_newest_migration_is_the_one_the_program_wants():
    assert max(migrations._known_versions()) == migrations.NEWEST


def test_a_database_that_is_up_to_date_is_left_alone(database):
    assert migrate(database) is None


def test_a_newer_database_is_refused_in_words(database):
    with transaction(database) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CannotStart, match="newer Rooms"):
        migrate(database)


def test_a_copy_is_made_before_a_migration(file, monkeypatch):
    monkeypatch.setattr(migrations, "NEWEST", "0001+")
    monkeypatch.setattr(migrations, "_upgrade", lambda database: None)
    copy = migrate(file)
    with closing(sqlite3.connect(copy)) as raw:
        assert raw.execute("SELECT count(*) FROM rooms").fetchone() == (0,)


def test_the_copy_made_before_a_migration_is_for_its_owner_only(file, monkeypatch):
    Path(file.path).chmod(0o644)
    monkeypatch.setattr(migrations, "NEWEST", "0001+")
    monkeypatch.setattr(migrations, "_upgrade", lambda database: None)
    assert stat.S_IMODE(migrate(file).stat().st_mode) == 0o600


def test_a_copy_for_which_there_is_no_place_is_refused_and_leaves_nothing_behind(file, monkeypatch):
    """Else the next start would find less place still, and an operator half of a copy that looks whole."""
    monkeypatch.setattr(migrations, "NEWEST", "0001+")
    with largest_file(8192), pytest.raises(CannotStart, match="cannot be used"):
        migrate(file)
    assert list(Path(file.path).parent.glob("*before*")) == []


@contextmanager
def largest_file(size_bytes):
    """For this process no file may be larger than that."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_what_is_no_database_is_refused(tmp_path):
    path = tmp_path / "rooms.db"
    path.write_text("garbage, and enough of it to be no header of any kind" * 30)
    with pytest.raises(CannotStart, match="not a database"):
        migrate(Database(f"sqlite:///{path}"))


def statements():
    """Every statement that reads, and how it is called."""
    modules = (storage_log, members, mentions, messages, people, pins, reactions, rooms, seen)
    for module in modules:
        for name, statement in vars(module).items():
            if isinstance(statement, Statement) and statement.sql(sqlite.dialect()).startswith(("SELECT", "WITH")):
                yield pytest.param(statement, id=f"{module.__name__.rpartition('.')[2]}.{name}")


WHAT_IS_ASKED_FOR = re.compile(r"SCAN (asked|(\d+ )?CONSTANT ROWS?|\d+-ROW VALUES CLAUSE)")


def plan_of(database, statement):
    sql = statement.sql(database.engine.dialect)
    with closing(sqlite3.connect(database.path)) as raw:
        return [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", ["1"] * sql.count("?"))]


def test_what_is_pinned_is_found_without_looking_through_the_messages(file):
    """Every join asks for it."""
    assert plan_of(file, pins.OF_ROOM)[0].startswith("SEARCH pins")


def test_what_is_unread_is_counted_by_one_look_at_each_message(file):
    """A page asks for it in fifty rooms."""
    assert len(plan_of(file, seen.UNREAD)) == 1


def test_one_persons_reactions_are_found_without_looking_through_everybodys(file):
    """A page may show fifty messages on which a thousand people put theirs."""
    assert plan_of(file, reactions.OF_PERSON)[0].endswith("(room=? AND message=? AND emoji=? AND person=?)")


@pytest.mark.parametrize("statement", statements())
def test_everything_is_read_by_index(file, statement):
    plan = plan_of(file, statement)
    assert any("SEARCH" in step for step in plan)
    assert not [step for step in plan if step.startswith("SCAN") and not WHAT_IS_ASKED_FOR.fullmatch(step)]


def test_a_migration_that_dies_leaves_nothing_behind(tmp_path, monkeypatch):
    database = Database(f"sqlite:///{tmp_path / 'rooms.db'}")
    with monkeypatch.context() as dying:
        dying.setattr("alembic.op.create_index", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            migrate(database)
    migrate(database)
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


@pytest.mark.parametrize("statement", statements())
def test_everything_is_read_by_index_on_a_server(postgres_url, statement):
    sql = statement.sql(DIALECT)
    values = ["1"] * sql.count("%s")
    with psycopg.connect(postgres_url) as raw:
        raw.execute("SET enable_seqscan = off")  # the tables are empty: it would not bother
        plan = "\n".join(row[0] for row in raw.execute(f"EXPLAIN {sql}", values))
    assert "Index" in plan
    assert "Seq Scan" not in plan
