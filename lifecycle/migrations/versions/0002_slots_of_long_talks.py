"""The latest value of each slot is found at once, however long the talk is."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_IS_SLOT = sa.text("type_name = 'slot'")


def upgrade() -> None:
    op.create_index(
        "ix_events_slots",
        "events",
        ["sender_id", "action_name", "id"],
        sqlite_where=_IS_SLOT,
        postgresql_where=_IS_SLOT,
    )


def downgrade() -> None:
    op.drop_index("ix_events_slots", "events")
