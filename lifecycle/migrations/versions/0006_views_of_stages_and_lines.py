"""CRM and BI read when stages changed, what was recommended, which promises were kept, and what an order holds."""

from alembic import op

from lifecycle import views

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

VIEWS = ("v_stages", "v_stage_changes", "v_recommendations", "v_needs", "v_order_lines", "v_products")


def upgrade() -> None:
    views.create(op.get_bind(), VIEWS)


def downgrade() -> None:
    views.drop(op.get_bind(), VIEWS)
