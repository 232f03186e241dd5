"""The office drafts, delivers and moves proposals; nobody else does."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from services.contracts.messages import Command
from services.contracts.principals import StaffRole
from services.contracts.proposals.proposals import DeliverProposal, GetProposalPdf, MoveProposal, OfficeStatus
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import OFFERS, World, offer


def test_a_draft_is_numbered_totalled_and_without_a_document(office: Office) -> None:
    first, second = office.draft(), office.draft()
    year = datetime.now(ZoneInfo(office.world.time_zone)).year
    assert [first.number, second.number] == [f"PRO-{year}-00001", f"PRO-{year}-00002"]
    assert (first.status, first.office_status, first.total.amount) == ("pending", "draft", 125_000)
    assert (first.document_sha256, first.delivered_at) == (None, None)
    assert [each.name for each in first.services] == ["Mowing", "Irrigation"]
    assert [(each.name, each.selected) for each in first.optional_services] == [
        ("Colour beds", False),
        ("Snow removal", False),
    ]


def test_each_company_numbers_its_own(office: Office) -> None:
    number = office.draft().number
    assert Office(office.databases, World()).draft().number == number


def test_a_repeated_create_answers_the_same_and_makes_one(office: Office) -> None:
    command = office.world.create()
    assert office.ask(command, office.staff) == office.ask(command, office.staff)
    assert office.rows("SELECT count(*) FROM proposal") == [(1,)]


@pytest.mark.parametrize("role", ["administrator", "office", "sales_rep"])
def test_these_roles_draft_deliver_and_move(office: Office, role: StaffRole) -> None:
    writer = office.world.staff(role)
    draft = office.ask(office.world.create(), writer)
    office.ask(DeliverProposal(proposal_id=draft.id, company_name="Evergreen"), writer)
    assert office.ask(MoveProposal(proposal_id=draft.id, to="won"), writer).office_status == "won"


@pytest.mark.parametrize("who", ["an account owner", "a contact", "nobody"])
def test_others_are_forbidden_to_write(office: Office, who: str) -> None:
    world = office.world
    principal = {"an account owner": world.staff("account_owner"), "a contact": world.contact(), "nobody": None}[who]
    delivered = office.delivered()
    commands: list[Command[Any]] = [
        world.create(),
        DeliverProposal(proposal_id=delivered.id, company_name="Evergreen"),
        MoveProposal(proposal_id=delivered.id, to="won"),
    ]
    for command in commands:
        assert office.refusal(command, principal).code == "forbidden"


@pytest.mark.parametrize("zone", ["Nowhere/Land", "", "../etc/passwd", "America", "x" * 500])
def test_a_zone_that_does_not_exist_is_invalid(office: Office, zone: str) -> None:
    command = office.world.create().model_copy(update={"time_zone": zone})
    refusal = office.refusal(command, office.staff)
    assert (refusal.code, refusal.details["field"]) == ("invalid", "time_zone")


def test_a_change_order_with_an_optional_service_is_invalid(office: Office) -> None:
    assert office.refusal(office.world.create("change_order"), office.staff).code == "invalid"
    assert office.draft(kind="change_order", services=OFFERS[:1]).kind == "change_order"


def test_the_largest_offer_that_money_holds_can_be_made(office: Office) -> None:
    assert office.delivered(services=[offer("Everything", 49_999_999_999)]).total.amount == 99_999_999_998


def test_delivering_fixes_a_pdf_and_its_hash(office: Office) -> None:
    before = datetime.now(UTC)
    delivered = office.delivered()
    assert delivered.office_status == "delivered"
    assert delivered.delivered_at is not None
    assert delivered.delivered_at >= before
    pdf = office.ask(GetProposalPdf(proposal_id=delivered.id), office.staff)
    assert pdf.sha256 == delivered.document_sha256
    assert pdf.name == f"{delivered.number}.pdf"


def test_a_repeated_delivery_answers_the_same_document(office: Office) -> None:
    command = DeliverProposal(proposal_id=office.draft().id, company_name="Evergreen")
    assert office.ask(command, office.staff) == office.ask(command, office.staff)


def test_a_proposal_is_delivered_once(office: Office) -> None:
    delivered = office.delivered()
    refusal = office.refusal(DeliverProposal(proposal_id=delivered.id, company_name="Evergreen"), office.staff)
    assert (refusal.code, refusal.details["reason"]) == ("conflict", "no_such_move")


def test_a_draft_has_no_pdf(office: Office) -> None:
    refusal = office.refusal(GetProposalPdf(proposal_id=office.draft().id), office.staff)
    assert (refusal.code, refusal.details["reason"]) == ("conflict", "not_delivered")


@pytest.mark.parametrize(
    "way", [["approved", "in_production", "won"], ["approved", "won"], ["won"], ["lost"], ["approved", "lost"]]
)
def test_the_office_moves_a_proposal_along_the_table(office: Office, way: list[OfficeStatus]) -> None:
    delivered = office.delivered()
    for to in way:
        moved = office.ask(MoveProposal.model_validate({"proposal_id": delivered.id, "to": to}), office.staff)
        assert moved.office_status == to
    assert moved.status == ("rejected" if way[-1] == "lost" else "accepted")


@pytest.mark.parametrize("to", ["approved", "in_production", "won", "lost"])
def test_a_draft_moves_nowhere_before_it_is_delivered(office: Office, to: OfficeStatus) -> None:
    draft = office.draft()
    refusal = office.refusal(MoveProposal.model_validate({"proposal_id": draft.id, "to": to}), office.staff)
    assert refusal.details == {"reason": "no_such_move", "office_status": "draft"}
    assert office.seen_by(office.staff, draft.id).office_status == "draft"


def test_what_is_unknown_is_not_found(office: Office) -> None:
    unknown = uuid4()
    commands: list[Command[Any]] = [
        DeliverProposal(proposal_id=unknown, company_name="Evergreen"),
        MoveProposal(proposal_id=unknown, to="won"),
    ]
    for command in commands:
        assert office.refusal(command, office.staff).code == "not_found"
