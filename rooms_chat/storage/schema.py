"""The tables as they are now. Migrations bring a database here; a test compares the two.

Times are whole milliseconds since 1970, UTC. A person is known by its public id everywhere, so that a guest has one
before there is a row. `reactions` and `mentions` of a message are JSON, so that reading a page asks nothing further.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()
Whole = BigInteger().with_variant(Integer, "sqlite")  # a time, a seq: PostgreSQL's Integer ends at 2 billion

about = Table(
    "about",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key_version", Whole, nullable=False),
    Column("since", Whole, nullable=False),
    Column("key", Text, nullable=False, server_default=""),
    Column("status", Text),
    Column("words", Text),
    Index("people_by_key", "key"),
)

rooms = Table(
    "rooms",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("head", Whole, nullable=False),
    Column("opened_by", Text),
    Column("opened_at", Whole, nullable=False),
    Column("last_at", Whole),
    Column("archived_at", Whole),
    CheckConstraint("visibility IN ('listed', 'unlisted', 'private')", name="visibility_is_known"),
    Index("rooms_by_last_at", "last_at"),
)

MEMBER, OUT = "member", "out"  # the roles of members: who was put out is kept, and kept out

members = Table(
    "members",
    metadata,
    Column("room", Whole, ForeignKey("rooms.id"), primary_key=True),
    Column("person", Text, ForeignKey("people.id"), primary_key=True),
    Column("role", Text, nullable=False),
    Column("since", Whole, nullable=False),
    Column("seen", Whole, nullable=False, server_default="0"),
    Column("level", Text),
    CheckConstraint("role IN ('member', 'out')", name="role_is_known"),
    Index("members_by_person", "person"),
)

log = Table(
    "log",
    metadata,
    Column("room", Whole, ForeignKey("rooms.id"), primary_key=True),
    Column("seq", Whole, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("message", Whole),
    Column("person", Text, nullable=False),
    Column("at", Whole, nullable=False),
    sqlite_with_rowid=False,
)

messages = Table(
    "messages",
    metadata,
    Column("room", Whole, ForeignKey("rooms.id"), primary_key=True),
    Column("seq", Whole, primary_key=True),
    Column("changed", Whole, nullable=False),
    Column("person", Text, ForeignKey("people.id"), nullable=False),
    Column("id", Text, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("at", Whole, nullable=False),
    Column("edited_at", Whole),
    Column("removed_at", Whole),
    Column("reply_to", Whole),
    Column("reactions", Text),
    Column("mentions", Text),
    UniqueConstraint("room", "person", "id", name="message_is_posted_once"),
    Index("messages_by_changed", "room", "changed", unique=True),
)

reactions = Table(
    "reactions",
    metadata,
    Column("room", Whole, ForeignKey("rooms.id"), primary_key=True),
    Column("message", Whole, primary_key=True),
    Column("emoji", Text, primary_key=True),
    Column("person", Text, ForeignKey("people.id"), primary_key=True),
    Column("user_name", Text, nullable=False),
    Column("place", Whole, nullable=False),
    sqlite_with_rowid=False,
)

mentions = Table(
    "mentions",
    metadata,
    Column("room", Whole, ForeignKey("rooms.id"), primary_key=True),
    Column("message", Whole, primary_key=True),
    Column("person", Text, primary_key=True),
    Index("mentions_by_person", "person", "room", "message"),
    sqlite_with_rowid=False,
)

pins = Table(
    "pins",
    metadata,
    Column("room", Whole, ForeignKey("rooms.id"), primary_key=True),
    Column("message", Whole, primary_key=True),
    Column("person", Text, nullable=False),
    Column("place", Whole, nullable=False),
    sqlite_with_rowid=False,
)

links = Table(
    "links",
    metadata,
    Column("person", Text, primary_key=True),
    Column("token", Text, nullable=False, unique=True),
    Column("until", Whole, nullable=False),
)
