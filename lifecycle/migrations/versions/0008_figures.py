"""The figures of the console read indexes alone, and a customer's address is found by the customer."""

from alembic import op

from lifecycle import views

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# name of the new index: (table, columns, the index it replaces)
_INDEXES: dict[str, tuple[str, list[str], str]] = {
    "ix_stage_change_customer_id_to_stage": ("stage_change", ["customer_id", "to_stage"], "customer_id"),
    "ix_recommendation_created_at_conversation_id": ("recommendation", ["created_at", "conversation_id"], ""),
    "ix_recommendation_item_chain": (
        "recommendation_item",
        ["recommendation_id", "clicked_at", "bought_at", "kept"],
        "recommendation_id",
    ),
    "ix_shop_order_customer_id_cancelled_at_placed_at": (
        "shop_order",
        ["customer_id", "cancelled_at", "placed_at"],
        "customer_id",
    ),
}


def upgrade() -> None:
    for name, (table, columns, replaced) in _INDEXES.items():
        op.create_index(name, table, columns)
        if replaced:
            op.drop_index(f"ix_{table}_{replaced}", table)
    views.create(op.get_bind(), ("v_customers",))


def downgrade() -> None:
    for name, (table, _columns, replaced) in _INDEXES.items():
        if replaced:
            op.create_index(f"ix_{table}_{replaced}", table, [replaced])
        op.drop_index(name, table)
