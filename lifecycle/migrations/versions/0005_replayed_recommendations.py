"""What a replay needs beside the needs: the prices as they were shown, and what was left out on purpose."""

import sqlalchemy as sa
from alembic import op

from lifecycle.db import Json

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recommendation", sa.Column("left_out", Json, nullable=True))
    op.add_column("recommendation_item", sa.Column("price_cents", sa.Integer(), nullable=True))
    op.add_column("recommendation_item", sa.Column("currency", sa.String(3), nullable=True))


def downgrade() -> None:
    op.drop_column("recommendation_item", "currency")
    op.drop_column("recommendation_item", "price_cents")
    op.drop_column("recommendation", "left_out")
