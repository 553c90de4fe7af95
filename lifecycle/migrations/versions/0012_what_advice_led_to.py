"""An interaction says itself what its recommendation led to, so that the figures read one index of one table."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TALKED = sa.text("customer_message_count > 0")
_OLD = ["channel", "outcome", "resolution", "fallback_count", "handed_over", "started_at"]
_LED_TO = ["recommended", "clicked", "bought", "kept"]
_FILL = """
    UPDATE interaction
       SET recommended = {true}, clicked = led_to.clicked = 1, bought = led_to.bought = 1,
           kept = CASE led_to.broken WHEN 1 THEN {false} WHEN 0 THEN {true} END
      FROM (SELECT r.conversation_id, MAX(CASE WHEN i.clicked_at IS NULL THEN 0 ELSE 1 END) AS clicked,
                   MAX(CASE WHEN i.bought_at IS NULL THEN 0 ELSE 1 END) AS bought,
                   MAX(CASE WHEN i.kept THEN 0 WHEN NOT i.kept THEN 1 END) AS broken
              FROM recommendation r LEFT JOIN recommendation_item i ON i.recommendation_id = r.id
             GROUP BY r.conversation_id) AS led_to
     WHERE led_to.conversation_id = interaction.conversation_id"""


def upgrade() -> None:
    for name in _LED_TO[:3]:
        op.add_column("interaction", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("interaction", sa.Column("kept", sa.Boolean(), nullable=True))
    words = (
        {"true": "TRUE", "false": "FALSE"} if op.get_bind().dialect.name == "postgresql" else {"true": 1, "false": 0}
    )
    op.execute(_FILL.format(**words))
    op.drop_index("ix_interaction_outcomes", "interaction")
    op.create_index(
        "ix_interaction_outcomes", "interaction", [*_OLD[:-1], *_LED_TO, "started_at"],
        sqlite_where=_TALKED, postgresql_where=_TALKED,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_interaction_outcomes", "interaction")
    op.create_index("ix_interaction_outcomes", "interaction", _OLD, sqlite_where=_TALKED, postgresql_where=_TALKED)
    for name in reversed(_LED_TO):
        op.drop_column("interaction", name)
