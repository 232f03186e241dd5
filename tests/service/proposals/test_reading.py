"""Staff read all of their company's; a contact what was delivered to them, as the branch's settings show it."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from services.contracts.principals import Principal
from services.contracts.proposals.proposals import (
    GetProposal,
    GetProposalPdf,
    ListProposals,
    MoveProposal,
    OfficeStatus,
    ProposalSummary,
    ProposalView,
)
from services.proposals import rules
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import OFFICE_STATUSES, ROSA, World, signing

WAYS: dict[OfficeStatus, Sequence[str]] = {
    "delivered": [],
    "approved": ["approved"],
    "in_production": ["approved", "in_production"],
    "won": ["won"],
    "lost": ["lost"],
}


def brought_to(office: Office, status: OfficeStatus, *, signed: bool = False) -> ProposalView:
    """A proposal of this office status."""
    if status == "draft":
        return office.draft()
    proposal = office.delivered()
    if signed:
        office.ask(signing(proposal), office.world.contact())
    for to in WAYS[status]:
        office.ask(MoveProposal.model_validate({"proposal_id": proposal.id, "to": to}), office.staff)
    return proposal


def listed(office: Office, principal: Principal, **wanted: Any) -> list[ProposalSummary]:
    """Everything that a list holds, page by page."""
    items: list[ProposalSummary] = []
    cursor = None
    while True:
        page = office.ask(ListProposals(cursor=cursor, **wanted), principal)
        items += page.items
        cursor = page.next_cursor
        if cursor is None:
            return items


def ids(items: Sequence[ProposalSummary | ProposalView]) -> list[UUID]:
    return [each.id for each in items]


# One proposal


def test_a_contact_reads_lines_and_phone_as_the_branch_shows_them(office: Office, world: World) -> None:
    proposal = office.delivered()
    open_handed = world.contact("other", line_item_detail=True, show_service_contact_phone=True)
    shown = office.seen_by(open_handed, proposal.id)
    assert shown.services[0].lines is not None
    assert [line.description for line in shown.services[0].lines] == ["Mowing 50000", "Mowing 10000"]
    assert shown.service_contact.phone == ROSA.phone
    close_lipped = world.contact("other", line_item_detail=False, show_service_contact_phone=False)
    shown = office.seen_by(close_lipped, proposal.id)
    assert {each.lines is None for each in shown.services + shown.optional_services} == {True}
    assert (shown.services[0].total.amount, shown.total.amount) == (120_000, 125_000)
    assert (shown.service_contact.name, shown.service_contact.email) == (ROSA.name, ROSA.email)
    assert shown.service_contact.phone is None


def test_the_office_status_is_not_for_the_portal(office: Office, world: World) -> None:
    proposal = office.delivered()
    assert office.seen_by(world.contact(), proposal.id).office_status is None
    assert office.seen_by(world.staff("account_owner"), proposal.id).office_status == "delivered"


def test_the_view_says_who_may_sign_and_why_another_may_not(office: Office, world: World) -> None:
    proposal = office.delivered()
    primary = office.seen_by(world.contact("primary"), proposal.id)
    assert (primary.signable, primary.not_signable_because) == (True, None)
    other = office.seen_by(world.contact("other"), proposal.id)
    assert (other.signable, other.not_signable_because) == (
        False,
        "Only the property's primary or billing contact can sign.",
    )


def test_a_draft_does_not_exist_for_a_customer(office: Office, world: World) -> None:
    draft = office.draft()
    for query in (GetProposal(proposal_id=draft.id), GetProposalPdf(proposal_id=draft.id)):
        assert office.refusal(query, world.contact()).code == "not_found"
    assert listed(office, world.contact()) == []


def test_no_contact_reaches_anothers_proposal_by_its_id(office: Office, world: World) -> None:
    proposal = office.delivered()
    strangers = [
        world.contact(customer=uuid4()),
        world.contact(branch=uuid4()),
        world.contact(at=[uuid4()]),
        world.contact(at=[]),
        world.contact(permissions=frozenset()),
        World().contact(at=[world.clubhouse], customer=world.customer, branch=world.branch),
    ]
    for stranger in strangers:
        for query in (GetProposal(proposal_id=proposal.id), GetProposalPdf(proposal_id=proposal.id)):
            assert office.refusal(query, stranger).code == "not_found"


def test_nobody_who_did_not_sign_in_reads_anything(office: Office) -> None:
    proposal = office.delivered()
    for query in (GetProposal(proposal_id=proposal.id), GetProposalPdf(proposal_id=proposal.id), ListProposals()):
        assert office.refusal(query, None).code == "forbidden"


# Lists


def test_a_contact_lists_exactly_what_they_can_open(office: Office, world: World) -> None:
    elsewhere = uuid4()
    proposals = [brought_to(office, status) for status in OFFICE_STATUSES]
    proposals.append(office.delivered(property_id=elsewhere))
    of_another_branch = World(company=world.company, customer=world.customer, clubhouse=world.clubhouse)
    proposals.append(Office(office.databases, of_another_branch).delivered())
    contacts = [
        world.contact(),
        world.contact(at=[elsewhere]),
        world.contact(at=[]),
        world.contact(customer=uuid4()),
        of_another_branch.contact(),
    ]
    for contact in contacts:
        openable = {each.id for each in proposals if opens(office, contact, each.id)}
        assert set(ids(listed(office, contact))) == openable


def opens(office: Office, principal: Principal, proposal_id: UUID) -> bool:
    standing = office.rows(
        "SELECT office_status, customer_id::text, branch_id::text, property_id::text FROM proposal WHERE id = %s",
        proposal_id,
    )[0]
    office_status, *where = standing
    customer, branch, site = (UUID(each) for each in where)
    seen = rules.Standing(cast(OfficeStatus, office_status), False, customer, branch, site, None)
    return rules.sees(principal, seen)


@pytest.mark.parametrize("signed", [False, True])
def test_the_filter_by_status_agrees_with_the_status_shown(office: Office, world: World, signed: bool) -> None:
    for office_status in OFFICE_STATUSES:
        brought_to(office, office_status, signed=signed)
    for principal in (world.contact(), office.staff):
        everything = listed(office, principal)
        assert len(everything) == (6 if principal.kind == "staff" else 5)
        for status in ("pending", "accepted", "rejected"):
            assert listed(office, principal, status=status) == [each for each in everything if each.status == status]


def test_a_list_is_filtered_by_property_among_the_contacts_own(office: Office, world: World) -> None:
    gate = uuid4()
    here, there = office.delivered(), office.delivered(property_id=gate)
    both = world.contact(at=[world.clubhouse, gate])
    assert ids(listed(office, both)) == [there.id, here.id]
    assert ids(listed(office, both, property_ids=[gate])) == [there.id]
    assert ids(listed(office, office.staff, property_ids=[gate])) == [there.id]
    assert listed(office, world.contact(), property_ids=[gate]) == []


def test_pages_hold_everything_once_newest_delivered_first(office: Office, world: World) -> None:
    drafts = [office.draft() for _ in range(7)]
    delivered = [office.deliver(each.id) for each in reversed(drafts)]
    for principal in (world.contact(), office.staff):
        for limit in (1, 3, 7, 100):
            assert ids(listed(office, principal, limit=limit)) == ids(delivered[::-1])


def test_staff_filter_by_signature_and_see_when_and_by_whom(office: Office, world: World) -> None:
    unsigned, signed = office.delivered(), office.delivered()
    signature = office.ask(signing(signed), world.contact())
    with_signature = listed(office, office.staff, signed=True)
    assert ids(with_signature) == [signed.id]
    assert with_signature[0].electronic_signature is not None
    assert with_signature[0].electronic_signature.signed_by == "Priya Shah"
    assert with_signature[0].electronic_signature.signed_at == signature.signed_at
    assert ids(listed(office, office.staff, signed=False)) == [unsigned.id]
    assert office.refusal(ListProposals(signed=True), world.contact()).code == "forbidden"


def test_a_list_is_forbidden_without_the_permission(office: Office, world: World) -> None:
    assert office.refusal(ListProposals(), world.contact(permissions=frozenset())).code == "forbidden"


def test_a_cursor_of_nobodys_making_is_invalid(office: Office, world: World) -> None:
    assert office.refusal(ListProposals(cursor="nonsense"), world.contact()).code == "invalid"
