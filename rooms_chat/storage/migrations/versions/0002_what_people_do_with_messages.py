"""Replies, reactions, mentions and pins; archived rooms; what a member has seen; a person's status, and its links."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("messages", sa.Column("reply_to", Whole))
    op.add_column("messages", sa.Column("reactions", sa.Text))
    op.add_column("messages", sa.Column("mentions", sa.Text))
    op.add_column("rooms", sa.Column("archived_at", Whole))
    op.add_column("members", sa.Column("seen", Whole, nullable=False, server_default="0"))
    op.add_column("members", sa.Column("level", sa.Text))
    op.execute("UPDATE members SET seen = (SELECT head FROM rooms WHERE rooms.id = members.room)")
    op.add_column("people", sa.Column("key", sa.Text, nullable=False, server_default=""))
    op.add_column("people", sa.Column("status", sa.Text))
    op.add_column("people", sa.Column("words", sa.Text))
    _fill_keys()
    op.create_index("people_by_key", "people", ["key"])
    op.create_table(
        "reactions",
        sa.Column("room", Whole, sa.ForeignKey("rooms.id"), primary_key=True),
        sa.Column("message", Whole, primary_key=True),
        sa.Column("emoji", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("user_name", sa.Text, nullable=False),
        sa.Column("place", Whole, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mentions",
        sa.Column("room", Whole, sa.ForeignKey("rooms.id"), primary_key=True),
        sa.Column("message", Whole, primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("mentions_by_person", "mentions", ["person", "room", "message"])
    op.create_table(
        "pins",
        sa.Column("room", Whole, sa.ForeignKey("rooms.id"), primary_key=True),
        sa.Column("message", Whole, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("place", Whole, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "links",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("token", sa.Text, nullable=False, unique=True),
        sa.Column("until", Whole, nullable=False),
    )


def _fill_keys() -> None:
    """A name's key, as the program made it when this was written."""
    people = sa.table("people", sa.column("id", sa.Text), sa.column("name", sa.Text), sa.column("key", sa.Text))
    connection = op.get_bind()
    for id, name in connection.execute(sa.select(people.c.id, people.c.name)).all():
        folded = unicodedata.normalize("NFKC", name).casefold()
        key = unicodedata.normalize("NFKC", folded)
        connection.execute(sa.update(people).where(people.c.id == id).values(key=key))


def downgrade() -> None:
    for table in ("links", "pins", "mentions", "reactions"):
        op.drop_table(table)
    op.drop_index("people_by_key", "people")
    for table, columns in {
        "people": ("words", "status", "key"),
        "members": ("level", "seen"),
        "rooms": ("archived_at",),
        "messages": ("mentions", "reactions", "reply_to"),
    }.items():
        for column in columns:
            op.drop_column(table, column)
