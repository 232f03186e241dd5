"""Who sees and who signs the documents that other services draw."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.contracts.principals import Permission, Principal, Viewer
from services.proposals.signing_rules import DocumentStanding, refusal_to_sign, sees
from tests.unit.proposals.people import World

WORLD = World()
TODAY = date(2026, 11, 22)
NOT_A_CONTACT = "Only a contact of the customer, signed in to the portal, can sign."
SIGNS: frozenset[Permission] = frozenset({"programs.view", "programs.sign"})
DRAWN = DocumentStanding(
    kind="finance_agreement",
    customer_id=WORLD.customer,
    branch_id=WORLD.branch,
    signed=False,
    withdrawn=False,
    expires_on=TODAY,
)


def primary(**changes: Any) -> Principal:
    contact = WORLD.contact(at=[], permissions=SIGNS, sections=["programs"])
    return contact.model_copy(update={"is_customer_primary": True, **changes})


def test_the_customers_primary_contact_signs_up_to_the_last_day() -> None:
    assert refusal_to_sign(primary(), DRAWN, TODAY) is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "staff"}, NOT_A_CONTACT),
        ({"kind": "integration"}, NOT_A_CONTACT),
        ({"session_id": None}, NOT_A_CONTACT),
        ({"viewer": Viewer(id=uuid4(), name="Ada")}, NOT_A_CONTACT),
        ({"permissions": frozenset({"programs.view"})}, "You are not permitted to sign agreements."),
        ({"is_customer_primary": False}, "Only the customer's primary contact can sign."),
    ],
)
def test_nobody_else_signs(changes: dict[str, Any], sentence: str) -> None:
    refusal = refusal_to_sign(primary(**changes), DRAWN, TODAY)
    assert refusal is not None
    assert (refusal.code, refusal.message) == ("forbidden", sentence)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"signed": True}, "already_signed"),
        ({"withdrawn": True}, "withdrawn"),
        ({"expires_on": date(2026, 11, 21)}, "expired"),
    ],
)
def test_what_is_signed_withdrawn_or_expired_is_not_signed(changes: dict[str, Any], reason: str) -> None:
    refusal = refusal_to_sign(primary(), replace(DRAWN, **changes), TODAY)
    assert refusal is not None
    assert (refusal.code, refusal.details["reason"]) == ("conflict", reason)


def test_contacts_see_their_customers_own_in_its_branch_and_staff_all() -> None:
    assert sees(primary(), DRAWN)
    assert sees(WORLD.staff("sales_rep"), DRAWN)
    assert not sees(primary(customer_id=uuid4()), DRAWN)
    assert not sees(primary(permissions=frozenset({"proposals.view"})), DRAWN)
    assert not sees(primary(), replace(DRAWN, branch_id=uuid4()))
    assert not sees(primary(portal=None), DRAWN)
