"""The log of a document: what happened, each entry held by the next, and nothing of it can be changed unnoticed."""

import psycopg2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.contracts.messages import new_id
from services.contracts.proposals.proposals import DeclineProposal, ResetProposal
from services.contracts.proposals.signing import GetSigningEvents, RecordViewing, SigningHistoryView
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import World, signing


def history(office: Office, document_id: object) -> SigningHistoryView:
    return office.ask(GetSigningEvents.model_validate({"document_id": document_id}), office.staff)


def kinds(found: SigningHistoryView) -> list[str]:
    return [each.kind for each in found.events]


def test_the_log_tells_of_a_proposal_from_its_delivery_to_its_seal(office: Office, world: World) -> None:
    shown, signer = office.delivered(), world.contact()
    office.ask(signing(shown), signer)
    found = history(office, shown.id)
    assert kinds(found) == ["delivered", "consented", "signed", "sealed"]
    assert found.intact
    delivered, _, signed, sealed = found.events
    assert delivered.by == "Ada Office (staff)"
    assert signed.by == "Priya Shah <priya@lakeside.test>"
    assert signed.details["document_sha256"] == delivered.details["document_sha256"] == shown.document_sha256
    assert sealed.details["document_sha256"] == office.seen_by(signer, shown.id).document_sha256


def test_a_decline_and_a_reset_stay_in_the_log(office: Office, world: World) -> None:
    shown, signer = office.delivered(), world.contact()
    office.ask(DeclineProposal(proposal_id=shown.id, reason="Too dear"), signer)
    office.ask(ResetProposal(proposal_id=shown.id), office.staff)
    again = office.deliver(shown.id)
    signature = office.ask(signing(again), signer)
    office.ask(ResetProposal(proposal_id=shown.id), office.staff)
    found = history(office, shown.id)
    assert kinds(found) == [
        "delivered", "declined", "withdrawn", "delivered", "consented", "signed", "sealed", "voided", "withdrawn",
    ]  # fmt: skip
    assert found.events[1].details == {"reason": "Too dear"}
    assert found.events[7].details == {"signature": str(signature.id), "reason": "changed"}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE signing_event SET actor = 'Somebody else' WHERE document_id = %s AND position = 3",
        "UPDATE signing_event SET details = '{}' WHERE document_id = %s AND position = 1",
        "UPDATE signing_event SET at = at - interval '1 hour' WHERE document_id = %s AND position = 2",
        "DELETE FROM signing_event WHERE document_id = %s AND position = 2",
    ],
)
def test_whoever_changes_the_log_breaks_its_chain(office: Office, world: World, change: str) -> None:
    shown = office.delivered()
    office.ask(signing(shown), world.contact())
    office.change(change, shown.id)
    assert not history(office, shown.id).intact


@pytest.mark.parametrize("table", ["signing_event", "seal", "signature"])
def test_the_service_itself_can_change_no_evidence(office: Office, table: str) -> None:
    for attempt in (f"UPDATE {table} SET company_id = company_id", f"DELETE FROM {table}"):
        with pytest.raises(ProgrammingError) as refused, office.engine.begin() as connection:
            connection.execute(text(attempt))
        assert isinstance(refused.value.orig, psycopg2.errors.InsufficientPrivilege)


def test_customers_do_not_read_the_log_and_strangers_do_not_learn_of_it(office: Office, world: World) -> None:
    shown = office.delivered()
    assert office.refusal(GetSigningEvents(document_id=shown.id), world.contact()).code == "forbidden"
    stranger = World().staff("administrator")
    assert office.refusal(GetSigningEvents(document_id=shown.id), stranger).code == "not_found"


def test_what_a_contact_is_shown_before_signing_is_in_the_log_once(office: Office, world: World) -> None:
    shown, signer = office.delivered(), world.contact()
    viewing = RecordViewing(document_id=shown.id, document_sha256=shown.document_sha256 or "")
    for _ in range(2):
        office.ask(viewing, signer)
    office.ask(signing(shown), signer)
    office.ask(viewing.model_copy(update={"id": new_id()}), signer)
    found = history(office, shown.id)
    assert kinds(found) == ["delivered", "viewed", "consented", "signed", "sealed"]
    assert found.events[1].by == "Priya Shah <priya@lakeside.test>"
    assert office.refusal(viewing.model_copy(update={"id": new_id()}), office.staff).code == "forbidden"
    stranger = world.contact(at=[])
    assert office.refusal(viewing.model_copy(update={"id": new_id()}), stranger).code == "not_found"
