"""Search in billing: documents by number, programs by policy number, by an index, and nobody else's."""

import pytest
from sqlalchemy import text

from services.chassis.database import tenant_session
from services.contracts.billing.search import SearchBilling
from services.contracts.principals import Principal
from tests.service.billing import insured
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People


def found(desk: Desk, who: Principal, sought: str) -> list[tuple[str, str]]:
    """The kind and the title of each hit."""
    return [(each.kind, each.title) for each in desk.ask(who, SearchBilling(sought=sought)).items]


def test_documents_are_found_by_how_their_numbers_begin_or_by_their_digits(desk: Desk, people: People) -> None:
    invoice, credit = desk.bill(people, 100), desk.grant(people, 50)
    payment = desk.pay(people.priya, desk.add_card(people.priya), invoice)

    assert ("invoice", invoice.number) in found(desk, people.sales_rep, invoice.number.lower())
    assert ("invoice", invoice.number) in found(desk, people.office, "inv-20")
    digits = str(int(invoice.number.rpartition("-")[2])).zfill(2)
    assert {"invoice", "payment", "credit"} <= {kind for kind, _ in found(desk, people.office, digits)}
    assert ("payment", payment.number) in found(desk, people.office, payment.number)
    assert ("payment", payment.number) in found(desk, people.office, "RCP-")
    assert ("credit", credit.number) in found(desk, people.office, "CR-")
    assert found(desk, people.office, "nothing") == []


def test_a_search_finds_nothing_of_another_company_nor_for_a_customer(desk: Desk, people: People) -> None:
    invoice = desk.bill(people, 100)
    stranger = desk.open_company()
    own = desk.bill(stranger, 100)

    # The first invoices of both companies have the same number.
    assert own.number == invoice.number
    hits = desk.ask(stranger.office, SearchBilling(sought=invoice.number)).items
    assert [each.id for each in hits] == [own.id]
    assert found(desk, people.priya, invoice.number) == []


def test_at_most_ten_of_each_kind_the_newest_first(desk: Desk, people: People) -> None:
    invoices = [desk.draft(people, 100).number for _ in range(12)]
    assert [title for _, title in found(desk, people.office, "INV-")] == invoices[:1:-1]


def test_a_program_is_found_by_a_policys_number_however_it_is_typed(desk: Desk, people: People) -> None:
    program = insured.draft(desk, people, insured.policy("HIA-GL-1001"))
    assert found(desk, people.office, "hia gl 10") == [("program", program.name)]


STATEMENTS = {
    "invoice": "SELECT * FROM invoice WHERE company_id = :company AND number ^@ 'INV-2026-0' ORDER BY number DESC",
    "payment": "SELECT * FROM payment WHERE company_id = :company AND number ^@ 'PAY-2026-0' ORDER BY number DESC",
    "credit": "SELECT * FROM credit WHERE company_id = :company AND number ^@ 'CR-2026-0' ORDER BY number DESC",
    "policy": "SELECT * FROM program_policy WHERE company_id = :company AND number_key ^@ 'HI' ORDER BY number_key",
}


@pytest.mark.parametrize("about", STATEMENTS)
def test_a_search_reads_a_range_of_an_index(desk: Desk, people: People, about: str) -> None:
    """As the service's own role, whose policy lets no condition use an index that could tell of others' rows."""
    with tenant_session(desk.engine, people.company_id) as session:
        # On a small table reading all of it is cheaper: what is asked is whether an index can serve at all.
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_bitmapscan = off"))
        asked = text(f"EXPLAIN {STATEMENTS[about]} LIMIT 10")
        plan = "\n".join(session.scalars(asked, {"company": people.company_id}))

    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert ">= " in condition and "< " in condition, plan
