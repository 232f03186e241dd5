"""Files of contacts who are there: what the file does not say of their access stays, and what changes is recorded."""

import pytest

from services.contracts.identity.audit import ListAuditEvents
from services.contracts.identity.contacts import ChangeContact, ContactView, ListContacts, PropertyRoleView
from tests.service.csv_files import csv_of
from tests.service.identity.conftest import Office
from tests.service.identity.imports_desk import CUSTOMER, Imports, customers

PAT = {"customer": "C-1", "email": "pat@example.com", "name": "Pat", "properties": "P-1:billing|P-2"}


@pytest.fixture
def imports(office: Office) -> Imports:
    """A customer with three properties is there."""
    office.branch()
    found = Imports(office)
    found.imported("customers", csv_of(customers(1)))
    place = {name: CUSTOMER[name] for name in ("line1", "city", "state", "zip")}
    sites = [
        {"external_id": f"P-{number}", "customer": "C-1", "name": f"Site {number}", **place} for number in (1, 2, 3)
    ]
    found.imported("properties", csv_of(sites))
    return found


def pat(office: Office) -> ContactView:
    (found,) = office.desk.ask(ListContacts(), office.administrator).items
    return found


def test_a_file_never_widens_what_counts_at_a_property(office: Office, imports: Imports) -> None:
    imports.imported("contacts", csv_of([{**PAT, "permissions": "invoices.view|invoices.pay"}]))
    person = pat(office)
    narrowed = [
        PropertyRoleView(property_id=each.property_id, role=each.role, permissions=["invoices.view"])
        for each in person.property_roles
    ]
    office.desk.ask(ChangeContact(contact_id=person.id, property_roles=narrowed), office.administrator)

    imports.imported("contacts", csv_of([{**PAT, "name": "Pat Two", "properties": "P-1:primary|P-3"}]))

    after = pat(office)
    assert after.name == "Pat Two"
    assert sorted((each.role, each.permissions) for each in after.property_roles if each.role == "primary") == [
        ("primary", ["invoices.view"])
    ]
    assert [each.permissions for each in after.property_roles if each.role == "other"] == [None]
    assert {each.property_id for each in narrowed} & {each.property_id for each in after.property_roles} == {
        each.property_id for each in narrowed if each.role == "billing"
    }


def test_one_contact_under_two_references_of_the_customer_is_found_by_the_check(imports: Imports) -> None:
    found = imports.checked("contacts", csv_of([PAT, {**PAT, "customer": "oak ridge hoa"}]))
    assert imports.problems(found) == [(3, "email")]


def test_the_trail_tells_whom_a_file_made_the_primary(office: Office, imports: Imports) -> None:
    imports.imported("contacts", csv_of([{**PAT, "primary": "yes"}]))
    (changed,) = office.desk.ask(ListAuditEvents(action="customer.changed"), office.administrator).items
    assert changed.after == {"primary_contact_id": str(pat(office).id)}
