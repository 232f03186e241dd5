"""Files of customers, properties and contacts: every problem is told, and all of a file is imported or nothing."""

from typing import Any

import pytest

from services.chassis.database import tenant_session
from services.contracts.errors import DomainError
from services.contracts.identity.audit import ListAuditEvents
from services.contracts.identity.contacts import ListContacts
from services.contracts.identity.customers import ListCustomers, ListProperties
from services.contracts.identity.imports import ListImports, StartImport
from services.contracts.identity.references import FindReferences, PropertyReference
from services.identity.imports.customers import Customers
from services.identity.models import Customer
from tests.service.csv_files import csv_of
from tests.service.identity.conftest import Desk, Office
from tests.service.identity.imports_desk import CUSTOMER, Imports, customers, kept


@pytest.fixture
def imports(office: Office) -> Imports:
    office.branch()
    return Imports(office)


def count(office: Office, table: str) -> int:
    return office.count(f"SELECT count(*) FROM {table}")


def test_a_file_without_problems_is_imported_as_a_whole(office: Office, imports: Imports) -> None:
    found = imports.checked("customers", csv_of(customers(1200)))
    assert (found.state, found.rows, found.checked, found.bad) == ("checked", 1200, 1200, 0)
    assert (found.creates, found.changes, found.same) == (1200, 0, 0)
    assert count(office, "customer") == 0

    imports.confirm(found)
    imports.work_off()

    done = imports.get(found.id)
    assert (done.state, done.applied) == ("done", 1200)
    assert count(office, "customer") == 1200


def test_every_problem_is_told_by_row_and_column(imports: Imports) -> None:
    rows = customers(6)
    rows[0] |= {"zip": "none", "email": "not an address"}
    rows[1] |= {"branch": "elsewhere"}
    rows[3] |= {"external_id": "C-1"}
    rows[4] |= {"name": ""}

    found = imports.checked("customers", csv_of(rows))

    assert (found.rows, found.bad, found.creates) == (6, 4, 2)
    told = [(2, "zip"), (2, "email"), (3, "branch"), (5, "external_id"), (6, "name")]
    assert sorted(imports.problems(found)) == sorted(told)
    (first, *_) = imports.bad(found)
    assert first.values["email"] == "not an address"
    assert {each.message for each in first.problems} == {
        "Write a ZIP code such as 78701 or 78701-1234.",
        "Write an e-mail address such as name@example.com; may be empty.",
    }


def test_long_bad_rows_are_told_a_few_at_a_time(imports: Imports) -> None:
    found = imports.checked("customers", csv_of(customers(60, name="n" * 9_000, city="c" * 9_000, line1="l" * 9_000)))
    first = imports.bad(found, limit=100)
    assert 1 < len(first) < 60
    rest = imports.bad(found, limit=100, after_row=first[-1].row)
    assert [row.row for row in first + rest] == list(range(2, 62))


def test_with_problems_nothing_is_imported_unless_the_good_rows_alone_are_chosen(
    office: Office, imports: Imports
) -> None:
    rows = customers(5)
    rows[2]["zip"] = "none"
    found = imports.checked("customers", csv_of(rows))
    with pytest.raises(DomainError, match="Some rows have problems"):
        imports.confirm(found)

    imports.confirm(found, good_only=True)
    imports.work_off()

    done = imports.get(found.id)
    assert (done.state, done.applied, done.good_only) == ("done", 4, True)
    assert count(office, "customer") == 4
    assert [row.row for row in imports.bad(done)] == [4]


def test_the_same_file_again_does_nothing_twice(office: Office, imports: Imports) -> None:
    content = csv_of(customers(3))
    imports.imported("customers", content)

    again = imports.checked("customers", content)
    assert (again.creates, again.changes, again.same) == (0, 0, 3)
    imports.confirm(again)
    imports.work_off()

    assert count(office, "customer") == 3


def test_who_is_known_is_changed_and_empty_cells_leave_what_is_there(office: Office, imports: Imports) -> None:
    imports.imported("customers", csv_of(customers(2, phone="512 555 0100")))
    rows = customers(2)
    rows[1]["name"] = "Oak Ridge Two"

    found = imports.checked("customers", csv_of(rows))
    assert (found.creates, found.changes, found.same) == (0, 1, 1)
    imports.confirm(found)
    imports.work_off()

    listed = office.desk.ask(ListCustomers(), office.administrator).items
    assert [(each.external_id, each.name, each.phone) for each in listed] == [
        ("C-1", "Oak Ridge HOA", "512 555 0100"),
        ("C-2", "Oak Ridge Two", "512 555 0100"),
    ]


