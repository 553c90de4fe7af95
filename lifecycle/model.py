"""Every table of the shared database, in the customer's order: who, what was said, what was bought, how it went.

Times are UTC.  Money is in minor units with its ISO 4217 code.  A column named `…_id` without a foreign key holds the
id another system uses.  CRM and BI read the `v_*` views (lifecycle/views.py), not these tables.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import declarative_base, relationship

from lifecycle import fulltext
from lifecycle.db import BigId, Json, UtcDateTime

STAGES = ("discovery", "education", "purchase", "post_purchase", "advocacy")

Base: Any = declarative_base(
    metadata=sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
)


def _id() -> Column:
    return Column(BigId, primary_key=True)


def _ref(target: str, *, nullable: bool = True, index: bool = True) -> Column:
    kind = String(32) if target == "conversation" else BigId
    return Column(kind, ForeignKey(f"{target}.id", ondelete="CASCADE"), nullable=nullable, index=index)


# --- who --------------------------------------------------------------------------------------------------------------


class Customer(Base):
    """A person known to the store; `stage` is their place in the lifecycle, dated."""

    __tablename__ = "customer"
    id = _id()
    external_id = Column(String(128), unique=True)
    name = Column(String(200), nullable=False, default="")
    locale = Column(String(16), nullable=False, default="en")
    timezone = Column(String(64))
    stage = Column(String(20), nullable=False, default="discovery", index=True)
    stage_since = Column(UtcDateTime, nullable=False)
    created_at = Column(UtcDateTime, nullable=False)
    erased_at = Column(UtcDateTime)
    contact_points = relationship("ContactPoint", passive_deletes=True)


class ContactPoint(Base):
    """An address of a customer: `kind` is email or phone, `value` normalised."""

    __tablename__ = "contact_point"
    __table_args__ = (UniqueConstraint("kind", "value"),)
    id = _id()
    customer_id = _ref("customer", nullable=False)
    kind = Column(String(10), nullable=False)
    value = Column(String(320), nullable=False)
    created_at = Column(UtcDateTime, nullable=False)


class Consent(Base):
    """What a customer allowed or refused, append-only: the newest row of a purpose counts."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "customer_id", "purpose", "id"),)
    id = _id()
    customer_id = _ref("customer", nullable=False, index=False)
    purpose = Column(String(20), nullable=False)  # service survey review marketing
    granted = Column(Boolean, nullable=False)
    source = Column(String(40), nullable=False)
    at = Column(UtcDateTime, nullable=False)


class Suppression(Base):
    """An address nothing may be sent to; only a keyed hash is kept, so that it outlives the person's erasure."""

    __tablename__ = "suppression"
    id = _id()
    address_hash = Column(String(64), nullable=False, unique=True)
    reason = Column(String(20), nullable=False)  # bounce complaint unsubscribe erased
    created_at = Column(UtcDateTime, nullable=False)


class StageChange(Base):
    """A customer entered a lifecycle stage, when and why."""

    __tablename__ = "stage_change"
    __table_args__ = (Index(None, "customer_id", "to_stage"),)
    id = _id()
    customer_id = _ref("customer", nullable=False, index=False)
    from_stage = Column(String(20))
    to_stage = Column(String(20), nullable=False)
    cause = Column(String(40), nullable=False)  # conversation order_placed order_delivered promoter review …
    cause_id = Column(String(64), nullable=False, default="")
    at = Column(UtcDateTime, nullable=False)


# --- what was said ----------------------------------------------------------------------------------------------------


class Conversation(Base):
    """One visit or one follow-up.  A `thread` is what the shopper sees as one chat window: its first conversation's id.

    The conversation id is Rasa's sender id, so each conversation has a tracker of its own and stays short.
    """

    __tablename__ = "conversation"
    __table_args__ = (Index(None, "thread_id", "opened_at"), Index(None, "closed_at", "last_message_at"))
    id = Column(String(32), primary_key=True)
    thread_id = Column(String(32), nullable=False)
    customer_id = _ref("customer")
    identity_verified = Column(Boolean, nullable=False, default=False)
    channel = Column(String(20), nullable=False)  # web email rasa …
    purpose = Column(String(20), nullable=False)  # visit arrival check_in nps tips review …
    order_id = Column(BigId, ForeignKey("shop_order.id", ondelete="SET NULL"), index=True)
    opened_at = Column(UtcDateTime, nullable=False)
    last_message_at = Column(UtcDateTime, nullable=False)
    closed_at = Column(UtcDateTime)
    held_by_id = Column(BigId)  # of the staff: who answers instead of the assistant, see takeover
    held_until = Column(UtcDateTime)


