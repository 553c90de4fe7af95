"""How far the orders of a shop were read from its API is known to every worker, not to one machine."""

import sqlalchemy as sa
from alembic import op

from lifecycle.db import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shop_pull",
        sa.Column("source", sa.String(20), primary_key=True),
        sa.Column("cursor_at", UtcDateTime),
        sa.Column("begun_at", UtcDateTime),
    )


def downgrade() -> None:
    op.drop_table("shop_pull")
