"""The words of a message as numbers: the first component of the pipeline that learns."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import skops.io
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from lifecycle.engine import lexicon

_WORD = r"(?u)\b\w+\b"
_TOKEN = re.compile(r"[#$£€₹]|\w+(?:'\w+)?|[^\w\s]")
_SHORT_FORMS = {
    "u": "you", "ur": "your", "r": "are", "y": "why", "d": "the", "dis": "this", "n": "and", "2": "to", "4": "for",
    "pls": "please", "plz": "please", "plss": "please", "pl": "please", "plse": "please", "thx": "thanks",
    "wat": "what", "wht": "what", "hw": "how", "wen": "when", "whr": "where", "ware": "where", "wich": "which",
    "cn": "can", "hav": "have", "hv": "have", "wnt": "want", "wanna": "want to", "gonna": "going to", "gud": "good",
    "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "cant": "can't", "wont": "won't", "isnt": "isn't",
    "havent": "haven't", "hasnt": "hasn't", "im": "i'm", "ive": "i've", "whats": "what's", "wheres": "where's",
    "abt": "about", "msg": "message", "num": "number", "coz": "because", "bcoz": "because", "btw": "between",
    "recieve": "receive", "recieved": "received", "recvd": "received", "prodct": "product", "ordr": "order",
    "oder": "order", "delivry": "delivery", "cod": "cod cash on delivery",
}  # fmt: skip


def normalise(text: str) -> str:
    """One spelling for what people type in many: width, case, drawn-out letters, short forms, links, numbers.

    A number keeps its kind, not its value: 0-10 is what scores look like, longer ones keep their length, because
    order numbers, postcodes and prices differ by it.
    """
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    text = re.sub(r"https?://\S+|www\.\S+", " _link_ ", text)
    text = re.sub(r"\S+@\S+\.\S+", " _mail_ ", text)
    text = re.sub(r"(.)\1{2,}", r"\1\1", text)
    text = " ".join(_SHORT_FORMS.get(token, token) for token in _TOKEN.findall(text))
    return re.sub(r"\d+", _kind_of_number, text)


def _kind_of_number(match: re.Match[str]) -> str:
    digits = match.group()
    if len(digits) <= 2 and int(digits) <= 10:
        return " _score_ "
    return f" _number{min(len(digits), 7)}_ "


class ChatVectors:
    """Weighted word and letter sequences of normalised texts, the kinds of their words, and how much is unknown.

    The kinds are the message once more with every listed word replaced by its kind ("price of _goods_"), so that what
    one shop's examples teach holds for another's goods.  Words seen in one training example only stand in for the
    unknown words of real talk, so that the classifier learns what their presence means: a foreign question is mostly
    made of them.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        common: dict[str, Any] = {"sublinear_tf": True, "lowercase": False}
        self.words = TfidfVectorizer(
            ngram_range=tuple(config["word_ngrams"]), min_df=config["word_min"], token_pattern=_WORD, **common
        )
        self.letters = TfidfVectorizer(
            ngram_range=tuple(config["letter_ngrams"]), min_df=config["letter_min"], analyzer="char_wb", **common
        )
        self.kinds = TfidfVectorizer(
            ngram_range=tuple(config["kind_ngrams"]), min_df=config["kind_min"], token_pattern=r"\S+", **common
        )
        self.examples_with: dict[str, int] = {}

    def fit(self, texts: Sequence[str]) -> csr_matrix:
        """Learn from these texts; their features, one row each."""
        clean = [normalise(text) for text in texts]
        self.examples_with = dict(Counter(word for text in clean for word in set(text.split())))
        self.words.fit(clean)
        self.letters.fit(clean)
        self.kinds.fit([self._by_kind(text) for text in clean])
        return self.transform(texts, seen_in_training=True)

    def transform(self, texts: Sequence[str], *, seen_in_training: bool = False) -> csr_matrix:
        """Features of texts, one row each."""
        clean = [normalise(text) for text in texts]
        known_from = 2 if seen_in_training else 1
        unknown = np.zeros((len(clean), 2))
        for row, text in enumerate(clean):
            words = set(text.split())
            count = sum(self.examples_with.get(word, 0) < known_from for word in words)
            unknown[row] = 0.35 * min(count, 3), count / max(1, len(words))
        by_kind = self.kinds.transform([self._by_kind(text) for text in clean])
        return hstack([self.words.transform(clean), self.letters.transform(clean), by_kind, unknown]).tocsr()

    def _by_kind(self, clean: str) -> str:
        return " ".join(
            f"_{kind}_" if kind else "_unknown_" if word.isalpha() and self.examples_with.get(word, 0) < 2 else word
            for word, kind in lexicon.kinds_in(clean.split())
        )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class ChatFeaturizer(SparseFeaturizer, GraphComponent):
    """ChatVectors as a component of Rasa's pipeline."""

    @classmethod
    def required_components(cls) -> list[type]:
        return []

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            **SparseFeaturizer.get_default_config(),
            "word_ngrams": [1, 2],
            "letter_ngrams": [2, 5],
            "kind_ngrams": [1, 3],
            "word_min": 2,  # examples a sequence must be in to count
            "letter_min": 3,
            "kind_min": 3,
            "lexicon": lexicon.FINGERPRINT,  # a changed list is another configuration: nothing stored fits it
        }

    def __init__(self, config: dict[str, Any], name: str, model_storage: ModelStorage, resource: Resource) -> None:
        super().__init__(name, config)
        self._model_storage = model_storage
        self._resource = resource
        self._vectors = vectors_from(config)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ChatFeaturizer:
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing beyond what the types say."""

    def train(self, training_data: TrainingData) -> Resource:
        self._vectors.fit([example.get(TEXT) or "" for example in training_data.intent_examples])
        vectors = self._vectors
        learned = [vectors.words, vectors.letters, vectors.kinds, vectors.examples_with]
        with self._model_storage.write_to(self._resource) as folder:
            skops.io.dump(learned, folder / "vectors.skops")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ChatFeaturizer:
        featurizer = cls.create(config, model_storage, resource, execution_context)
        vectors = featurizer._vectors
        with model_storage.read_from(resource) as folder:
            learned = skops.io.load(folder / "vectors.skops", trusted=["scipy.sparse._csr.csr_matrix"])
        vectors.words, vectors.letters, vectors.kinds, vectors.examples_with = learned
        return featurizer

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self._featurize([each for each in training_data.training_examples if each.get(TEXT)], seen_in_training=True)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        self._featurize(messages, seen_in_training=False)
        return messages

    def _featurize(self, messages: list[Message], *, seen_in_training: bool) -> None:
        if not messages:
            return
        texts = [message.get(TEXT) or "" for message in messages]
        features = self._vectors.transform(texts, seen_in_training=seen_in_training)
        for row, message in enumerate(messages):
            self.add_features_to_message(None, features[row].tocoo(), TEXT, message)


def vectors_from(config: dict[str, Any]) -> ChatVectors:
    """Untrained vectors as a pipeline entry of config.yml describes them; missing keys mean the defaults."""
    return ChatVectors({**ChatFeaturizer.get_default_config(), **config})