# a message the assistant was not sure of; written out, because a partial index is found by its words
UNCLEAR = "role = 'customer' AND (intent IN ('out_of_scope', 'nlu_fallback') OR confidence < 0.6)"


class Message(Base):
    """One bubble.  A customer's bubble carries the client's message id; the replies of that turn point to it."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("thread_id", "client_message_id"),
        Index(None, "thread_id", "id"),
        Index(None, "conversation_id", "id"),
        Index("ix_message_unclear", "created_at", sqlite_where=sa.text(UNCLEAR), postgresql_where=sa.text(UNCLEAR)),
    )
    id = _id()
    conversation_id = _ref("conversation", nullable=False, index=False)
    thread_id = Column(String(32), nullable=False)
    role = Column(String(10), nullable=False)  # customer assistant staff
    text = Column(Text, nullable=False, default="")
    buttons = Column(
        Json, nullable=False, default=list
    )  # [{choice, title, payload}]; the payload never leaves the server
    cards = Column(Json, nullable=False, default=list)  # [{product_id, title, price, image, url, reasons, verdicts}]
    client_message_id = Column(String(64))
    reply_to_id = Column(BigId, ForeignKey("message.id", ondelete="CASCADE"), index=True)
    intent = Column(String(60))
    confidence = Column(Float)
    details = Column(
        Json, nullable=False, default=dict
    )  # why it was said: needs read, action, source, catalogue version
    created_at = Column(UtcDateTime, nullable=False, index=True)


INBOX_PARTS = {
    "not_understood": sa.text("fallback_count > 0"),
    "handed_over": sa.text("handed_over"),
    "nps": sa.text("nps_score IS NOT NULL"),
    "csat": sa.text("csat_score IS NOT NULL"),
    "ces": sa.text("ces_score IS NOT NULL"),
}
OUTCOME_COLUMNS = (
    "channel", "outcome", "resolution", "fallback_count", "handed_over", "recommended", "clicked", "bought", "kept",
    "started_at",
)  # fmt: skip
TALKED = sa.text("customer_message_count > 0")


class Interaction(Base):
    """The lifecycle record of one conversation: exactly one row each, kept current in the turn's own transaction."""

    __tablename__ = "interaction"
    __table_args__ = (
        Index(None, "last_message_at", "id"),
        # each filter of the inbox, in the order the inbox shows
        *(Index(None, name, "last_message_at", "id") for name in ("stage_after", "outcome", "purpose", "channel")),
        *(
            Index(f"ix_interaction_{name}", "last_message_at", "id", sqlite_where=where, postgresql_where=where)
            for name, where in INBOX_PARTS.items()
        ),
        # the dashboard reads nothing but these two, one in the order of time, one in the order it counts in
        Index("ix_interaction_begun", "started_at", sqlite_where=TALKED, postgresql_where=TALKED),
        Index("ix_interaction_outcomes", *OUTCOME_COLUMNS, sqlite_where=TALKED, postgresql_where=TALKED),
    )
    id = _id()
    conversation_id = Column(String(32), ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, unique=True)
    customer_id = _ref("customer")
    channel = Column(String(20), nullable=False)
    purpose = Column(String(20), nullable=False)
    stage_before = Column(String(20), nullable=False)
    stage_after = Column(String(20), nullable=False)
    started_at = Column(UtcDateTime, nullable=False)
    last_message_at = Column(UtcDateTime, nullable=False)
    ended_at = Column(UtcDateTime)
    outcome = Column(String(30), nullable=False, default="open")  # see interactions.OUTCOMES
    resolution = Column(String(20), nullable=False, default="open")  # open confirmed assumed handed_over reopened
    topics = Column(Json, nullable=False, default=list)
    products = Column(Json, nullable=False, default=list)
    needs = Column(Json, nullable=False, default=list)
    nps_score = Column(Integer)
    csat_score = Column(Integer)
    ces_score = Column(Integer)
    message_count = Column(Integer, nullable=False, default=0)
    customer_message_count = Column(Integer, nullable=False, default=0)
    fallback_count = Column(Integer, nullable=False, default=0)
    handed_over = Column(Boolean, nullable=False, default=False)
    # what became of the recommendations made in it, whenever that was; kept: None until a buyer told after use
    recommended = Column(Boolean, nullable=False, default=False)
    clicked = Column(Boolean, nullable=False, default=False)
    bought = Column(Boolean, nullable=False, default=False)
    kept = Column(Boolean)
    label = Column(String(60), index=True)  # automatic; staff's own are rows of ConversationLabel


