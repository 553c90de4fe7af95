"""The read contract for CRM and BI: `v_*` views whose columns stay when tables change.

Times are UTC; money is in minor units; lists are JSON.  docs/database.md describes every column, and a test compares
the two.  VERSION grows when a column is renamed or removed, not when one is added.
"""

from __future__ import annotations

import sqlalchemy as sa

VERSION = 1

VIEWS: dict[str, str] = {
    "v_customers": """
        SELECT c.id AS customer_id, c.external_id, c.name,
               (SELECT MIN(p.value) FROM contact_point p WHERE p.customer_id = c.id AND p.kind = 'email') AS email,
               c.locale, c.timezone, c.stage AS lifecycle_stage, c.stage_since, c.created_at, c.erased_at,
               (SELECT COUNT(*) FROM shop_order o WHERE o.customer_id = c.id AND o.cancelled_at IS NULL) AS orders,
               (SELECT COALESCE(SUM(o.total_cents), 0) FROM shop_order o WHERE o.customer_id = c.id
                   AND o.cancelled_at IS NULL AND o.refunded_at IS NULL) AS lifetime_value_cents
          FROM customer c""",
    "v_interactions": """
        SELECT i.id AS interaction_id, i.conversation_id, v.thread_id, i.customer_id, i.channel, i.purpose,
               i.stage_before, i.stage_after, i.started_at, i.last_message_at, i.ended_at, i.outcome, i.resolution,
               i.topics, i.products, i.needs, i.nps_score, i.csat_score, i.ces_score,
               i.message_count, i.customer_message_count, i.fallback_count, i.handed_over, i.label, v.order_id
          FROM interaction i JOIN conversation v ON v.id = i.conversation_id""",
    "v_messages": """
        SELECT m.id AS message_id, m.conversation_id, m.thread_id, i.id AS interaction_id, i.customer_id, m.role,
               m.text, m.buttons, m.cards, m.intent, m.confidence, m.client_message_id, m.reply_to_id, m.created_at
          FROM message m JOIN interaction i ON i.conversation_id = m.conversation_id""",
    "v_orders": """
        SELECT o.id AS order_id, o.source, o.order_ref, o.customer_id, o.thread_id, o.currency, o.total_cents, o.gift,
               o.placed_at, o.paid_at, o.shipped_at, o.delivered_at, o.cancelled_at, o.refunded_at,
               (SELECT COUNT(*) FROM order_line l WHERE l.order_id = o.id) AS lines
          FROM shop_order o""",
    "v_follow_ups": """
        SELECT f.id AS follow_up_id, f.order_id, o.order_ref, f.customer_id, f.step, f.purpose, f.state, f.reason,
               f.due_at, f.sent_at, f.answered_at, f.conversation_id, f.created_at
          FROM follow_up f JOIN shop_order o ON o.id = f.order_id""",
    "v_survey_answers": """
        SELECT s.id AS survey_id, s.kind, s.customer_id, s.order_id, s.product_id, s.conversation_id, s.asked_at,
               a.score, a.remark, a.sentiment, a.themes, a.source, a.answered_at
          FROM survey s LEFT JOIN survey_answer a ON a.survey_id = s.id""",
    "v_cases": """
        SELECT k.id AS case_id, k.kind, k.subject, k.priority, k.state, k.customer_id, k.order_id, k.conversation_id,
               k.survey_id, k.owner_id, s.email AS owner, k.opened_at, k.due_at, k.first_reply_at, k.closed_at, k.cause,
               k.reopened_count
          FROM support_case k LEFT JOIN staff s ON s.id = k.owner_id""",
}


def create(connection: sa.engine.Connection) -> None:
    """Make every view anew; the migration that changes one calls this."""
    drop(connection)
    for name, body in VIEWS.items():
        connection.execute(sa.text(f"CREATE VIEW {name} AS {body}"))


def drop(connection: sa.engine.Connection) -> None:
    for name in VIEWS:
        connection.execute(sa.text(f"DROP VIEW IF EXISTS {name}"))
