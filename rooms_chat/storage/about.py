"""What a database knows of itself: its epoch, which tells one history of the rooms from another."""

from sqlalchemy import bindparam, select

from rooms_chat.storage.database import Connection, Statement
from rooms_chat.storage.schema import about

VALUE = Statement(select(about.c.value).where(about.c.name == bindparam("name")))


def epoch(connection: Connection) -> str:
    row = connection.first(VALUE, name="epoch")
    assert row is not None
    return str(row[0])