_IS_SLOT = sa.text("type_name = 'slot'")


class RasaEvent(Base):
    """Rasa's own tracker events, in the columns of its SQL tracker store, so that its tools read them."""

    __tablename__ = "events"
    __table_args__ = (
        Index(None, "sender_id", "id"),
        # the latest value of each slot, however long the talk is
        Index("ix_events_slots", "sender_id", "action_name", "id", sqlite_where=_IS_SLOT, postgresql_where=_IS_SLOT),
    )
    id = _id()
    sender_id = Column(String(255), nullable=False)
    type_name = Column(String(255), nullable=False)
    timestamp = Column(Float(53))
    intent_name = Column(String(255))
    action_name = Column(String(255))
    data = Column(Text)


# --- what the store knows ---------------------------------------------------------------------------------------------


class Store(Base):
    """Who the store is, as its feed or its engineer told the last import: one row, or none before the first."""

    __tablename__ = "store"
    id = _id()
    name = Column(String(200), nullable=False, default="")
    site_url = Column(String(500), nullable=False, default="")  # what relative links of the feed are relative to
    demo = Column(Boolean, nullable=False, default=False)  # goes with the first other catalogue
    updated_at = Column(UtcDateTime, nullable=False)


class CatalogueVersion(Base):
    """One import of the catalogue; recommendations name the version they were computed on."""

    __tablename__ = "catalogue_version"
    id = _id()
    imported_at = Column(UtcDateTime, nullable=False)
    source = Column(String(200), nullable=False)
    added = Column(Integer, nullable=False, default=0)
    changed = Column(Integer, nullable=False, default=0)
    removed = Column(Integer, nullable=False, default=0)
    rejected = Column(Integer, nullable=False, default=0)


class Product(Base):
    """A product of the store; `product_id` is the store's own id.  Unknown feed fields become facts."""

    __tablename__ = "product"
    id = _id()
    product_id = Column(String(128), nullable=False, unique=True)
    group_id = Column(String(128), nullable=False, default="", index=True)  # shared by the versions of one product
    title = Column(Text, nullable=False)
    brand = Column(String(200), nullable=False, default="")
    category = Column(String(200), nullable=False, default="", index=True)  # the last of the path
    category_path = Column(Json, nullable=False, default=list)
    description = Column(Text, nullable=False, default="")
    bullets = Column(Json, nullable=False, default=list)
    price_cents = Column(BigId, index=True)
    currency = Column(String(3), nullable=False, default="USD")
    availability = Column(String(20), nullable=False, default="in_stock")  # in_stock out_of_stock preorder backorder
    color = Column(String(200), nullable=False, default="")
    size = Column(String(200), nullable=False, default="")
    material = Column(String(200), nullable=False, default="")
    gtin = Column(String(20))
    image_url = Column(Text, nullable=False, default="")
    url = Column(Text, nullable=False, default="")
    rating = Column(Float)
    rating_count = Column(Integer)
    digest = Column(String(64), nullable=False)
    catalogue_version = Column(BigId, nullable=False, index=True)
    active = Column(Boolean, nullable=False, default=True)
    facts = relationship("ProductFact", passive_deletes=True, order_by="ProductFact.position")


class ProductFact(Base):
    """One stated fact of a product (`noise_db`: "62 dB"); number and unit when the value is a measure."""

    __tablename__ = "product_fact"
    id = _id()
    product_pk = Column(BigId, ForeignKey("product.id", ondelete="CASCADE"), nullable=False, index=True)
    position = Column(Integer, nullable=False, default=0)
    name = Column(String(120), nullable=False)
    value = Column(Text, nullable=False)
    number = Column(Float)
    unit = Column(String(20))


