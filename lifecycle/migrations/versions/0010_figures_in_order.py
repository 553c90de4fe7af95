"""The figures of the console are counted in the order of an index, without sorting: conversations and buyers."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TALKED = sa.text("customer_message_count > 0")
_OLD_FIGURES = [
    "started_at", "customer_message_count", "channel", "outcome", "resolution", "fallback_count", "handed_over",
]  # fmt: skip
_OUTCOMES = ["channel", "outcome", "resolution", "fallback_count", "handed_over", "started_at"]
_BUYERS = ["customer_id", "cancelled_at", "placed_at"]


def upgrade() -> None:
    for name, columns in (("begun", ["started_at"]), ("outcomes", _OUTCOMES)):
        op.create_index(
            f"ix_interaction_{name}", "interaction", columns, sqlite_where=_TALKED, postgresql_where=_TALKED
        )
    op.drop_index("ix_interaction_figures", "interaction")
    op.create_index("ix_shop_order_buyers", "shop_order", [*_BUYERS, "currency", "total_cents", "refunded_at"])
    op.drop_index("ix_shop_order_customer_id_cancelled_at_placed_at", "shop_order")


def downgrade() -> None:
    op.create_index("ix_shop_order_customer_id_cancelled_at_placed_at", "shop_order", _BUYERS)
    op.drop_index("ix_shop_order_buyers", "shop_order")
    op.create_index("ix_interaction_figures", "interaction", _OLD_FIGURES)
    for name in ("outcomes", "begun"):
        op.drop_index(f"ix_interaction_{name}", "interaction")
