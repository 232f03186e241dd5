"""What the PDFs say, and that they are kept as they were."""

import hashlib
from io import BytesIO

import pytest
from pypdf import PdfReader

from services.chassis import files
from services.contracts.files import FileView
from services.contracts.proposals.proposals import GetProposalPdf, ProposalView
from services.contracts.proposals.signing import Mark
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import OFFERS, ROSA, World, offer, signing
from tests.unit.proposals.pictures import data_url, png


def pdf_of(office: Office, proposal: ProposalView) -> FileView:
    """Where the PDF that is shown now lies."""
    return office.ask(GetProposalPdf(proposal_id=proposal.id), office.staff)


def words(file: FileView) -> str:
    """All that a PDF says, in one line."""
    pages = PdfReader(BytesIO(files.get(file.key))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_delivered_pdf_says_who_what_and_how_much(office: Office) -> None:
    proposal = office.delivered(kind="contract", title="Annual maintenance")
    said = words(pdf_of(office, proposal))
    for each in (
        *("Evergreen Grounds", proposal.number, "CONTRACT", "Annual maintenance", "Lakeside HOA", "12 Marina Way"),
        *("Clubhouse", "Rosa Diaz", "rosa@evergreen.test", "Optional services", "Snow removal", "$600.00"),
        *("Mowing 50000", "$500.00", "$1,000.00", "$1,250.00"),
    ):
        assert each in said


def test_a_lump_sum_pdf_says_no_prices_of_lines(office: Office) -> None:
    proposal = office.deliver(office.draft().id, line_item_detail=False)
    said = words(pdf_of(office, proposal))
    assert "$1,200.00" in said
    for detail in ("Mowing 50000", "$500.00", "Quantity"):
        assert detail not in said


@pytest.mark.parametrize("shown", [True, False])
def test_the_service_contacts_phone_is_told_only_where_the_branch_shows_it(office: Office, shown: bool) -> None:
    proposal = office.deliver(office.draft().id, show_service_contact_phone=shown)
    assert ROSA.phone
    assert (ROSA.phone in words(pdf_of(office, proposal))) is shown


def test_the_stored_bytes_have_the_hash_that_a_signature_names(office: Office) -> None:
    proposal = office.delivered()
    content = files.get(pdf_of(office, proposal).key)
    assert hashlib.sha256(content).hexdigest() == proposal.document_sha256
    assert len(content) == pdf_of(office, proposal).size


def test_the_signed_pdf_repeats_the_delivered_one_and_adds_the_evidence(office: Office, world: World) -> None:
    shown = office.delivered()
    delivered = pdf_of(office, shown)
    before = words(delivered)
    signer = world.contact()
    command = signing(shown, choose=[shown.optional_services[0].id], name="P. Shah")
    office.ask(command, signer)
    after = words(pdf_of(office, shown))
    assert after.startswith(before.partition("Page 1 of 1")[0])
    for each in (
        *("Electronic signature", "P. Shah", "Priya Shah <priya@lakeside.test>", "America/Chicago", "203.0.113.7"),
        *("Primary contact of the property", "Mozilla/5.0 (iPhone)", str(signer.session_id), str(command.id)),
        *("Chosen: Colour beds", "$150.00", "$1,400.00", shown.consent.version, str(shown.document_sha256)),
    ):
        assert each in after
    assert words(delivered) == before


def test_a_drawn_mark_is_a_picture_on_the_signature_page(office: Office, world: World) -> None:
    shown = office.delivered()
    office.ask(signing(shown, mark=Mark(drawn=data_url(png()))), world.contact())
    pages = PdfReader(BytesIO(files.get(pdf_of(office, shown).key))).pages
    # After it comes the certificate.
    assert [len(page.images) for page in pages] == [0] * (len(pages) - 2) + [1, 0]


def test_a_long_proposal_takes_the_pages_that_it_needs(office: Office, world: World) -> None:
    many = [offer(f"Service {number}", *range(100, 2_000, 100)) for number in range(10)]
    shown = office.delivered(services=many, title="Word" * 50)
    office.ask(signing(shown), world.contact())
    file = pdf_of(office, shown)
    assert len(PdfReader(BytesIO(files.get(file.key))).pages) > 5
    said = words(file)
    assert all(each.name in said for each in many)


def test_typst_takes_texts_for_texts(office: Office, world: World) -> None:
    trick = '#panic() $x$ *b* @ref <label> \\ // `c` "q"'
    shown = office.delivered(title=trick, services=[*OFFERS, offer(trick, 1)])
    office.ask(signing(shown, mark=Mark(typed=trick), name=trick), world.contact())
    assert words(pdf_of(office, shown)).count("#panic()") >= 4
