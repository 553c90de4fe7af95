"""The read contract for CRM and BI: `v_*` views whose columns stay when tables change.

Times are UTC; money is in minor units; lists are JSON.  docs/database.md describes every column, and a test compares
the two.  VERSION grows when a column is renamed or removed, not when one is added.  On PostgreSQL a role of theirs may
read these views and nothing else; it keeps that right when a migration makes the views anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import sqlalchemy as sa

from lifecycle.errors import Invalid
from lifecycle.model import STAGES

VERSION = 1

# What other systems call our stages, in our order.
VOCABULARIES = {
    "funnel": ("awareness", "consideration", "purchase", "retention", "advocacy"),
    "race": ("reach", "acquisition", "conversion", "retention", "loyalty"),
    "journey": ("discovery", "evaluation", "purchase", "use", "bond"),
    "hubspot": ("lead", "marketingqualifiedlead", "customer", "customer", "evangelist"),
}


def _stages() -> str:
    rows = (
        f"SELECT '{stage}' AS stage, {position} AS position, "
        + ", ".join(f"'{labels[position]}' AS {name}" for name, labels in VOCABULARIES.items())
        for position, stage in enumerate(STAGES)
    )
    return " UNION ALL ".join(rows)


VIEWS: dict[str, str] = {
    "v_customers": """
        SELECT c.id AS customer_id, c.external_id, c.name,
               (SELECT MIN(CASE WHEN p.kind = 'email' THEN p.value END) FROM contact_point p
                 WHERE p.customer_id = c.id) AS email,
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
    "v_stages": _stages(),
    "v_stage_changes": """
        SELECT stage_change_id, customer_id, from_stage, stage, cause, cause_id, entered_at, left_at,
               {days} AS days
          FROM (SELECT g.id AS stage_change_id, g.customer_id, g.from_stage, g.to_stage AS stage, g.cause, g.cause_id,
                       g.at AS entered_at,
                       LEAD(g.at) OVER (PARTITION BY g.customer_id ORDER BY g.at, g.id) AS left_at
                  FROM stage_change g) AS changes""",
    "v_recommendations": """
        SELECT i.id AS recommendation_item_id, r.id AS recommendation_id, r.conversation_id, n.customer_id, i.position,
               i.product_id, r.created_at AS shown_at, i.clicked_at, i.bought_at, i.kept, r.catalogue_version,
               i.price_cents, i.currency
          FROM recommendation_item i JOIN recommendation r ON r.id = i.recommendation_id
               JOIN interaction n ON n.conversation_id = r.conversation_id""",
    "v_needs": """
        SELECT n.id AS need_id, n.conversation_id, n.customer_id, n.key AS need_key, n.label, n.stated_at, n.kept,
               n.kept_at
          FROM need n""",
    "v_order_lines": """
        SELECT l.id AS order_line_id, l.order_id, o.customer_id, l.position, l.product_id, l.title, l.quantity,
               l.price_cents, o.currency, l.refunded_quantity
          FROM order_line l JOIN shop_order o ON o.id = l.order_id""",
    "v_products": """
        SELECT p.product_id, p.group_id, p.title, p.brand, p.category, p.price_cents, p.currency, p.availability,
               p.rating, p.rating_count, p.active
          FROM product p""",
    "v_content_gaps": """
        SELECT g.id AS gap_id, g.question, g.topic, g.product_id, g.asked_count, g.conversation_ids,
               g.first_asked_at, g.last_asked_at, g.answered_at
          FROM content_gap g""",
}
_DAYS = {
    "sqlite": "julianday(left_at) - julianday(entered_at)",
    "postgresql": "CAST(EXTRACT(EPOCH FROM left_at - entered_at) / 86400 AS DOUBLE PRECISION)",
}
READABLE = (*VIEWS, "schema_version")


def create(connection: sa.engine.Connection, names: Iterable[str] = VIEWS) -> None:
    """Make these views anew; the migration that changes one calls this.  Who could read them still can."""
    names = list(names)
    roles = readers(connection)
    drop(connection, names)
    for name in names:
        body = VIEWS[name].replace("{days}", _DAYS[connection.dialect.name])
        connection.execute(sa.text(f"CREATE VIEW {name} AS {body}"))
    for role in roles:
        grant(connection, role)


def drop(connection: sa.engine.Connection, names: Iterable[str] = VIEWS) -> None:
    for name in names:
        connection.execute(sa.text(f"DROP VIEW IF EXISTS {name}"))


def let_read(connection: sa.engine.Connection, role: str, password: str) -> None:
    """Make a login of PostgreSQL that reads the views and nothing else, or give an existing one a new password.

    Its sessions are read-only, in UTC, and a statement of theirs ends after five minutes.  Raises Invalid on SQLite,
    which knows no roles: there the file itself is opened read-only.
    """
    if connection.dialect.name != "postgresql":
        raise Invalid("SQLite knows no roles; open the file read-only: sqlite3 'file:lifecycle.db?mode=ro'.")
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", role):
        raise Invalid(f"{role!r} is no name of a role; write it in small letters, digits and underscores.")
    known = connection.execute(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).first()
    # DDL takes no bound values; PostgreSQL itself quotes the password.
    quoted = connection.execute(sa.text("SELECT quote_literal(:password)"), {"password": password}).scalar_one()
    verb = "ALTER" if known else "CREATE"
    connection.exec_driver_sql(f"{verb} ROLE {role} LOGIN NOINHERIT PASSWORD {quoted}".replace("%", "%%"))
    for setting in ("default_transaction_read_only = on", "timezone = 'UTC'", "statement_timeout = '5min'"):
        connection.exec_driver_sql(f"ALTER ROLE {role} SET {setting}")
    grant(connection, role)


def readers(connection: sa.engine.Connection) -> list[str]:
    """The roles that may read the views and own nothing here."""
    if connection.dialect.name != "postgresql":
        return []
    found = connection.execute(
        sa.text(
            "SELECT DISTINCT grantee FROM information_schema.role_table_grants WHERE table_schema = current_schema()"
            " AND table_name = 'v_interactions' AND privilege_type = 'SELECT' AND grantee <> grantor"
        )
    )
    return sorted(found.scalars())


def grant(connection: sa.engine.Connection, role: str) -> None:
    """Let a role of PostgreSQL read the views there are, and the version of the contract."""
    schema = connection.execute(sa.text("SELECT quote_ident(current_schema())")).scalar_one()
    present = connection.execute(
        sa.text(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
            " AND table_name IN :names"
        ).bindparams(sa.bindparam("names", READABLE, expanding=True))
    ).scalars()
    connection.exec_driver_sql(f'GRANT USAGE ON SCHEMA {schema} TO "{role}"')
    connection.exec_driver_sql(f'GRANT SELECT ON {", ".join(sorted(present))} TO "{role}"')
