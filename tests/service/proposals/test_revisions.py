"""What was delivered is taken back to be changed and delivered again; what it was, and its signature, stay."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.chassis import files
from services.contracts.messages import Command
from services.contracts.proposals.events import ProposalDelivered, ProposalWithdrawn
from services.contracts.proposals.proposals import (
    ChangeProposal,
    DeclineProposal,
    GetProposal,
    GetProposalPdf,
    GetRevisionPdf,
    MoveProposal,
    OfficeStatus,
    ProposalView,
    ResetProposal,
)
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import OFFERS, ROSA, World, offer, signing


def reset(office: Office, proposal: ProposalView) -> ProposalView:
    """Takes a proposal back."""
    return office.ask(ResetProposal(proposal_id=proposal.id), office.staff)


def change(office: Office, proposal: ProposalView, **said: Any) -> ProposalView:
    """Changes a draft."""
    return office.ask(ChangeProposal.model_validate({"proposal_id": proposal.id, **said}), office.staff)


def test_a_reset_proposal_is_the_draft_of_its_next_revision(office: Office, world: World) -> None:
    delivered = office.delivered()
    draft = reset(office, delivered)
    assert (draft.office_status, draft.revision, draft.status) == ("draft", 2, "pending")
    assert (draft.document_sha256, draft.delivered_at, draft.electronic_signature) == (None, None, None)
    gone = office.refusal(GetProposal(proposal_id=draft.id), world.contact())
    assert (gone.code, gone.details["reason"]) == ("not_found", "withdrawn")
    assert "reason" not in office.refusal(GetProposal(proposal_id=draft.id), world.contact(at=[uuid4()])).details
    (earlier,) = draft.revisions
    assert (earlier.revision, earlier.document_sha256) == (1, delivered.document_sha256)
    assert (earlier.withdrawn_by, earlier.electronic_signature) == ("Ada Office", None)


def test_a_reset_voids_the_signature_and_keeps_it_and_its_document(office: Office, world: World) -> None:
    shown, signer = office.delivered(), world.contact()
    office.ask(signing(shown, choose=[shown.optional_services[0].id]), signer)
    draft = reset(office, shown)
    assert draft.electronic_signature is None
    assert (draft.total, [each.selected for each in draft.optional_services]) == (shown.total, [False, False])
    (earlier,) = draft.revisions
    assert earlier.electronic_signature is not None
    assert earlier.electronic_signature.signed_by == "Priya Shah"
    assert earlier.total.amount == shown.total.amount + 15_000
    assert office.rows("SELECT count(*) FROM signature") == [(1,)]


def test_what_a_customer_signed_they_can_have_for_good(office: Office, world: World) -> None:
    shown, signer = office.delivered(), world.contact()
    office.ask(signing(shown), signer)
    reset(office, shown)
    kept = GetRevisionPdf(proposal_id=shown.id, revision=1)
    for reader in (signer, world.contact("other"), office.staff):
        assert files.get(office.ask(kept, reader).key).startswith(b"%PDF")
    for stranger in (world.contact(customer=uuid4()), world.contact(branch=uuid4()), world.contact(at=[uuid4()])):
        assert office.refusal(kept, stranger).code == "not_found"
    again = office.deliver(shown.id)
    assert [each.revision for each in office.seen_by(signer, again.id).revisions] == [1]
    assert office.seen_by(signer, again.id).revisions[0].withdrawn_by is None


def test_an_unsigned_revision_stays_the_offices(office: Office, world: World) -> None:
    shown = office.delivered()
    reset(office, shown)
    kept = GetRevisionPdf(proposal_id=shown.id, revision=1)
    assert office.ask(kept, office.staff).sha256 == shown.document_sha256
    assert office.refusal(kept, world.contact()).code == "not_found"
    office.deliver(shown.id)
    assert office.seen_by(world.contact(), shown.id).revisions == []
    assert office.refusal(GetRevisionPdf(proposal_id=shown.id, revision=2), office.staff).code == "not_found"


def test_a_changed_revision_is_delivered_and_signed_anew(office: Office, world: World) -> None:
    shown = office.delivered()
    first = office.ask(signing(shown), world.contact())
    reset(office, shown)
    changed = change(office, shown, title="Grounds, without mowing", services=[offer("Irrigation", 2_500)])
    assert (changed.title, changed.total.amount, changed.optional_services) == ("Grounds, without mowing", 5_000, [])
    again = office.deliver(shown.id)
    assert (again.revision, again.number) == (2, shown.number)
    assert again.document_sha256 != shown.document_sha256
    second = office.ask(signing(again), world.contact("billing"))
    assert (first.id, second.total.amount) != (second.id, shown.total.amount)
    assert office.rows("SELECT count(*) FROM signature") == [(2,)]


def test_a_revision_with_the_same_content_is_another_document(office: Office, world: World) -> None:
    shown = office.delivered()
    reset(office, shown)
    again = office.deliver(shown.id)
    assert again.document_sha256 != shown.document_sha256
    refusal = office.refusal(signing(shown), world.contact())
    assert (refusal.code, refusal.details["reason"]) == ("conflict", "document_changed")


def test_whoever_signs_what_was_taken_back_is_told_so(office: Office, world: World) -> None:
    shown = office.delivered()
    reset(office, shown)
    refusal = office.refusal(signing(shown), world.contact())
    assert (refusal.code, refusal.details["reason"]) == ("conflict", "not_delivered")
    assert refusal.message == "This proposal was taken back to be changed. You will be asked again."
    never_seen = office.draft()
    unseen = signing(shown).model_copy(update={"proposal_id": never_seen.id})
    assert office.refusal(unseen, world.contact()).code == "not_found"
    assert office.refusal(signing(shown), world.contact(customer=uuid4())).code == "not_found"


@pytest.mark.parametrize("status", ["draft", "approved", "in_production", "won", "lost"])
def test_only_what_is_delivered_is_reset(office: Office, status: OfficeStatus) -> None:
    proposal = office.draft() if status == "draft" else office.delivered()
    way = {"in_production": ["approved", "in_production"], "draft": []}.get(status, [status])
    for to in way:
        office.ask(MoveProposal.model_validate({"proposal_id": proposal.id, "to": to}), office.staff)
    refusal = office.refusal(ResetProposal(proposal_id=proposal.id), office.staff)
    assert (refusal.code, refusal.details["reason"]) == ("conflict", "no_such_move")


def test_only_a_draft_is_changed(office: Office) -> None:
    refusal = office.refusal(ChangeProposal(proposal_id=office.delivered().id, title="Other"), office.staff)
    assert (refusal.code, refusal.details["reason"]) == ("conflict", "not_draft")


def test_only_what_is_given_changes(office: Office) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    draft = office.draft(expires_on=tomorrow)
    changed = change(office, draft, title="Pruning")
    assert (changed.title, changed.expires_on, changed.total) == ("Pruning", tomorrow, draft.total)
    assert [each.id for each in changed.services] == [each.id for each in draft.services]
    assert change(office, draft, expires_on="unset").expires_on is None
    somebody = ROSA.model_copy(update={"name": "Sam Field"})
    assert change(office, draft, sales_rep=somebody.model_dump()).service_contact.name == "Sam Field"


def test_a_draft_with_options_does_not_become_a_change_order(office: Office) -> None:
    draft = office.draft()
    refusal = office.refusal(ChangeProposal(proposal_id=draft.id, kind="change_order"), office.staff)
    assert refusal.code == "invalid"
    assert change(office, draft, kind="change_order", services=OFFERS[:1]).kind == "change_order"


@pytest.mark.parametrize("who", ["an account owner", "a contact", "nobody"])
def test_others_neither_change_nor_reset(office: Office, who: str) -> None:
    world = office.world
    principal = {"an account owner": world.staff("account_owner"), "a contact": world.contact(), "nobody": None}[who]
    delivered = office.delivered()
    acts: list[Command[Any]] = [
        ChangeProposal(proposal_id=delivered.id, title="Mine"),
        ResetProposal(proposal_id=delivered.id),
    ]
    for act in acts:
        assert office.refusal(act, principal).code == "forbidden"


def test_a_repeated_reset_takes_back_one_revision(office: Office) -> None:
    command = ResetProposal(proposal_id=office.delivered().id)
    assert office.ask(command, office.staff) == office.ask(command, office.staff)
    assert office.rows("SELECT revision FROM withdrawn_revision") == [(1,)]


def test_the_other_services_are_told_of_deliveries_and_of_voided_signatures(office: Office, world: World) -> None:
    shown, signer = office.delivered(), world.contact()
    office.ask(signing(shown), signer)
    reset(office, shown)
    office.deliver(shown.id)
    reset(office, shown)
    assert [each.revision for each in office.events(ProposalDelivered)] == [1, 2]
    assert [each.signed_by_id for each in office.events(ProposalWithdrawn)] == [signer.id, None]


def test_what_was_declined_can_be_changed_and_sent_again(office: Office, world: World) -> None:
    shown = office.delivered()
    office.ask(DeclineProposal(proposal_id=shown.id, reason="Too dear"), world.contact())
    draft = reset(office, shown)
    assert (draft.declined, draft.revisions[0].declined is not None) == (None, True)
    again = office.deliver(shown.id)
    assert office.seen_by(world.contact(), again.id).signable


def test_a_proposal_that_expired_is_sent_again_with_a_later_day(office: Office, world: World) -> None:
    shown = office.delivered(expires_on=datetime.now(UTC).date() + timedelta(days=9))
    office.passed(shown.id, datetime.now(UTC).date() - timedelta(days=2))
    assert office.seen_by(world.contact(), shown.id).expired
    reset(office, shown)
    deliver = office.world.deliver(shown.id)
    refusal = office.refusal(deliver, office.staff)
    assert (refusal.code, refusal.details["reason"]) == ("conflict", "expired")
    change(office, shown, expires_on=(datetime.now(UTC).date() + timedelta(days=30)).isoformat())
    office.deliver(shown.id)
    seen = office.seen_by(world.contact(), shown.id)
    assert (seen.expired, seen.signable) == (False, True)


def test_history_cannot_be_written_over(office: Office) -> None:
    delivered = office.delivered()
    reset(office, delivered)
    assert office.rows(
        "SELECT has_table_privilege(%s, 'withdrawn_revision', 'UPDATE'),"
        " has_table_privilege(%s, 'withdrawn_revision', 'DELETE')",
        office.engine.url.username,
        office.engine.url.username,
    ) == [(False, False)]


def test_the_pdf_of_the_current_revision_says_which_it_is(office: Office) -> None:
    delivered = office.delivered()
    assert office.rows("SELECT content ->> 'revision' FROM proposal") == [(None,)]
    reset(office, delivered)
    office.deliver(delivered.id)
    assert office.rows("SELECT content ->> 'revision' FROM proposal") == [("2",)]
    pdf = office.ask(GetProposalPdf(proposal_id=delivered.id), office.staff)
    assert pdf.name == f"{delivered.number}-revision-2.pdf"
