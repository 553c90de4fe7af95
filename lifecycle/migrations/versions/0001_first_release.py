"""The first release: every table, the v_* views, the version of the read contract."""

import sqlalchemy as sa
from alembic import op

from lifecycle import views
from lifecycle.db import BigId, Json, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

VIEWS = ("v_customers", "v_interactions", "v_messages", "v_orders", "v_follow_ups", "v_survey_answers", "v_cases")


def upgrade() -> None:
    op.create_table(
        "article",
        sa.Column("id", BigId, nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("heading", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("topics", Json, nullable=False),
        sa.Column("questions", Json, nullable=False),
        sa.Column("categories", Json, nullable=False),
        sa.Column("product_ids", Json, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.UniqueConstraint("slug", "position", name="uq_article_slug_position"),
    )
    op.create_table(
        "catalogue_version",
        sa.Column("id", BigId, nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_version"),
    )
    op.create_table(
        "customer",
        sa.Column("id", BigId, nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("stage_since", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
        sa.UniqueConstraint("external_id", name="uq_customer_external_id"),
    )
    op.create_index("ix_customer_stage", "customer", ["stage"])

    op.create_table(
        "erasure_request",
        sa.Column("id", BigId, nullable=False),
        sa.Column("receipt", sa.String(length=32), nullable=False),
        sa.Column("thread_id", sa.String(length=32), nullable=True),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("counts", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasure_request"),
        sa.UniqueConstraint("receipt", name="uq_erasure_request_receipt"),
    )
    op.create_index("ix_erasure_request_done_at", "erasure_request", ["done_at"])

    op.create_table(
        "events",
        sa.Column("id", BigId, nullable=False),
        sa.Column("sender_id", sa.String(length=255), nullable=False),
        sa.Column("type_name", sa.String(length=255), nullable=False),
        sa.Column("timestamp", sa.Float(precision=53), nullable=True),
        sa.Column("intent_name", sa.String(length=255), nullable=True),
        sa.Column("action_name", sa.String(length=255), nullable=True),
        sa.Column("data", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_sender_id_id", "events", ["sender_id", "id"])

    op.create_table(
        "login_attempt",
        sa.Column("id", BigId, nullable=False),
        sa.Column("account_hash", sa.String(length=64), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_login_attempt"),
    )
    op.create_index("ix_login_attempt_account_hash_at", "login_attempt", ["account_hash", "at"])
    op.create_index("ix_login_attempt_address_hash_at", "login_attempt", ["address_hash", "at"])

    op.create_table(
        "product",
        sa.Column("id", BigId, nullable=False),
        sa.Column("product_id", sa.String(length=128), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("brand", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=200), nullable=False),
        sa.Column("category_path", Json, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("bullets", Json, nullable=False),
        sa.Column("price_cents", BigId, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("availability", sa.String(length=20), nullable=False),
        sa.Column("color", sa.String(length=200), nullable=False),
        sa.Column("size", sa.String(length=200), nullable=False),
        sa.Column("material", sa.String(length=200), nullable=False),
        sa.Column("gtin", sa.String(length=20), nullable=True),
        sa.Column("image_url", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("rating", sa.Float(), nullable=True),
        sa.Column("rating_count", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("catalogue_version", BigId, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_product"),
        sa.UniqueConstraint("product_id", name="uq_product_product_id"),
    )
    op.create_index("ix_product_catalogue_version", "product", ["catalogue_version"])
    op.create_index("ix_product_category", "product", ["category"])
    op.create_index("ix_product_price_cents", "product", ["price_cents"])

    op.create_table(
        "schema_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("applied_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schema_version"),
    )
    op.create_table(
        "shop_event",
        sa.Column("id", BigId, nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=128), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("order_ref", sa.String(length=128), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("result", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shop_event"),
        sa.UniqueConstraint("source", "event_id", name="uq_shop_event_source_event_id"),
    )
    op.create_index("ix_shop_event_order_ref", "shop_event", ["order_ref"])

    op.create_table(
        "staff",
        sa.Column("id", BigId, nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("email", name="uq_staff_email"),
    )
    op.create_table(
        "suppression",
        sa.Column("id", BigId, nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_suppression"),
        sa.UniqueConstraint("address_hash", name="uq_suppression_address_hash"),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", BigId, nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("event_type", sa.String(length=60), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=False),
        sa.Column("response_status", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
        sa.UniqueConstraint("event_id", name="uq_webhook_delivery_event_id"),
    )
    op.create_index("ix_webhook_delivery_state_next_attempt_at", "webhook_delivery", ["state", "next_attempt_at"])

    op.create_table(
        "audit_event",
        sa.Column("id", BigId, nullable=False),
        sa.Column("staff_id", BigId, nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_kind", sa.String(length=30), nullable=False),
        sa.Column("object_id", sa.String(length=64), nullable=False),
        sa.Column("details", Json, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_audit_event_staff_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_event"),
    )
    op.create_index("ix_audit_event_at", "audit_event", ["at"])
    op.create_index("ix_audit_event_staff_id", "audit_event", ["staff_id"])

    op.create_table(
        "consent",
        sa.Column("id", BigId, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_consent_customer_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_customer_id_purpose_id", "consent", ["customer_id", "purpose", "id"])

    op.create_table(
        "contact_log",
        sa.Column("id", BigId, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_contact_log_customer_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contact_log"),
    )
    op.create_index("ix_contact_log_customer_id_at", "contact_log", ["customer_id", "at"])

    op.create_table(
        "contact_point",
        sa.Column("id", BigId, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=320), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_contact_point_customer_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contact_point"),
        sa.UniqueConstraint("kind", "value", name="uq_contact_point_kind_value"),
    )
    op.create_index("ix_contact_point_customer_id", "contact_point", ["customer_id"])

    op.create_table(
        "content_gap",
        sa.Column("id", BigId, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("question_key", sa.String(length=200), nullable=False),
        sa.Column("product_id", sa.String(length=128), nullable=False),
        sa.Column("topic", sa.String(length=30), nullable=False),
        sa.Column("asked_count", sa.Integer(), nullable=False),
        sa.Column("conversation_ids", Json, nullable=False),
        sa.Column("first_asked_at", UtcDateTime(), nullable=False),
        sa.Column("last_asked_at", UtcDateTime(), nullable=False),
        sa.Column("article_id", BigId, nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_content_gap_article_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_content_gap"),
        sa.UniqueConstraint("question_key", "product_id", name="uq_content_gap_question_key_product_id"),
    )
    op.create_table(
        "product_fact",
        sa.Column("id", BigId, nullable=False),
        sa.Column("product_pk", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("number", sa.Float(), nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["product_pk"], ["product.id"], name="fk_product_fact_product_pk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_product_fact"),
    )
    op.create_index("ix_product_fact_product_pk", "product_fact", ["product_pk"])

    op.create_table(
        "referral",
        sa.Column("id", BigId, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_referral_customer_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_referral"),
        sa.UniqueConstraint("code", name="uq_referral_code"),
        sa.UniqueConstraint("customer_id", name="uq_referral_customer_id"),
    )
    op.create_table(
        "review",
        sa.Column("id", BigId, nullable=False),
        sa.Column("review_id", sa.String(length=64), nullable=False),
        sa.Column("product_id", sa.String(length=128), nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_review_customer_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
        sa.UniqueConstraint("review_id", name="uq_review_review_id"),
    )
    op.create_index("ix_review_customer_id", "review", ["customer_id"])
    op.create_index("ix_review_product_id", "review", ["product_id"])

    op.create_table(
        "shop_order",
        sa.Column("id", BigId, nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("order_ref", sa.String(length=128), nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("thread_id", sa.String(length=32), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total_cents", BigId, nullable=True),
        sa.Column("gift", sa.Boolean(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.Column("status_url", sa.Text(), nullable=False),
        sa.Column("tracking", sa.String(length=200), nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=True),
        sa.Column("paid_at", UtcDateTime(), nullable=True),
        sa.Column("shipped_at", UtcDateTime(), nullable=True),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.Column("refunded_at", UtcDateTime(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_shop_order_customer_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_order"),
        sa.UniqueConstraint("source", "order_ref", name="uq_shop_order_source_order_ref"),
    )
    op.create_index("ix_shop_order_customer_id", "shop_order", ["customer_id"])
    op.create_index("ix_shop_order_placed_at", "shop_order", ["placed_at"])
    op.create_index("ix_shop_order_thread_id", "shop_order", ["thread_id"])

    op.create_table(
        "staff_session",
        sa.Column("id", BigId, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", BigId, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_session_staff_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_session"),
        sa.UniqueConstraint("token_hash", name="uq_staff_session_token_hash"),
    )
    op.create_index("ix_staff_session_staff_id", "staff_session", ["staff_id"])

    op.create_table(
        "stage_change",
        sa.Column("id", BigId, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("from_stage", sa.String(length=20), nullable=True),
        sa.Column("to_stage", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("cause_id", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_stage_change_customer_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_stage_change"),
    )
    op.create_index("ix_stage_change_customer_id", "stage_change", ["customer_id"])

    op.create_table(
        "conversation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("thread_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("identity_verified", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("order_id", BigId, nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("last_message_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_conversation_customer_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name="fk_conversation_order_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
    )
    op.create_index("ix_conversation_closed_at_last_message_at", "conversation", ["closed_at", "last_message_at"])
    op.create_index("ix_conversation_customer_id", "conversation", ["customer_id"])
    op.create_index("ix_conversation_order_id", "conversation", ["order_id"])
    op.create_index("ix_conversation_thread_id_opened_at", "conversation", ["thread_id", "opened_at"])

    op.create_table(
        "order_line",
        sa.Column("id", BigId, nullable=False),
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.String(length=128), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price_cents", BigId, nullable=True),
        sa.Column("refunded_quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name="fk_order_line_order_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_order_line"),
        sa.UniqueConstraint("order_id", "position", name="uq_order_line_order_id_position"),
    )
    op.create_index("ix_order_line_product_id", "order_line", ["product_id"])

    op.create_table(
        "follow_up",
        sa.Column("id", BigId, nullable=False),
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("conversation_id", sa.String(length=32), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_follow_up_conversation_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_follow_up_customer_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name="fk_follow_up_order_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_follow_up"),
        sa.UniqueConstraint("order_id", "step", name="uq_follow_up_order_id_step"),
    )
    op.create_index("ix_follow_up_conversation_id", "follow_up", ["conversation_id"])
    op.create_index("ix_follow_up_customer_id", "follow_up", ["customer_id"])
    op.create_index("ix_follow_up_state_due_at", "follow_up", ["state", "due_at"])

    op.create_table(
        "interaction",
        sa.Column("id", BigId, nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("stage_before", sa.String(length=20), nullable=False),
        sa.Column("stage_after", sa.String(length=20), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("last_message_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("resolution", sa.String(length=20), nullable=False),
        sa.Column("topics", Json, nullable=False),
        sa.Column("products", Json, nullable=False),
        sa.Column("needs", Json, nullable=False),
        sa.Column("nps_score", sa.Integer(), nullable=True),
        sa.Column("csat_score", sa.Integer(), nullable=True),
        sa.Column("ces_score", sa.Integer(), nullable=True),
        sa.Column("message_count", sa.Integer(), nullable=False),
        sa.Column("customer_message_count", sa.Integer(), nullable=False),
        sa.Column("fallback_count", sa.Integer(), nullable=False),
        sa.Column("handed_over", sa.Boolean(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_interaction_conversation_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_interaction_customer_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_interaction"),
        sa.UniqueConstraint("conversation_id", name="uq_interaction_conversation_id"),
    )
    op.create_index("ix_interaction_customer_id", "interaction", ["customer_id"])
    op.create_index("ix_interaction_last_message_at_id", "interaction", ["last_message_at", "id"])
    op.create_index("ix_interaction_outcome", "interaction", ["outcome"])
    op.create_index("ix_interaction_stage_after", "interaction", ["stage_after"])
    op.create_index("ix_interaction_started_at", "interaction", ["started_at"])

    op.create_table(
        "message",
        sa.Column("id", BigId, nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("thread_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("buttons", Json, nullable=False),
        sa.Column("cards", Json, nullable=False),
        sa.Column("client_message_id", sa.String(length=64), nullable=True),
        sa.Column("reply_to_id", BigId, nullable=True),
        sa.Column("intent", sa.String(length=60), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("details", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_message_conversation_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reply_to_id"], ["message.id"], name="fk_message_reply_to_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("thread_id", "client_message_id", name="uq_message_thread_id_client_message_id"),
    )
    op.create_index("ix_message_conversation_id_id", "message", ["conversation_id", "id"])
    op.create_index("ix_message_created_at", "message", ["created_at"])
    op.create_index("ix_message_reply_to_id", "message", ["reply_to_id"])
    op.create_index("ix_message_thread_id_id", "message", ["thread_id", "id"])

    op.create_table(
        "need",
        sa.Column("id", BigId, nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("value", Json, nullable=True),
        sa.Column("stated_at", UtcDateTime(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=True),
        sa.Column("kept_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_need_conversation_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_need_customer_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_need"),
        sa.UniqueConstraint("conversation_id", "key", name="uq_need_conversation_id_key"),
    )
    op.create_index("ix_need_customer_id", "need", ["customer_id"])

    op.create_table(
        "recommendation",
        sa.Column("id", BigId, nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("turn_id", sa.String(length=64), nullable=False),
        sa.Column("catalogue_version", BigId, nullable=False),
        sa.Column("needs", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_recommendation_conversation_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recommendation"),
        sa.UniqueConstraint("conversation_id", "turn_id", name="uq_recommendation_conversation_id_turn_id"),
    )
    op.create_table(
        "recommendation_item",
        sa.Column("id", BigId, nullable=False),
        sa.Column("recommendation_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.String(length=128), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("verdicts", Json, nullable=False),
        sa.Column("clicked_at", UtcDateTime(), nullable=True),
        sa.Column("bought_at", UtcDateTime(), nullable=True),
        sa.Column("kept", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
            name="fk_recommendation_item_recommendation_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recommendation_item"),
    )
    op.create_index("ix_recommendation_item_product_id", "recommendation_item", ["product_id"])
    op.create_index("ix_recommendation_item_recommendation_id", "recommendation_item", ["recommendation_id"])

    op.create_table(
        "survey",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("order_id", BigId, nullable=True),
        sa.Column("follow_up_id", BigId, nullable=True),
        sa.Column("case_id", BigId, nullable=True),
        sa.Column("conversation_id", sa.String(length=32), nullable=True),
        sa.Column("product_id", sa.String(length=128), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_survey_conversation_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_survey_customer_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["follow_up_id"], ["follow_up.id"], name="fk_survey_follow_up_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name="fk_survey_order_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_survey"),
        sa.UniqueConstraint("follow_up_id", "kind", name="uq_survey_follow_up_id_kind"),
    )
    op.create_index("ix_survey_asked_at", "survey", ["asked_at"])
    op.create_index("ix_survey_conversation_id", "survey", ["conversation_id"])
    op.create_index("ix_survey_customer_id", "survey", ["customer_id"])
    op.create_index("ix_survey_kind", "survey", ["kind"])
    op.create_index("ix_survey_order_id", "survey", ["order_id"])

    op.create_table(
        "support_case",
        sa.Column("id", BigId, nullable=False),
        sa.Column("source_key", sa.String(length=100), nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("order_id", BigId, nullable=True),
        sa.Column("conversation_id", sa.String(length=32), nullable=True),
        sa.Column("survey_id", BigId, nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("summary", Json, nullable=False),
        sa.Column("priority", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("owner_id", BigId, nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("first_reply_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("cause", sa.String(length=40), nullable=True),
        sa.Column("reopened_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_support_case_conversation_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_support_case_customer_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name="fk_support_case_order_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name="fk_support_case_owner_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_support_case_survey_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_support_case"),
        sa.UniqueConstraint("source_key", name="uq_support_case_source_key"),
    )
    op.create_index("ix_support_case_conversation_id", "support_case", ["conversation_id"])
    op.create_index("ix_support_case_customer_id", "support_case", ["customer_id"])
    op.create_index("ix_support_case_order_id", "support_case", ["order_id"])
    op.create_index("ix_support_case_owner_id", "support_case", ["owner_id"])
    op.create_index("ix_support_case_state_due_at", "support_case", ["state", "due_at"])

    op.create_table(
        "survey_answer",
        sa.Column("id", BigId, nullable=False),
        sa.Column("survey_id", BigId, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("sentiment", sa.String(length=10), nullable=False),
        sa.Column("themes", Json, nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_survey_answer_survey_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_survey_answer"),
        sa.UniqueConstraint("survey_id", name="uq_survey_answer_survey_id"),
    )
    op.create_index("ix_survey_answer_answered_at", "survey_answer", ["answered_at"])

    op.create_table(
        "survey_answer_change",
        sa.Column("id", BigId, nullable=False),
        sa.Column("survey_id", BigId, nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name="fk_survey_answer_change_survey_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_survey_answer_change"),
        sa.UniqueConstraint(
            "survey_id", "source", "source_id", name="uq_survey_answer_change_survey_id_source_source_id"
        ),
    )
    op.create_table(
        "case_note",
        sa.Column("id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("author", sa.String(length=10), nullable=False),
        sa.Column("staff_id", BigId, nullable=True),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["support_case.id"], name="fk_case_note_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_case_note_staff_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_case_note"),
    )
    op.create_index("ix_case_note_case_id", "case_note", ["case_id"])

    op.create_table(
        "delivery",
        sa.Column("id", BigId, nullable=False),
        sa.Column("follow_up_id", BigId, nullable=True),
        sa.Column("case_id", BigId, nullable=True),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("params", Json, nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("handed_over_at", UtcDateTime(), nullable=True),
        sa.Column("resent_at", UtcDateTime(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["support_case.id"], name="fk_delivery_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_delivery_customer_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_up.id"], name="fk_delivery_follow_up_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("follow_up_id", "channel", name="uq_delivery_follow_up_id_channel"),
        sa.UniqueConstraint("message_id", name="uq_delivery_message_id"),
    )
    op.create_index("ix_delivery_case_id", "delivery", ["case_id"])
    op.create_index("ix_delivery_customer_id", "delivery", ["customer_id"])
    op.create_index("ix_delivery_state_next_attempt_at", "delivery", ["state", "next_attempt_at"])
    views.create(op.get_bind(), VIEWS)
    op.execute("INSERT INTO schema_version (id, version, applied_at) VALUES (1, 1, CURRENT_TIMESTAMP)")


def downgrade() -> None:
    views.drop(op.get_bind(), VIEWS)
    for table in (
        "delivery",
        "case_note",
        "survey_answer_change",
        "survey_answer",
        "support_case",
        "survey",
        "recommendation_item",
        "recommendation",
        "need",
        "message",
        "interaction",
        "follow_up",
        "order_line",
        "conversation",
        "stage_change",
        "staff_session",
        "shop_order",
        "review",
        "referral",
        "product_fact",
        "content_gap",
        "contact_point",
        "contact_log",
        "consent",
        "audit_event",
        "webhook_delivery",
        "suppression",
        "staff",
        "shop_event",
        "schema_version",
        "product",
        "login_attempt",
        "events",
        "erasure_request",
        "customer",
        "catalogue_version",
        "article",
    ):
        op.drop_table(table)