class Review(Base):
    """What an owner wrote about a product."""

    __tablename__ = "review"
    id = _id()
    review_id = Column(String(64), nullable=False, unique=True)
    product_id = Column(String(128), nullable=False, index=True)
    customer_id = _ref("customer")
    rating = Column(Integer, nullable=False)
    title = Column(String(300), nullable=False, default="")
    text = Column(Text, nullable=False, default="")
    author = Column(String(120), nullable=False, default="")
    source = Column(String(20), nullable=False, default="import")  # import survey
    created_at = Column(UtcDateTime, nullable=False)


class Article(Base):
    """One section of the store's knowledge that can stand as an answer: article, guide, or staff's answer to a gap."""

    __tablename__ = "article"
    __table_args__ = (UniqueConstraint("slug", "position"),)
    id = _id()
    slug = Column(String(120), nullable=False)  # the file's name without its ending
    position = Column(Integer, nullable=False, default=0)  # of the section in its file
    kind = Column(String(10), nullable=False)  # article guide answer
    title = Column(String(300), nullable=False)
    heading = Column(String(300), nullable=False, default="")
    body = Column(Text, nullable=False)  # Markdown
    topics = Column(Json, nullable=False, default=list)
    questions = Column(Json, nullable=False, default=list)
    categories = Column(Json, nullable=False, default=list)
    product_ids = Column(Json, nullable=False, default=list)
    digest = Column(String(64), nullable=False)
    updated_at = Column(UtcDateTime, nullable=False)


class ContentGap(Base):
    """A question nothing in the store's knowledge answers; staff's answer becomes an article and reaches the askers."""

    __tablename__ = "content_gap"
    __table_args__ = (UniqueConstraint("question_key", "product_id"),)
    id = _id()
    question = Column(Text, nullable=False)
    question_key = Column(String(200), nullable=False)
    product_id = Column(String(128), nullable=False, default="")
    topic = Column(String(30), nullable=False, default="")
    asked_count = Column(Integer, nullable=False, default=1)
    conversation_ids = Column(Json, nullable=False, default=list)
    first_asked_at = Column(UtcDateTime, nullable=False)
    last_asked_at = Column(UtcDateTime, nullable=False)
    article_id = Column(BigId, ForeignKey("article.id", ondelete="SET NULL"))
    answered_at = Column(UtcDateTime)


_TOLD = sa.text("kept IS NOT NULL")


class Need(Base):
    """A need a shopper stated: asked back after the purchase ("You wanted it quiet. Is it?")."""

    __tablename__ = "need"
    __table_args__ = (
        UniqueConstraint("conversation_id", "key"),
        # every recommendation asks what buyers said
        Index("ix_need_told", "key", "conversation_id", "kept", sqlite_where=_TOLD, postgresql_where=_TOLD),
    )
    id = _id()
    conversation_id = _ref("conversation", nullable=False, index=False)
    customer_id = _ref("customer")
    key = Column(String(120), nullable=False)  # wanted:quiet unwanted:black price_max category …
    label = Column(String(200), nullable=False)  # as shown: "quiet", "under $150"
    value = Column(Json)
    stated_at = Column(UtcDateTime, nullable=False)
    kept = Column(Boolean)  # the buyer's own word, after use
    kept_at = Column(UtcDateTime)


class Recommendation(Base):
    """What was recommended in one turn, stored so that it can be replayed: needs, catalogue version, ranking."""

    __tablename__ = "recommendation"
    __table_args__ = (UniqueConstraint("conversation_id", "turn_id"), Index(None, "created_at", "conversation_id"))
    id = _id()
    conversation_id = _ref("conversation", nullable=False, index=False)
    turn_id = Column(String(64), nullable=False)
    catalogue_version = Column(BigId, nullable=False)
    needs = Column(Json, nullable=False)
    left_out = Column(Json)  # ids of products that were shown before or refused
    created_at = Column(UtcDateTime, nullable=False)
    items = relationship("RecommendationItem", passive_deletes=True, order_by="RecommendationItem.position")


