"""What the console needs on a million messages, and what staff write down: full-text index, filters, labels, notes."""

import sqlalchemy as sa
from alembic import op

from lifecycle import fulltext
from lifecycle.db import BigId, Json, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_FILTERS = ("stage_after", "outcome", "purpose", "channel")
_PARTS = {
    "not_understood": "fallback_count > 0",
    "handed_over": "handed_over",
    "nps": "nps_score IS NOT NULL",
    "csat": "csat_score IS NOT NULL",
    "ces": "ces_score IS NOT NULL",
}
_FIGURES = ["started_at", "customer_message_count", "channel", "outcome", "resolution", "fallback_count", "handed_over"]
_TABLES = ("saved_view", "conversation_label", "conversation_note", "macro", "phrase_review")


def upgrade() -> None:
    for name in ("stage_after", "outcome", "started_at"):
        op.drop_index(f"ix_interaction_{name}", "interaction")
    for name in _FILTERS:
        op.create_index(f"ix_interaction_{name}_last_message_at_id", "interaction", [name, "last_message_at", "id"])
    for name, where in _PARTS.items():
        part = sa.text(where)
        op.create_index(
            f"ix_interaction_{name}",
            "interaction",
            ["last_message_at", "id"],
            sqlite_where=part,
            postgresql_where=part,
        )
    op.create_index("ix_interaction_label", "interaction", ["label"])
    op.create_index("ix_interaction_figures", "interaction", _FIGURES)
    op.create_table(
        "saved_view",
        sa.Column("id", BigId, nullable=False),
        sa.Column("staff_id", BigId, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", Json, nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], ondelete="CASCADE", name="fk_saved_view_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.UniqueConstraint("staff_id", "name", name="uq_saved_view_staff_id_name"),
    )
    op.create_table(
        "conversation_label",
        sa.Column("id", BigId, nullable=False),
        _conversation("conversation_label"),
        sa.Column("label", sa.String(60), nullable=False),
        _staff("conversation_label"),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversation_label"),
        sa.UniqueConstraint("conversation_id", "label", name="uq_conversation_label_conversation_id_label"),
    )
    op.create_index("ix_conversation_label_label", "conversation_label", ["label"])
    op.create_table(
        "conversation_note",
        sa.Column("id", BigId, nullable=False),
        _conversation("conversation_note"),
        _staff("conversation_note"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversation_note"),
    )
    op.create_index("ix_conversation_note_conversation_id", "conversation_note", ["conversation_id"])
    op.create_table(
        "macro",
        sa.Column("id", BigId, nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _staff("macro"),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_macro"),
        sa.UniqueConstraint("title", name="uq_macro_title"),
    )
    message = sa.ForeignKey("message.id", ondelete="CASCADE", name="fk_phrase_review_message_id")
    op.create_table(
        "phrase_review",
        sa.Column("id", BigId, nullable=False),
        sa.Column("message_id", BigId, message, nullable=False),
        sa.Column("intent", sa.String(60), nullable=False),
        _staff("phrase_review"),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_phrase_review"),
        sa.UniqueConstraint("message_id", name="uq_phrase_review_message_id"),
    )
    fulltext.create(op.get_bind())


def downgrade() -> None:
    fulltext.drop(op.get_bind())
    for name in reversed(_TABLES):
        op.drop_table(name)
    op.drop_index("ix_interaction_figures", "interaction")
    op.drop_index("ix_interaction_label", "interaction")
    for name in _PARTS:
        op.drop_index(f"ix_interaction_{name}", "interaction")
    for name in _FILTERS:
        op.drop_index(f"ix_interaction_{name}_last_message_at_id", "interaction")
    for name in ("stage_after", "outcome", "started_at"):
        op.create_index(f"ix_interaction_{name}", "interaction", [name])


def _conversation(table: str) -> sa.Column:
    key = sa.ForeignKey("conversation.id", ondelete="CASCADE", name=f"fk_{table}_conversation_id")
    return sa.Column("conversation_id", sa.String(32), key, nullable=False)


def _staff(table: str) -> sa.Column:
    key = sa.ForeignKey("staff.id", ondelete="SET NULL", name=f"fk_{table}_staff_id")
    return sa.Column("staff_id", BigId, key, nullable=True)
