"""The project is one `rasa data validate` finds nothing to object to."""

from __future__ import annotations

import pytest
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.validator import Validator

from lifecycle.engine import train
from lifecycle.settings import PROJECT

# Python chooses what is said: Rasa finds most sentences of the domain in no rule, and warns of each.
pytestmark = pytest.mark.filterwarnings("ignore:The utterance")


@pytest.fixture(scope="module")
def validator() -> Validator:
    with pytest.MonkeyPatch.context() as patch:
        train.read_quickly(patch.setattr)
        importer = TrainingDataImporter.load_from_config(
            str(PROJECT / "config.yml"), str(PROJECT / "domain.yml"), [str(PROJECT / "data")]
        )
        return Validator.from_importer(importer)


@pytest.mark.parametrize(
    "check",
    [
        Validator.verify_domain_validity,
        Validator.verify_nlu,
        Validator.verify_actions_in_stories_rules,
        Validator.verify_forms_in_stories_rules,
        Validator.verify_form_slots,
        Validator.verify_slot_mappings,
        Validator.verify_story_structure,
    ],
    ids=lambda check: check.__name__,
)
def test_rasa_data_validate_has_nothing_to_object_to(validator: Validator, check: type) -> None:
    assert check(validator)


def test_no_example_is_repeated_in_another_intent(validator: Validator) -> None:
    assert validator.verify_example_repetition_in_intents(ignore_warnings=False)