class RecommendationItem(Base):
    """One product of a recommendation and what became of it."""

    __tablename__ = "recommendation_item"
    __table_args__ = (
        Index(None, "product_id"),
        Index("ix_recommendation_item_chain", "recommendation_id", "clicked_at", "bought_at", "kept"),
    )
    id = _id()
    recommendation_id = _ref("recommendation", nullable=False, index=False)
    position = Column(Integer, nullable=False)
    product_id = Column(String(128), nullable=False)
    score = Column(Float, nullable=False)
    verdicts = Column(Json, nullable=False, default=list)
    price_cents = Column(Integer)  # as it was shown
    currency = Column(String(3))
    clicked_at = Column(UtcDateTime)
    bought_at = Column(UtcDateTime)
    kept = Column(Boolean)


# --- what was bought --------------------------------------------------------------------------------------------------


class ShopEvent(Base):
    """An event of the shop as it arrived; its id is applied once, whatever the number of copies."""

    __tablename__ = "shop_event"
    __table_args__ = (UniqueConstraint("source", "event_id"),)
    id = _id()
    source = Column(String(20), nullable=False)  # generic shopify woocommerce import
    event_id = Column(String(128), nullable=False)
    topic = Column(String(60), nullable=False)
    order_ref = Column(String(128), nullable=False, index=True)
    body = Column(Json, nullable=False)
    received_at = Column(UtcDateTime, nullable=False)
    result = Column(String(200), nullable=False, default="")


# what a customer bought, read from the index alone
BUYER_COLUMNS = ("customer_id", "cancelled_at", "placed_at", "currency", "total_cents", "refunded_at")


class ShopOrder(Base):
    """An order; each milestone has its own time, so that events may arrive in any order."""

    __tablename__ = "shop_order"
    __table_args__ = (UniqueConstraint("source", "order_ref"), Index("ix_shop_order_buyers", *BUYER_COLUMNS))
    id = _id()
    source = Column(String(20), nullable=False)
    order_ref = Column(String(128), nullable=False)
    customer_id = _ref("customer", index=False)
    thread_id = Column(String(32), index=True)  # the chat the order came from, when the shop tells
    currency = Column(String(3), nullable=False, default="USD")
    total_cents = Column(BigId)
    gift = Column(Boolean, nullable=False, default=False)
    timezone = Column(String(64))
    status_url = Column(Text, nullable=False, default="")
    tracking = Column(String(200), nullable=False, default="")
    placed_at = Column(UtcDateTime, index=True)
    paid_at = Column(UtcDateTime)
    shipped_at = Column(UtcDateTime)
    delivered_at = Column(UtcDateTime)
    cancelled_at = Column(UtcDateTime)
    refunded_at = Column(UtcDateTime)
    updated_at = Column(UtcDateTime, nullable=False)
    lines = relationship("OrderLine", passive_deletes=True, order_by="OrderLine.position")


class OrderLine(Base):
    """One product of an order."""

    __tablename__ = "order_line"
    __table_args__ = (UniqueConstraint("order_id", "position"),)
    id = _id()
    order_id = Column(BigId, ForeignKey("shop_order.id", ondelete="CASCADE"), nullable=False)
    position = Column(Integer, nullable=False)
    product_id = Column(String(128), nullable=False, index=True)
    title = Column(Text, nullable=False, default="")
    quantity = Column(Integer, nullable=False, default=1)
    price_cents = Column(BigId)
    refunded_quantity = Column(Integer, nullable=False, default=0)


# --- how it went ------------------------------------------------------------------------------------------------------


class FollowUp(Base):
    """One planned step of the follow-up programme for one order; always in one state, with its reason."""

    __tablename__ = "follow_up"
    __table_args__ = (UniqueConstraint("order_id", "step"), Index(None, "state", "due_at"))
    id = _id()
    order_id = Column(BigId, ForeignKey("shop_order.id", ondelete="CASCADE"), nullable=False)
    customer_id = _ref("customer")
    step = Column(String(40), nullable=False)
    purpose = Column(String(20), nullable=False)  # service survey review marketing
    state = Column(
        String(20), nullable=False
    )  # planned due sent deferred suppressed failed doubtful answered cancelled
    reason = Column(String(200), nullable=False, default="")
    due_at = Column(UtcDateTime)
    conversation_id = Column(String(32), ForeignKey("conversation.id", ondelete="SET NULL"), index=True)
    sent_at = Column(UtcDateTime)
    answered_at = Column(UtcDateTime)
    created_at = Column(UtcDateTime, nullable=False)
    updated_at = Column(UtcDateTime, nullable=False)


