"""A customer says no, with a reason; the office says what becomes of it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.contracts.principals import Principal, PropertyRole
from services.contracts.proposals.events import ProposalDeclined
from services.contracts.proposals.proposals import DeclineProposal, GetProposal, ListProposals, MoveProposal
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import ROSA, World, signing


@pytest.mark.parametrize("role", ["primary", "billing"])
def test_a_declined_proposal_shows_as_rejected_and_stays_delivered(
    office: Office, world: World, role: PropertyRole
) -> None:
    shown, reader = office.delivered(), world.contact(role)
    declined = office.ask(DeclineProposal(proposal_id=shown.id, reason="Too dear"), reader)
    assert (declined.status, declined.signable) == ("rejected", False)
    assert declined.declined is not None
    assert (declined.declined.declined_by, declined.declined.reason) == ("Priya Shah", "Too dear")
    assert office.seen_by(office.staff, shown.id).office_status == "delivered"
    assert [each.id for each in office.ask(ListProposals(status="rejected"), reader).items] == [shown.id]
    assert office.ask(ListProposals(status="pending"), reader).items == []


def test_the_sales_rep_is_told_why(office: Office, world: World) -> None:
    shown = office.delivered()
    office.ask(DeclineProposal(proposal_id=shown.id, reason="Too dear"), world.contact())
    (event,) = office.events(ProposalDeclined)
    assert (event.sales_rep_id, event.reason, event.declined_by) == (ROSA.id, "Too dear", "Priya Shah")


def test_what_was_declined_is_not_signed_and_what_was_signed_not_declined(office: Office, world: World) -> None:
    declined, signed = office.delivered(), office.delivered()
    office.ask(DeclineProposal(proposal_id=declined.id, reason="No"), world.contact())
    office.ask(signing(signed), world.contact())
    for command, reason in (
        (signing(declined), "declined"),
        (DeclineProposal(proposal_id=declined.id, reason="No!"), "declined"),
        (DeclineProposal(proposal_id=signed.id, reason="No"), "already_signed"),
    ):
        refusal = office.refusal(command, world.contact("billing"))
        assert (refusal.code, refusal.details["reason"]) == ("conflict", reason)


def test_who_may_not_sign_may_not_decline(office: Office, world: World) -> None:
    shown = office.delivered()
    command = DeclineProposal(proposal_id=shown.id, reason="No")
    viewing = world.contact(permissions=frozenset({"proposals.view"}))
    integration = Principal(
        kind="integration", id=uuid4(), company_id=world.company, scopes=frozenset({"proposals.read"})
    )
    for principal in (world.contact("other"), viewing, office.staff, integration):
        assert office.refusal(command, principal).code == "forbidden"
    for stranger in (world.contact(customer=uuid4()), world.contact(branch=uuid4())):
        assert office.refusal(command, stranger).code == "not_found"
    assert office.refusal(command, None).code == "forbidden"


def test_the_office_marks_a_declined_proposal_lost_or_has_it_accepted_by_another_way(
    office: Office, world: World
) -> None:
    for to, status in (("lost", "rejected"), ("won", "accepted"), ("approved", "accepted")):
        shown = office.delivered()
        office.ask(DeclineProposal(proposal_id=shown.id, reason="No"), world.contact())
        office.ask(MoveProposal.model_validate({"proposal_id": shown.id, "to": to}), office.staff)
        assert office.seen_by(world.contact(), shown.id).status == status
        listed = office.ask(ListProposals(status="all"), world.contact()).items
        assert next(each.status for each in listed if each.id == shown.id) == status
        found = office.ask(ListProposals.model_validate({"status": status}), world.contact()).items
        assert shown.id in [each.id for each in found]


def test_an_expired_proposal_is_not_declined(office: Office, world: World) -> None:
    shown = office.delivered()
    office.passed(shown.id, datetime.now(UTC).date() - timedelta(days=2))
    refusal = office.refusal(DeclineProposal(proposal_id=shown.id, reason="No"), world.contact())
    assert refusal.details["reason"] == "expired"


def test_a_draft_is_not_found_by_who_would_decline_it(office: Office, world: World) -> None:
    draft = office.draft()
    for ask in (DeclineProposal(proposal_id=draft.id, reason="No"), GetProposal(proposal_id=draft.id)):
        assert office.refusal(ask, world.contact()).code == "not_found"
