"""The topics a message can be about, and which intent belongs to which."""

from __future__ import annotations

NO_TOPIC = "none"

TOPIC_OF_INTENT: dict[str, str] = {
    # before the purchase
    "ask_product": "product_question",
    "recommend": "recommend",
    "critique": "recommend",
    "more_options": "recommend",
    "compare": "compare",
    "ask_reviews": "review",
    # at the till
    "ask_price": "price",
    "ask_availability": "availability",
    "ask_discounts": "discounts",
    "ask_payment": "payment",
    "place_order": "place_order",
    # after the order
    "ask_order_status": "order_status",
    "ask_delivery": "delivery",
    "cancel_order": "cancel_order",
    "change_order": "change_order",
    "ask_returns": "returns_refunds",
    "ask_warranty": "warranty",
    "ask_usage": "usage_help",
    "report_problem": "problem",
    "give_feedback": "review",
    # the shop, its people, the customer's own data
    "ask_store": "store_info",
    "contact_human": "contact_human",
    "unsubscribe": "unsubscribe",
    "show_my_data": "my_data",
    "forget_me": "my_data",
    # talk about the talk
    "greet": "smalltalk",
    "goodbye": "smalltalk",
    "thanks": "smalltalk",
    "bot_challenge": "smalltalk",
    "chitchat": "smalltalk",
    "go_back": "smalltalk",
    "start_over": "smalltalk",
    "recall_needs": "smalltalk",
    # answers to a question of ours: what they are about is what we asked about
    "affirm": NO_TOPIC,
    "deny": NO_TOPIC,
    "skip": NO_TOPIC,
    "out_of_scope": NO_TOPIC,
}

TOPICS: tuple[str, ...] = (*sorted(set(TOPIC_OF_INTENT.values()) - {NO_TOPIC}), NO_TOPIC)

# A topic only a shop deals with; accepting a foreign question as small talk does no harm.
STORE_TOPICS: frozenset[str] = frozenset(TOPICS) - {"smalltalk", NO_TOPIC}


def topic_of(intent: str | None) -> str:
    """The topic of an intent; `none` for an intent that has no topic or is unknown."""
    return TOPIC_OF_INTENT.get(intent or "", NO_TOPIC)