class Delivery(Base):
    """One message owed over one channel: queued → sending → (handed over) → sent, failed or doubtful."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("follow_up_id", "channel"), Index(None, "state", "next_attempt_at"))
    id = _id()
    follow_up_id = _ref("follow_up", index=False)
    case_id = Column(BigId, ForeignKey("support_case.id", ondelete="CASCADE"), index=True)
    customer_id = _ref("customer")
    purpose = Column(String(20), nullable=False)
    channel = Column(String(20), nullable=False)  # email webchat webhook
    template = Column(String(60), nullable=False)
    params = Column(Json, nullable=False, default=dict)
    message_id = Column(String(200), nullable=False, unique=True)
    state = Column(
        String(20), nullable=False, default="queued"
    )  # queued sending sent failed doubtful suppressed cancelled
    reason = Column(String(200), nullable=False, default="")
    attempts = Column(Integer, nullable=False, default=0)
    next_attempt_at = Column(UtcDateTime, nullable=False)
    claimed_by = Column(String(64))
    lease_until = Column(UtcDateTime)
    handed_over_at = Column(UtcDateTime)
    resent_at = Column(UtcDateTime)  # a case's notice, sent once more after a doubt
    sent_at = Column(UtcDateTime)
    created_at = Column(UtcDateTime, nullable=False)


class ContactLog(Base):
    """When we, or another sender of the store, wrote to a customer; the caps read it."""

    __tablename__ = "contact_log"
    __table_args__ = (Index(None, "customer_id", "at"),)
    id = _id()
    customer_id = _ref("customer", nullable=False, index=False)
    channel = Column(String(20), nullable=False)
    purpose = Column(String(20), nullable=False)
    source = Column(String(40), nullable=False, default="lifecycle")
    at = Column(UtcDateTime, nullable=False)


class Survey(Base):
    """A score question put to one customer: nps 0-10, csat 1-5, ces 1-7."""

    __tablename__ = "survey"
    __table_args__ = (UniqueConstraint("follow_up_id", "kind"),)
    id = _id()
    kind = Column(String(10), nullable=False, index=True)
    customer_id = _ref("customer")
    order_id = Column(BigId, ForeignKey("shop_order.id", ondelete="SET NULL"), index=True)
    follow_up_id = _ref("follow_up", index=False)
    case_id = Column(BigId)  # of a ces survey; the case's own survey_id is the one that began it
    conversation_id = Column(String(32), ForeignKey("conversation.id", ondelete="SET NULL"), index=True)
    product_id = Column(String(128), nullable=False, default="")
    asked_at = Column(UtcDateTime, nullable=False, index=True)
    expires_at = Column(UtcDateTime, nullable=False)


class SurveyAnswer(Base):
    """The one answer of a survey: the last within 24 hours wins; unanswered surveys have no row."""

    __tablename__ = "survey_answer"
    id = _id()
    survey_id = Column(BigId, ForeignKey("survey.id", ondelete="CASCADE"), nullable=False, unique=True)
    score = Column(Integer, nullable=False)
    remark = Column(Text, nullable=False, default="")
    sentiment = Column(String(10), nullable=False, default="unclear")
    themes = Column(Json, nullable=False, default=list)
    source = Column(String(20), nullable=False)  # chat mail console
    answered_at = Column(UtcDateTime, nullable=False, index=True)
    updated_at = Column(UtcDateTime, nullable=False)


class SurveyAnswerChange(Base):
    """Every word and number a buyer gave to a survey, in order: the history behind the one answer."""

    __tablename__ = "survey_answer_change"
    __table_args__ = (UniqueConstraint("survey_id", "source", "source_id"),)
    id = _id()
    survey_id = Column(BigId, ForeignKey("survey.id", ondelete="CASCADE"), nullable=False)
    score = Column(Integer)
    remark = Column(Text, nullable=False, default="")
    source = Column(String(20), nullable=False)
    source_id = Column(String(64), nullable=False)  # message id, form nonce: the same one twice is one change
    at = Column(UtcDateTime, nullable=False)


class SupportCase(Base):
    """A problem somebody owns until it is solved; `source_key` makes opening it twice impossible."""

    __tablename__ = "support_case"
    __table_args__ = (Index(None, "state", "due_at"),)
    id = _id()
    source_key = Column(String(100), nullable=False, unique=True)
    customer_id = _ref("customer")
    order_id = Column(BigId, ForeignKey("shop_order.id", ondelete="SET NULL"), index=True)
    conversation_id = Column(String(32), ForeignKey("conversation.id", ondelete="SET NULL"), index=True)
    survey_id = Column(BigId, ForeignKey("survey.id", ondelete="SET NULL"))
    kind = Column(String(20), nullable=False)  # detractor problem handover question
    subject = Column(String(200), nullable=False)
    summary = Column(Json, nullable=False, default=dict)
    priority = Column(String(10), nullable=False, default="normal")  # low normal high
    state = Column(String(10), nullable=False, default="open")  # open pending closed
    owner_id = Column(BigId, ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    opened_at = Column(UtcDateTime, nullable=False)
    due_at = Column(UtcDateTime, nullable=False)
    first_reply_at = Column(UtcDateTime)
    closed_at = Column(UtcDateTime)
    cause = Column(String(40))
    reopened_count = Column(Integer, nullable=False, default=0)


class CaseNote(Base):
    """A word on a case: staff's note, staff's reply to the customer, or the customer's answer."""

    __tablename__ = "case_note"
    id = _id()
    case_id = Column(BigId, ForeignKey("support_case.id", ondelete="CASCADE"), nullable=False, index=True)
    author = Column(String(10), nullable=False)  # staff customer assistant
    staff_id = Column(BigId, ForeignKey("staff.id", ondelete="SET NULL"))
    visible = Column(Boolean, nullable=False, default=False)  # to the customer
    text = Column(Text, nullable=False)
    created_at = Column(UtcDateTime, nullable=False)


