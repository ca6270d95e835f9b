"""Rooms, people, members, messages and the log that orders them."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


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
        sa.Column("key_version", sa.Integer, nullable=False),
        sa.Column("since", sa.Integer, nullable=False),
    )
    op.create_table(
        "rooms",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("head", sa.Integer, nullable=False),
        sa.Column("opened_by", sa.Text),
        sa.Column("opened_at", sa.Integer, nullable=False),
        sa.Column("last_at", sa.Integer),
        sa.CheckConstraint("visibility IN ('listed', 'unlisted', 'private')", name="visibility_is_known"),
    )
    op.create_index("rooms_by_last_at", "rooms", ["last_at"])
    op.create_table(
        "members",
        sa.Column("room", sa.Integer, sa.ForeignKey("rooms.id"), primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("since", sa.Integer, nullable=False),
        sa.CheckConstraint("role IN ('member', 'out')", name="role_is_known"),
    )
    op.create_index("members_by_person", "members", ["person"])
    op.create_table(
        "log",
        sa.Column("room", sa.Integer, sa.ForeignKey("rooms.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("message", sa.Integer),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "messages",
        sa.Column("room", sa.Integer, sa.ForeignKey("rooms.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("person", sa.Text, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("user_name", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
        sa.Column("edited_at", sa.Integer),
        sa.Column("removed_at", sa.Integer),
        sa.UniqueConstraint("room", "person", "id", name="message_is_posted_once"),
    )
    op.create_index("messages_by_changed", "messages", ["room", "changed"], unique=True)


def downgrade() -> None:
    for table in ("messages", "log", "members", "rooms", "people", "about"):
        op.drop_table(table)
