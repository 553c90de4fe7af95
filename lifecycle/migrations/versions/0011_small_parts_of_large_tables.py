"""What is looked for among a million rows has an index of its own: unclear words, and needs buyers were asked about."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# name: (table, columns, the rows it holds)
_INDEXES = {
    "ix_message_unclear": (
        "message",
        ["created_at"],
        "role = 'customer' AND (intent IN ('out_of_scope', 'nlu_fallback') OR confidence < 0.6)",
    ),
    "ix_need_told": ("need", ["key", "conversation_id", "kept"], "kept IS NOT NULL"),
}


def upgrade() -> None:
    for name, (table, columns, rows) in _INDEXES.items():
        op.create_index(name, table, columns, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))


def downgrade() -> None:
    for name, (table, _columns, _rows) in _INDEXES.items():
        op.drop_index(name, table)
