"""Who of the store answers in a conversation, and until when the assistant is silent in it."""

import sqlalchemy as sa
from alembic import op

from lifecycle.db import BigId, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", sa.Column("held_by_id", BigId, nullable=True))
    op.add_column("conversation", sa.Column("held_until", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("conversation", "held_until")
    op.drop_column("conversation", "held_by_id")
