"""The database itself keeps companies apart, whatever a use case forgets."""

from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, ProgrammingError

from services.chassis.work import Work
from services.contracts.identity.contacts import ChangeContact, CreateRole, ListContacts, SetPropertyFilter
from services.contracts.messages import Nothing, new_id
from services.identity.access_models import ContactRole, PropertyFilterRow, Role
from services.identity.models import (
    Branch,
    Company,
    Contact,
    Customer,
    Invitation,
    InvitationToken,
    Property,
    PropertyRoleRow,
    SessionRow,
    StaffMember,
)
from tests.service.identity.conftest import Desk, Office

TENANTS_TABLES = [
    Branch, Company, Contact, ContactRole, Customer, Invitation, InvitationToken, Property, PropertyFilterRow,
    PropertyRoleRow, Role, SessionRow, StaffMember,
]  # fmt: skip


@pytest.fixture
def inhabited(office: Office) -> Office:
    """A company with a row in every table."""
    branch = office.branch()
    customer = office.customer(branch)
    site = office.property(customer, branch)
    contact = office.contact(customer, at={site.id: "primary"})
    role = office.desk.ask(CreateRole(name="Payer", permissions=["invoices.pay"]), office.administrator)
    office.desk.ask(ChangeContact(contact_id=contact.id, role_ids=[role.id]), office.administrator)
    session = office.activate(contact)
    office.desk.ask(SetPropertyFilter(property_ids=[site.id]), office.desk.resolve(session))
    return office


@pytest.mark.parametrize("table", TENANTS_TABLES, ids=lambda table: table.__tablename__)
def test_a_use_case_that_forgets_its_filter_sees_nothing_of_another_company(
    desk: Desk, inhabited: Office, table: Any
) -> None:
    seen = []

    def forgetful(work: Work, _: ListContacts) -> Nothing:
        seen.append(len(work.session.scalars(select(table)).all()))
        return Nothing()

    stranger = inhabited.administrator.model_copy(update={"company_id": new_id()})
    for who in (inhabited.administrator, stranger, None):
        desk.executor.answer(forgetful, ListContacts(), who)
    assert seen[0] > 0
    assert seen[1:] == [0, 0]


def test_a_use_case_cannot_write_into_another_company(desk: Desk, inhabited: Office) -> None:
    rival = desk.open_company("CoolAir Services")

    def thieving(work: Work, _: ListContacts) -> Nothing:
        work.session.execute(update(Branch).values(company_id=inhabited.company.id))
        return Nothing()

    rival.branch()
    with pytest.raises(ProgrammingError, match="row-level security"):
        desk.executor.answer(thieving, ListContacts(), rival.administrator)


def test_a_statement_that_fails_does_not_tell_its_values(desk: Desk) -> None:
    with desk.engine.connect() as connection, pytest.raises(DBAPIError) as failed:
        connection.execute(text("SELECT :secret / 0"), {"secret": 424242})
    assert "424242" not in str(failed.value)


def test_the_service_owns_nothing_and_cannot_lift_the_policy(desk: Desk) -> None:
    for statement in ("ALTER TABLE contact DISABLE ROW LEVEL SECURITY", "SET row_security = off; TABLE contact"):
        with desk.engine.connect() as connection, pytest.raises(DBAPIError):
            connection.execute(text(statement))
