"""Other systems read the questions nothing answers."""

from alembic import op

from lifecycle import views

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    views.create(op.get_bind(), ("v_content_gaps",))


def downgrade() -> None:
    views.drop(op.get_bind(), ("v_content_gaps",))
