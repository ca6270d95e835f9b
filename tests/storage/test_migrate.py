import sqlite3
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from rooms_chat.errors import CannotStart
from rooms_chat.storage import migrate as migrations
from rooms_chat.storage.database import Database
from rooms_chat.storage.migrate import migrate
from rooms_chat.storage.schema import metadata


def test_the_migrations_lead_to_the_schema(database):
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_newest_migration_is_the_one_the_program_wants():
    assert max(migrations._known_versions()) == migrations.NEWEST


def test_a_database_that_is_up_to_date_is_left_alone(database):
    assert migrate(database) is None


def test_a_newer_database_is_refused_in_words(database):
    with closing(sqlite3.connect(database.path)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()
    with pytest.raises(CannotStart, match="newer Rooms"):
        migrate(database)


def test_a_copy_is_made_before_a_migration(database, monkeypatch):
    monkeypatch.setattr(migrations, "NEWEST", "0001+")
    monkeypatch.setattr(migrations, "_upgrade", lambda database: None)
    copy = migrate(database)
    with closing(sqlite3.connect(copy)) as raw:
        assert raw.execute("SELECT count(*) FROM rooms").fetchone() == (0,)


def test_what_is_no_database_is_refused(tmp_path):
    path = tmp_path / "rooms.db"
    path.write_text("garbage, and enough of it to be no header of any kind" * 30)
    with pytest.raises(CannotStart, match="not a database"):
        migrate(Database(f"sqlite:///{path}"))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM messages WHERE room = 1 AND seq < 9 ORDER BY seq DESC LIMIT 50",
        "SELECT * FROM messages WHERE room = 1 AND seq >= 9 ORDER BY seq LIMIT 50",
        "SELECT * FROM messages WHERE room = 1 AND changed > 9 ORDER BY changed LIMIT 50",
        "SELECT * FROM messages WHERE room = 1 AND person = 'p' AND id = 'i'",
        "SELECT * FROM log WHERE room = 1 AND seq > 9 AND seq <= 20 ORDER BY seq",
        "SELECT * FROM rooms WHERE key = 'kitchen'",
        "SELECT * FROM rooms WHERE visibility = 'listed' AND last_at >= 5 ORDER BY last_at DESC LIMIT 50",
        "SELECT * FROM members WHERE person = 'p'",
    ],
)
def test_history_is_read_by_index(database, query):
    with closing(sqlite3.connect(database.path)) as raw:
        plan = " ".join(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {query}"))
    assert "SEARCH" in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan
