"""What is changed in Rasa for training gives what Rasa gives."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from lifecycle.engine import train


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
