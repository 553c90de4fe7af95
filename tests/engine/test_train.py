"""What is changed in Rasa for training gives what Rasa gives."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from rasa.shared.exceptions import YamlException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.validation import validate_yaml_schema
from scipy.sparse import hstack, random
from sklearn.naive_bayes import MultinomialNB

from lifecycle.engine import learning, train

NLU_SCHEMA = "shared/nlu/training_data/schemas/nlu.yml"


def data(*examples: tuple[str, str], **more: object) -> TrainingData:
    return TrainingData([Message.build(text=text, intent=intent) for text, intent in examples], **more)


def test_files_put_together_are_what_rasa_makes_of_them() -> None:
    one = data(("hello", "greet"), ("bye ", "goodbye"), entity_synonyms={"NYC": "New York"})
    two = data(("hello", "greet"), ("hi", "greet"), regex_features=[{"name": "zip", "pattern": "[0-9]+"}])
    three = data(entity_synonyms={"L.A.": "Los Angeles"}, responses={"utter_hello": [{"text": "Hi!"}]})
    ours, rasas = train.merge(one, two, None, three), one.merge(two, None, three)
    assert ours.fingerprint() == rasas.fingerprint()
    assert [each.get("text") for each in ours.training_examples] == ["hello", "bye ", "hi"]
    assert (ours.entity_synonyms, ours.responses) == (rasas.entity_synonyms, rasas.responses)
    assert [each.get("text") for each in one.training_examples] == ["hello", "bye "]


def test_files_beside_empty_ones_are_not_gone_through_again() -> None:
    one = data(("hello", "greet"))
    assert train.merge(data(), None, one, data()) is one
    empty = data()
    assert train.merge(empty, data()) is empty


def test_equal_messages_have_one_hash() -> None:
    same, again = (Message.build(text="hello", intent="greet") for _ in range(2))
    assert same == again and train.quick_hash(same) == train.quick_hash(again)
    assert train.quick_hash(same) != train.quick_hash(Message.build(text="hello", intent="goodbye"))


def test_a_file_is_checked_once_and_a_wrong_one_each_time() -> None:
    asked: list[str] = []

    def check(text: str, schema: str) -> None:
        asked.append(f"{schema}: {text}")
        if "wrong" in text:
            raise ValueError(text)

    checked = train.once(check)
    for _ in range(2):
        checked("nlu: []", "nlu.yml")
        checked("nlu: []", "core.yml")
        with pytest.raises(ValueError):
            checked("wrong", "nlu.yml")
    assert asked == ["nlu.yml: nlu: []", "core.yml: nlu: []", "nlu.yml: wrong", "nlu.yml: wrong"]


DUPLICATE = 'nlu:\n- intent: greet\n  examples: "hi"\n  examples: "hello"\n'
MISPLACED = 'version: "3.1"\nnlu:\n- intent: greet\n  examples:\n    hello: there\n'


@pytest.mark.parametrize("text", [DUPLICATE, MISPLACED, "nlu: [", 'nlu:\n- intent: greet\n  examples: "- hi"\n'])
def test_the_quick_check_says_what_the_exact_one_says(text: str) -> None:
    def said(check: Callable[..., None]) -> str | None:
        try:
            check(text, NLU_SCHEMA)
        except YamlException as error:
            return str(error)
        return None

    assert said(train.once(validate_yaml_schema)) == said(validate_yaml_schema)
    assert train.passes(validate_yaml_schema, (text, NLU_SCHEMA)) == (said(validate_yaml_schema) is None)


def test_files_are_read_once() -> None:
    read: list[list[str]] = []

    def reading(paths: list[str], language: str) -> TrainingData:
        read.append(paths)
        return data()

    examples = train.read_once(reading)
    assert examples(["a.yml"], "en") is examples(["a.yml"], "en")
    assert examples(["b.yml"], "en") is not examples(["a.yml"], "en")
    assert read == [["a.yml"], ["b.yml"]]


def test_features_side_by_side_are_what_scipy_makes_of_them() -> None:
    parts = [random(6, width, density=0.4, format="csr", random_state=width) for width in (5, 1, 7)]
    parts[0].indices[:2] = parts[0].indices[:2][::-1]  # as scikit-learn gives them: not in order
    parts[0].has_sorted_indices = False
    expected = hstack(parts).tocsr()
    expected.sort_indices()
    found = learning.side_by_side(parts)
    assert found.shape == expected.shape and found.has_sorted_indices
    for name in ("data", "indices", "indptr"):
        assert np.array_equal(getattr(found, name), getattr(expected, name))


def test_naive_bayes_is_scikit_learns() -> None:
    examples = random(9, 6, density=0.5, format="csr", random_state=1)
    classes = np.array([0, 1, 2] * 3)
    theirs = MultinomialNB(alpha=0.02, fit_prior=False).fit(examples, classes)
    assert np.array_equal(learning.naive_bayes(examples, classes, 0.02), theirs.feature_log_prob_)
