"""Search in identity: by names, last words, e-mails and streets, by an index, and nobody else's."""

import pytest
from sqlalchemy import text

from services.chassis.database import tenant_session
from services.contracts.identity.search import SearchPeople
from services.contracts.principals import Principal
from tests.service.identity.conftest import Desk


def found(desk: Desk, who: Principal, sought: str) -> list[tuple[str, str]]:
    """The kind and the title of each hit."""
    return [(each.kind, each.title) for each in desk.ask(SearchPeople(sought=sought), who).items]


def test_people_and_places_are_found_by_how_they_begin(desk: Desk) -> None:
    office = desk.open_company()
    branch = office.branch()
    customer = office.customer(branch, name="Lakeside HOA")
    office.property(customer, branch, name="Clubhouse")
    contact = office.contact(customer, "chen wu", email=office.email("chen"))
    for sought, hit in (
        ("LAKE", ("customer", "Lakeside HOA")),
        ("hoa", ("customer", "Lakeside HOA")),
        ("wu", ("contact", contact.name)),
        (contact.email[:6], ("contact", contact.name)),
        ("club", ("property", "Clubhouse")),
        ("1 main", ("property", "Clubhouse")),
        ("main str", ("property", "Clubhouse")),
    ):
        assert hit in found(desk, office.administrator, sought), sought
    assert found(desk, office.administrator, "side") == []


def test_nothing_is_found_of_another_company_nor_for_a_customer(desk: Desk) -> None:
    office, other = desk.open_company(), desk.open_company("Harbor")
    customer = office.customer(office.branch(), name="Lakeside HOA")
    office.contact(customer, "chen wu", email=office.email("chen"))
    contact = Principal(kind="contact", id=customer.id, company_id=office.company.id, customer_id=customer.id)

    assert found(desk, other.administrator, "lake") == found(desk, other.administrator, "wu") == []
    assert found(desk, contact, "lake") == []


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("customer", "folded_name"),
        ("customer", "last_word"),
        ("contact", "last_word"),
        ("contact", "email"),
        ("property", "folded_line1"),
        ("property", "folded_street"),
    ],
)
def test_a_search_reads_a_range_of_an_index(desk: Desk, table: str, column: str) -> None:
    """As the service's own role, whose policy lets no condition use an index that could tell of others' rows."""
    office = desk.open_company()
    with tenant_session(desk.engine, office.company.id) as session:
        # On a small table reading all of it is cheaper: what is asked is whether an index can serve at all.
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_bitmapscan = off"))
        session.execute(text("SET LOCAL enable_sort = off"))
        asked = f"SELECT * FROM {table} WHERE company_id = :company AND {column} ^@ 'la' ORDER BY {column}, id LIMIT 10"
        plan = "\n".join(session.scalars(text(f"EXPLAIN {asked}"), {"company": office.company.id}))

    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert ">= " in condition and "< " in condition, plan
