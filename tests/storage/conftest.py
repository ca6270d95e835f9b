import pytest

from rooms_chat.storage.database import Database


@pytest.fixture
def server(postgres_url):
    """A database on a server."""
    return Database(postgres_url)


@pytest.fixture(params=["file", "server"])
def database(request):
    """What is asked of one kind holds for the other."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def reader(database):
    reader = database.reader()
    yield reader
    reader.close()