class Referral(Base):
    """A promoter's code to pass on."""

    __tablename__ = "referral"
    id = _id()
    customer_id = Column(BigId, ForeignKey("customer.id", ondelete="CASCADE"), nullable=False, unique=True)
    code = Column(String(20), nullable=False, unique=True)
    created_at = Column(UtcDateTime, nullable=False)


# --- who looks after it -----------------------------------------------------------------------------------------------


class Staff(Base):
    """Somebody of the store who may log in to the console."""

    __tablename__ = "staff"
    id = _id()
    email = Column(String(320), nullable=False, unique=True)
    name = Column(String(200), nullable=False, default="")
    role = Column(String(10), nullable=False)  # viewer agent admin privacy
    password_hash = Column(String(200), nullable=False)
    active = Column(Boolean, nullable=False, default=True)
    created_at = Column(UtcDateTime, nullable=False)


class StaffSession(Base):
    """A login; only the hash of its cookie is stored."""

    __tablename__ = "staff_session"
    id = _id()
    token_hash = Column(String(64), nullable=False, unique=True)
    staff_id = Column(BigId, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True)
    created_at = Column(UtcDateTime, nullable=False)
    last_seen_at = Column(UtcDateTime, nullable=False)


class LoginAttempt(Base):
    """A failed login, by keyed hashes of account and address; the throttle counts them."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index(None, "account_hash", "at"), Index(None, "address_hash", "at"))
    id = _id()
    account_hash = Column(String(64), nullable=False)
    address_hash = Column(String(64), nullable=False)
    at = Column(UtcDateTime, nullable=False)


class SavedView(Base):
    """A way somebody of the staff narrows the inbox, under a name; `shared`: everybody sees it."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("staff_id", "name"),)
    id = _id()
    staff_id = Column(BigId, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False)
    name = Column(String(60), nullable=False)
    query = Column(Json, nullable=False)  # the filters as the inbox's address carries them
    shared = Column(Boolean, nullable=False, default=False)
    created_at = Column(UtcDateTime, nullable=False)


