"""Who the store is, and which products are versions of one another."""

import sqlalchemy as sa
from alembic import op

from lifecycle.db import BigId, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "store",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("site_url", sa.String(length=500), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_store"),
    )
    op.add_column("product", sa.Column("group_id", sa.String(length=128), nullable=False, server_default=""))
    op.create_index("ix_product_group_id", "product", ["group_id"])


def downgrade() -> None:
    op.drop_index("ix_product_group_id", "product")
    with op.batch_alter_table("product") as product:
        product.drop_column("group_id")
    op.drop_table("store")
