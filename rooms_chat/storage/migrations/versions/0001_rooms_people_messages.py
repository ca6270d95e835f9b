"""Rooms, people, members, messages and the log that orders them."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    about = op.create_table(
        "about",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    known = {"epoch": secrets.token_urlsafe(9), "starts": "0", "commits": "0", "copied": "no"}
    op.bulk_insert(about, [{"name": name, "value": value} for name, value in known.items()])
    op.create_table(
        "people",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("key_version", Whole, nullable=False),
        sa.Column("since", Whole, nullable=False),
    )
    op.create_table(
        "rooms",
        sa.Column("id", Whole, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("head", Whole, nullable=False),
        sa.Column("opened_by", sa.Text),
        sa.Column("opened_at", Whole, nullable=False),
        sa.Column("last_at", Whole),
        sa.CheckConstraint("visibility IN ('listed', 'unlisted', 'private')", name="visibility_is_known"),
    )
    op.create_index("rooms_by_last_at", "rooms", ["last_at"])
    op.create_table(
        "members",
        sa.Column("room", Whole, sa.ForeignKey("rooms.id"), primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("since", Whole, nullable=False),
        sa.CheckConstraint("role IN ('member', 'out')", name="role_is_known"),
    )
    op.create_index("members_by_person", "members", ["person"])
    op.create_table(
        "log",
        sa.Column("room", Whole, sa.ForeignKey("rooms.id"), primary_key=True),
        sa.Column("seq", Whole, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("message", Whole),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "messages",
        sa.Column("room", Whole, sa.ForeignKey("rooms.id"), primary_key=True),
        sa.Column("seq", Whole, primary_key=True),
        sa.Column("changed", Whole, nullable=False),
        sa.Column("person", sa.Text, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("user_name", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("edited_at", Whole),
        sa.Column("removed_at", Whole),
        sa.UniqueConstraint("room", "person", "id", name="message_is_posted_once"),
    )
    op.create_index("messages_by_changed", "messages", ["room", "changed"], unique=True)


def downgrade() -> None:
    for table in ("messages", "log", "members", "rooms", "people", "about"):
        op.drop_table(table)
