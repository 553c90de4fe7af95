"""What is changed in Rasa for training gives what Rasa gives."""

from __future__ import annotations

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
