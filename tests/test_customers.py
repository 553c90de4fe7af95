"""Who somebody is, where they stand, what they allow."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lifecycle import customers
from lifecycle.errors import Invalid
from lifecycle.model import ContactPoint, StageChange, Suppression


def test_the_same_person_is_found_by_id_and_by_any_spelling_of_the_address(session, now):
    ada = customers.find_or_create(session, email="Ada@Example.org", external_id="17", name="Ada", now=now)
    assert customers.find_or_create(session, email=" ada@example.org", now=now).id == ada.id
    assert customers.find_or_create(session, external_id="17", now=now).id == ada.id
    assert customers.email_of(session, ada.id) == "ada@example.org"
    assert session.query(ContactPoint).count() == 1


@pytest.mark.parametrize("address", ["", "ada", "ada@", "@example.org", "a b@example.org", "<ada@example.org>", "a@b"])
def test_what_is_no_address_is_refused(session, now, address):
    with pytest.raises(Invalid):
        customers.find_or_create(session, email=address, now=now)


def test_stages_go_forward_and_are_dated_once(session, now):
    ada = customers.find_or_create(session, email="ada@example.org", now=now)
    assert customers.enter_stage(session, ada.id, "purchase", cause="order_placed", cause_id="1", now=now)
    assert not customers.enter_stage(session, ada.id, "education", cause="conversation", now=now)
    assert not customers.enter_stage(session, ada.id, "purchase", cause="order_placed", cause_id="1", now=now)
    assert customers.enter_stage(session, ada.id, "advocacy", cause="promoter", now=now)
    assert not customers.enter_stage(session, ada.id, "purchase", cause="conversation", now=now)
    assert customers.enter_stage(session, ada.id, "purchase", cause="order_placed", cause_id="2", now=now)
    changes = session.execute(sa.select(StageChange.from_stage, StageChange.to_stage).order_by(StageChange.id)).all()
    assert [tuple(change) for change in changes] == [
        (None, "discovery"),
        ("discovery", "purchase"),
        ("purchase", "advocacy"),
        ("advocacy", "purchase"),
    ]


def test_the_last_word_on_consent_counts_and_marketing_needs_a_yes(session, now):
    ada = customers.find_or_create(session, email="ada@example.org", now=now)
    assert customers.allows(session, ada.id, "survey") and not customers.allows(session, ada.id, "marketing")
    customers.set_consent(session, ada.id, "survey", False, source="chat", now=now)
    assert not customers.allows(session, ada.id, "survey") and customers.allows(session, ada.id, "service")
    customers.set_consent(session, ada.id, "survey", True, source="console", now=now)
    assert customers.allows(session, ada.id, "survey")
    with pytest.raises(Invalid):
        customers.set_consent(session, ada.id, "spam", True, source="chat", now=now)


def test_a_suppressed_address_is_known_without_being_kept(session, now):
    customers.suppress(session, "Ben@example.org", "bounce", now=now)
    customers.suppress(session, "ben@example.org", "complaint", now=now)
    assert customers.suppressed(session, "BEN@example.org") and not customers.suppressed(session, "ada@example.org")
    row = session.query(Suppression).one()
    assert "ben" not in row.address_hash and row.reason == "bounce"
