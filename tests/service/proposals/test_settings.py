"""What a portal's settings change in its proposals: the page, the PDF and what is signed, from the next request on."""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from services.chassis import files
from services.contracts.messages import Ask
from services.contracts.principals import Principal
from services.contracts.proposals.proposals import GetProposal, GetProposalPdf, ListProposals, ProposalView
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import World, signing

LINE, PHONE = "Mowing 50000", "(512) 555-0100"


def printed(office: Office, who: Principal, proposal: ProposalView) -> str:
    """What the PDF says that this principal is given."""
    file = office.ask(GetProposalPdf(proposal_id=proposal.id), who)
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(files.get(file.key))).pages)


def with_settings(who: Principal, **changed: Any) -> Principal:
    """The same person after the office has changed the portal's settings."""
    assert who.portal
    settings = who.portal.settings.model_copy(update=changed)
    return who.model_copy(update={"portal": who.portal.model_copy(update={"settings": settings})})


def test_without_the_section_there_are_no_proposals(office: Office, world: World) -> None:
    proposal, priya = office.delivered(), world.contact()
    asks: list[Ask[Any]] = [
        ListProposals(),
        GetProposal(proposal_id=proposal.id),
        GetProposalPdf(proposal_id=proposal.id),
        signing(proposal),
    ]
    for ask in asks:
        assert office.refusal(ask, with_settings(priya, sections=["invoices"])).code == "not_found"
    assert office.seen_by(priya, proposal.id).signable


@pytest.mark.parametrize("shown", [True, False])
def test_lines_or_lump_sums_follow_the_setting_on_the_page_and_in_the_pdf(
    office: Office, world: World, shown: bool
) -> None:
    proposal = office.deliver(office.draft().id, line_item_detail=not shown)
    priya = world.contact(line_item_detail=shown)
    page = office.seen_by(priya, proposal.id)
    assert all((service.lines is not None) == shown for service in page.services + page.optional_services)
    assert (LINE in printed(office, priya, proposal)) == shown
    assert "Mowing" in printed(office, priya, proposal)


@pytest.mark.parametrize("shown", [True, False])
def test_the_service_contacts_phone_follows_the_setting_on_the_page_and_in_the_pdf(
    office: Office, world: World, shown: bool
) -> None:
    proposal = office.deliver(office.draft().id, show_service_contact_phone=not shown)
    priya = world.contact(show_service_contact_phone=shown)
    contact = office.seen_by(priya, proposal.id).service_contact
    assert (contact.name, contact.phone) == ("Rosa Diaz", PHONE if shown else None)
    assert (PHONE in printed(office, priya, proposal)) == shown


def test_what_is_signed_is_what_the_settings_of_the_day_show_and_stays_so(office: Office, world: World) -> None:
    proposal, itemised = office.delivered(), world.contact(line_item_detail=True)
    lump_sum = with_settings(itemised, line_item_detail=False)
    shown = office.seen_by(lump_sum, proposal.id)
    assert shown.document_sha256 != office.seen_by(itemised, proposal.id).document_sha256
    refusal = office.refusal(signing(office.seen_by(itemised, proposal.id)), lump_sum)
    assert (refusal.code, refusal.details["reason"]) == ("conflict", "document_changed")
    office.ask(signing(shown), lump_sum)
    ((kept,),) = office.rows("SELECT shown_document->>'sha256' FROM signature WHERE document_id = %s", proposal.id)
    assert kept == shown.document_sha256
    for who in (lump_sum, itemised, office.staff):
        assert LINE not in printed(office, who, proposal)
        assert "Priya Shah" in printed(office, who, proposal)


def test_the_same_settings_show_the_same_file(office: Office, world: World) -> None:
    proposal = office.delivered()
    one, other = (office.seen_by(world.contact(line_item_detail=False), proposal.id) for _ in range(2))
    assert one.document_sha256 == other.document_sha256
    assert office.seen_by(world.contact(), proposal.id).document_sha256 == proposal.document_sha256
