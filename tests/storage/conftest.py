import pytest

from rooms_chat.storage.database import Database
from rooms_chat.storage.migrate import migrate


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'rooms.db'}")
    migrate(database)
    return database


@pytest.fixture
def reader(database):
    reader = database.reader()
    yield reader
    reader.close()