class ConversationLabel(Base):
    """A label somebody of the staff put on a conversation; the assistant's own is Interaction.label."""

    __tablename__ = "conversation_label"
    __table_args__ = (UniqueConstraint("conversation_id", "label"),)
    id = _id()
    conversation_id = _ref("conversation", nullable=False, index=False)
    label = Column(String(60), nullable=False, index=True)
    staff_id = Column(BigId, ForeignKey("staff.id", ondelete="SET NULL"))
    created_at = Column(UtcDateTime, nullable=False)


class ConversationNote(Base):
    """What staff tell each other about a conversation; no customer ever sees it."""

    __tablename__ = "conversation_note"
    id = _id()
    conversation_id = _ref("conversation", nullable=False)
    staff_id = Column(BigId, ForeignKey("staff.id", ondelete="SET NULL"))
    text = Column(Text, nullable=False)
    created_at = Column(UtcDateTime, nullable=False)


class Macro(Base):
    """A reply staff give often, ready to be changed and sent."""

    __tablename__ = "macro"
    id = _id()
    title = Column(String(80), nullable=False, unique=True)
    text = Column(Text, nullable=False)
    staff_id = Column(BigId, ForeignKey("staff.id", ondelete="SET NULL"))
    updated_at = Column(UtcDateTime, nullable=False)


class PhraseReview(Base):
    """What a customer's unclear words meant, by somebody of the staff: `intent`, or "" for nothing of ours."""

    __tablename__ = "phrase_review"
    id = _id()
    message_id = Column(BigId, ForeignKey("message.id", ondelete="CASCADE"), nullable=False, unique=True)
    intent = Column(String(60), nullable=False)
    staff_id = Column(BigId, ForeignKey("staff.id", ondelete="SET NULL"))
    at = Column(UtcDateTime, nullable=False)


class AuditEvent(Base):
    """Who of the staff looked at, changed or exported what."""

    __tablename__ = "audit_event"
    id = _id()
    staff_id = Column(BigId, ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    action = Column(String(60), nullable=False)
    object_kind = Column(String(30), nullable=False, default="")
    object_id = Column(String(64), nullable=False, default="")
    details = Column(Json, nullable=False, default=dict)
    at = Column(UtcDateTime, nullable=False, index=True)


class ErasureRequest(Base):
    """Somebody asked to be forgotten: done by the worker within a minute, the receipt proves it."""

    __tablename__ = "erasure_request"
    id = _id()
    receipt = Column(String(32), nullable=False, unique=True)
    thread_id = Column(String(32))
    customer_id = Column(BigId)
    requested_at = Column(UtcDateTime, nullable=False)
    done_at = Column(UtcDateTime, index=True)
    counts = Column(Json, nullable=False, default=dict)


class ShopPull(Base):
    """How far the orders of a shop were read from its own API, by whichever worker read them last."""

    __tablename__ = "shop_pull"
    source = Column(String(20), primary_key=True)  # shopify woocommerce
    cursor_at = Column(UtcDateTime)  # orders changed before this are here
    begun_at = Column(UtcDateTime)  # the last pull that was due


class WebhookDelivery(Base):
    """An event owed to another system: posted with a Standard Webhooks signature until acknowledged."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index(None, "state", "next_attempt_at"),)
    id = _id()
    event_id = Column(String(64), nullable=False, unique=True)
    event_type = Column(String(60), nullable=False)
    url = Column(Text, nullable=False)
    body = Column(Json, nullable=False)
    state = Column(String(20), nullable=False, default="queued")
    attempts = Column(Integer, nullable=False, default=0)
    next_attempt_at = Column(UtcDateTime, nullable=False)
    response_status = Column(Integer)
    created_at = Column(UtcDateTime, nullable=False)


class SchemaVersion(Base):
    """One row: the version of the read contract the `v_*` views keep."""

    __tablename__ = "schema_version"
    id = Column(Integer, primary_key=True)
    version = Column(Integer, nullable=False)
    applied_at = Column(UtcDateTime, nullable=False)


@sa.event.listens_for(Base.metadata, "after_create")
def _words(_metadata: Any, connection: Any, **_options: Any) -> None:
    """A schema made from the model has the words' index too."""
    fulltext.create(connection)