def test_a_process_that_dies_in_the_middle_of_applying_leaves_nothing(
    office: Office, imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a kill leaves is what a transaction leaves that never commits: the database ends it."""
    found = imports.checked("customers", csv_of(customers(1500)))
    imports.confirm(found)
    apply, calls = Customers.apply, []

    def dies_in_the_third_part(self: Customers, *args: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        apply(self, *args)

    monkeypatch.setattr(Customers, "apply", dies_in_the_third_part)
    with pytest.raises(KeyboardInterrupt):
        imports.turn()
    assert count(office, "customer") == 0
    seen = imports.get(found.id)
    assert (seen.state, seen.applied) == ("applying", 1000)

    monkeypatch.undo()
    imports.work_off()
    assert imports.get(found.id).state == "done"
    assert count(office, "customer") == 1500


def test_what_dies_again_and_again_is_given_up(
    office: Office, imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = imports.checked("customers", csv_of(customers(1)))
    imports.confirm(found)

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Customers, "apply", dies)
    for _ in range(5):
        with pytest.raises(KeyboardInterrupt):
            imports.turn()
    imports.turn()

    given_up = imports.get(found.id)
    assert (given_up.state, given_up.stopped_because) == (
        "refused",
        "Something went wrong on our side. Nothing was imported.",
    )
    assert not imports.turn()


def test_what_changed_since_the_check_stops_it_all(office: Office, imports: Imports) -> None:
    austin = office.branch("second")
    found = imports.checked("customers", csv_of(customers(600, branch="Second")))
    imports.confirm(found)
    with tenant_session(office.desk.engine, office.company.id) as session:
        session.add(
            Customer(
                company_id=office.company.id,
                external_id="C-590",
                name="Somebody else's",
                home_branch_id=austin.id,
                mailing_address={},
            )
        )
        session.commit()

    imports.work_off()

    stopped = imports.get(found.id)
    assert stopped.state == "checked"
    assert stopped.stopped_because == (
        "Row 591 cannot be imported any more: it would do something else than when it was checked."
        " Nothing was imported, and the file was checked again."
    )
    assert (stopped.creates, stopped.changes) == (599, 1)
    assert count(office, "customer") == 1
    imports.confirm(stopped)
    imports.work_off()
    assert count(office, "customer") == 600


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04 a workbook", "workbook"),
        (b"external_id,name\n\x00\x01", "not a text file"),
        ("external_id,name".encode("utf-16"), "UTF-16"),
        (b"external_id,name\n1,Caf\xe9", "Line 2 of this file is not UTF-8"),
        (b"external_id,name,line1,city,state,zip\n", "nothing under the header"),
        (b"external_id,name\nC-1,A", "missing: line1, city, state, zip"),
        (b'external_id,name,line1,city,state,zip\nC-1,"a' + b"a" * 20_000, "more than 10,000 characters"),
        (b"a" * 1_000_000, "more than 10,000 characters"),
    ],
)
def test_a_file_that_is_no_csv_is_refused_with_a_clear_word(imports: Imports, content: bytes, says: str) -> None:
    refused = imports.checked("customers", content)
    assert refused.state == "refused"
    assert says in (refused.stopped_because or "")


def test_who_confirms_twice_imports_once(office: Office, imports: Imports) -> None:
    found = imports.checked("customers", csv_of(customers(2)))
    imports.confirm(found)
    assert imports.confirm(found).state == "applying"
    with pytest.raises(DomainError, match="under way, or done"):
        imports.cancel(found)
    imports.work_off()
    assert imports.confirm(found).state == "done"
    assert count(office, "customer") == 2
    actions = [each.action for each in office.desk.ask(ListAuditEvents(action="import"), office.administrator).items]
    assert actions.count("import.confirmed") == 1


def test_a_cancelled_import_is_never_applied(office: Office, imports: Imports) -> None:
    found = imports.checked("customers", csv_of(customers(2)))
    imports.cancel(found)
    with pytest.raises(DomainError, match="does not wait"):
        imports.confirm(found)
    imports.work_off()
    assert count(office, "customer") == 0
    assert imports.get(found.id).state == "cancelled"


def test_properties_name_customers_branches_and_staff(office: Office, imports: Imports) -> None:
    imports.imported("customers", csv_of(customers(2)))
    rosa = office.staff("rosa", "sales_rep")
    place = {name: CUSTOMER[name] for name in ("line1", "city", "state", "zip")}
    rows = [
        {"external_id": "P-1", "customer": "C-1", "name": "Clubhouse", "sales_rep": rosa.email, **place},
        {"external_id": "P-2", "customer": "C-9", "name": "Pool", **place},
        {"external_id": "P-3", "customer": "Oak Ridge HOA", "name": "Gate", **place},
        {"external_id": "P-4", "customer": "C-2", "name": "Park", "account_owner": rosa.email, **place},
    ]
    found = imports.checked("properties", csv_of(rows))
    assert imports.problems(found) == [(3, "customer"), (4, "customer"), (5, "account_owner")]

    imports.confirm(found, good_only=True)
    imports.work_off()

    (clubhouse,) = office.desk.ask(ListProperties(), office.administrator).items
    assert (clubhouse.name, clubhouse.sales_rep and clubhouse.sales_rep.id) == ("Clubhouse", rosa.id)


def test_contacts_get_their_permissions_and_places_and_nobody_is_invited(office: Office, imports: Imports) -> None:
    imports.imported("customers", csv_of(customers(1)))
    place = {name: CUSTOMER[name] for name in ("line1", "city", "state", "zip")}
    site = {"external_id": "P-1", "customer": "C-1", "name": "Clubhouse", **place}
    imports.imported("properties", csv_of([site]))
    row = {
        "customer": "C-1",
        "email": "Pat@Example.com",
        "name": "Pat",
        "permissions": "invoices.view|invoices.pay",
        "properties": "P-1:primary",
        "primary": "yes",
    }
    bad = {"customer": "C-1", "email": "x@example.com", "name": "X", "permissions": "fly", "properties": "P-7"}
    found = imports.checked("contacts", csv_of([row, {**row, "email": "pat@example.com"}, bad]))
    assert imports.problems(found) == [(3, "email"), (4, "permissions"), (4, "properties")]
    imports.confirm(found, good_only=True)
    imports.work_off()

    (pat,) = office.desk.ask(ListContacts(), office.administrator).items
    assert (pat.email, pat.status, pat.permissions) == (
        "pat@example.com",
        "not_invited",
        ["invoices.pay", "invoices.view"],
    )
    assert [(each.role) for each in pat.property_roles] == ["primary"]
    (customer,) = office.desk.ask(ListCustomers(), office.administrator).items
    assert customer.primary_contact_id == pat.id
    assert [each for each in office.events("person_invited") if each["person_kind"] == "contact"] == []
    again = imports.checked("contacts", csv_of([row]))
    assert (again.creates, again.changes, again.same) == (0, 0, 1)


def test_the_trail_tells_who_imported_which_file(office: Office, imports: Imports) -> None:
    imports.imported("customers", csv_of(customers(2)))
    trail = office.desk.ask(ListAuditEvents(action="import"), office.administrator).items
    assert [each.action for each in trail] == ["import.done", "import.confirmed", "import.started"]
    assert {each.subject_name for each in trail} == {"rows.csv"}
    assert (trail[0].after or {})["rows"] == 2
    assert [each.actor.id for each in trail[1:]] == [office.administrator.id] * 2


def test_only_who_may_write_customers_imports_them(desk: Desk, office: Office, imports: Imports) -> None:
    rosa = office.staff_principal("sales_rep")
    found = imports.checked("customers", csv_of(customers(1)))
    with pytest.raises(DomainError) as refused:
        desk.ask(StartImport(kind="customers", file=kept(b"a")), rosa)
    assert refused.value.code == "forbidden"
    with pytest.raises(DomainError) as hidden:
        desk.ask(ListImports(), rosa)
    assert hidden.value.code == "forbidden"
    elsewhere = Imports(desk.open_company())
    with pytest.raises(DomainError) as unknown:
        elsewhere.get(found.id)
    assert unknown.value.code == "not_found"


def test_references_are_found_many_at_once(desk: Desk, office: Office, imports: Imports) -> None:
    imports.imported("customers", csv_of(customers(2)))
    lake = office.customer(office.branch("lake"), "Lakeside")
    pool = office.property(lake, office.branch("pool"), "Pool")
    query = FindReferences(
        customers=["C-1", "lakeside", "Oak Ridge HOA", "Nobody", str(lake.id)],
        properties=[PropertyReference(customer_id=lake.id, reference="pool")],
    )
    found = desk.ask(query, office.system)
    told = {each.reference: (each.customer and each.customer.name, each.several) for each in found.customers}
    assert told == {
        "C-1": ("Oak Ridge HOA", False),
        "lakeside": ("Lakeside", False),
        "Oak Ridge HOA": (None, True),
        "Nobody": (None, False),
        str(lake.id): ("Lakeside", False),
    }
    assert [each.property and each.property.id for each in found.properties] == [pool.id]
