"""What the store knows beside its catalogue: articles and guides, facts, owners' words, and the gaps between them."""

from lifecycle.knowledge.answers import Answer, FactAnswer, answer_facts
from lifecycle.knowledge.articles import ArticleReport, import_articles
from lifecycle.knowledge.gaps import AnsweredGap, answer_gap, note_gap, open_gaps
from lifecycle.knowledge.helpdesk import answer_on, answer_store, asks_meaning, how_to, nearest, tells, word_for_word
from lifecycle.knowledge.product_answers import answer_product
from lifecycle.knowledge.reviews import OwnersSay, Quote, ReviewReport, complaints, import_reviews, owners_say

__all__ = [
    "Answer",
    "AnsweredGap",
    "ArticleReport",
    "FactAnswer",
    "OwnersSay",
    "Quote",
    "ReviewReport",
    "answer_facts",
    "answer_gap",
    "answer_on",
    "answer_product",
    "answer_store",
    "asks_meaning",
    "complaints",
    "how_to",
    "import_articles",
    "import_reviews",
    "nearest",
    "note_gap",
    "open_gaps",
    "owners_say",
    "tells",
    "word_for_word",
]
