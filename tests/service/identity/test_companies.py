"""Opening companies, branches and staff, and who may see them."""

import pytest

from services.chassis.executor import system_principal
from services.contracts.identity.audit import ListAuditEvents
from services.contracts.identity.portals import (
    Brand,
    CreateBranch,
    GetBranch,
    GetCompany,
    GetPortal,
    ListBranches,
    NewBranch,
    OpenCompany,
)
from services.contracts.identity.staff import CreateStaffMember, GetStaffMember, ListStaff
from services.contracts.messages import new_id
from services.contracts.principals import PortalSettings
from tests.service.identity.conftest import Desk, Office
from tests.service.identity.refusals import refused


def test_a_company_opens_with_an_administrator_who_is_invited(office: Office) -> None:
    (opened,) = office.events("company_opened")
    assert opened["name"] == "Evergreen Grounds"
    assert opened["payment_account"] == office.company.payment_account
    (member,) = office.desk.ask(ListStaff(), office.administrator).items
    assert (member.roles, member.status) == (["administrator", "office"], "invited")
    (invited,) = office.events("person_invited")
    assert (invited["person_kind"], invited["person_id"]) == ("staff", str(member.id))


def test_a_company_is_opened_once_however_often_it_is_ordered(desk: Desk) -> None:
    command = OpenCompany(
        name="Twice", payment_account="acct_2", administrator_name="Ada", administrator_email="ada@twice.test"
    )
    assert desk.ask(command) == desk.ask(command)


def test_an_account_at_the_provider_is_one_companys(office: Office) -> None:
    command = OpenCompany(
        name="Another",
        payment_account=office.company.payment_account,
        administrator_name="Ada",
        administrator_email="ada@another.test",
    )
    with refused("conflict", field="payment_account", reason="payment_account_taken"):
        office.desk.ask(command)


def test_a_company_opens_with_its_first_branch_or_not_at_all(desk: Desk, office: Office) -> None:
    taken = office.branch().slug

    def opening(slug: str) -> OpenCompany:
        return OpenCompany(
            name="Waco Grounds",
            payment_account=f"acct_{slug}",
            administrator_name="Ada",
            administrator_email="ada@waco.test",
            branch=NewBranch(slug=slug, brand=Brand(name="Waco"), time_zone="America/Chicago"),
        )

    for slug, code in ((taken, "conflict"), ("webhooks", "invalid")):
        with refused(code, field="slug"):
            desk.ask(opening(slug))
    slug = f"{taken}-waco"
    company = desk.ask(opening(slug))
    waco = Office(desk, "waco", company)
    (branch,) = desk.ask(ListBranches(), waco.administrator).items
    assert (branch.slug, branch.company_id) == (slug, company.id)
    actors = {each.action: each.actor.kind for each in desk.ask(ListAuditEvents(), waco.administrator).items}
    assert actors == {"company.opened": "operator", "branch.created": "operator", "invitation.sent": "operator"}


def test_nobody_who_belongs_to_a_company_opens_one(office: Office) -> None:
    command = OpenCompany(
        name="Sub", payment_account="acct_1", administrator_name="Ada", administrator_email="ada@sub.test"
    )
    with refused("forbidden"):
        office.desk.ask(command, office.administrator)


def test_staff_and_services_learn_of_their_own_company_alone(office: Office) -> None:
    for who in (office.administrator, office.staff_principal("sales_rep"), office.system):
        assert office.desk.ask(GetCompany(), who) == office.company
    with refused("forbidden"):
        office.desk.ask(GetCompany())


# Branches


def test_a_branch_has_a_portal_that_anybody_may_look_at(office: Office) -> None:
    branch = office.branch("austin", PortalSettings(partial_payments=True))
    portal = office.desk.ask(GetPortal(slug=branch.slug))
    assert (portal.slug, portal.brand, portal.settings) == (branch.slug, branch.brand, branch.settings)
    assert portal.settings.partial_payments


def test_there_is_no_portal_at_an_unknown_address(desk: Desk) -> None:
    with refused("not_found"):
        desk.ask(GetPortal(slug="nowhere"))


def test_a_portals_address_is_one_of_its_own_over_all_companies(desk: Desk, office: Office) -> None:
    slug = office.branch().slug
    rival = desk.open_company("CoolAir Services")
    for anybody in (office, rival):
        with refused("conflict", field="slug", reason="slug_taken"):
            command = CreateBranch(slug=slug, brand=Brand(name="Mine"), time_zone="UTC")
            desk.ask(command, anybody.administrator)


@pytest.mark.parametrize(
    ("slug", "time_zone", "field"), [("webhooks", "UTC", "slug"), ("a-b-c", "Texas/Austin", "time_zone")]
)
def test_a_branch_that_cannot_be_is_refused(office: Office, slug: str, time_zone: str, field: str) -> None:
    with refused("invalid", field=field):
        command = CreateBranch(slug=slug, brand=Brand(name="A"), time_zone=time_zone)
        office.desk.ask(command, office.administrator)


def test_branches_are_listed_by_name_page_by_page(office: Office) -> None:
    for name in ("dallas", "austin", "waco"):
        office.branch(name)
    first = office.desk.ask(ListBranches(limit=2), office.administrator)
    second = office.desk.ask(ListBranches(limit=2, cursor=first.next_cursor), office.administrator)
    assert [branch.brand.name for branch in first.items + second.items] == ["Austin", "Dallas", "Waco"]
    assert second.next_cursor is None
    with refused("invalid", field="cursor"):
        office.desk.ask(ListBranches(cursor="garbage"), office.administrator)


def test_a_branch_of_another_company_is_not_there(desk: Desk, office: Office) -> None:
    branch = office.branch()
    rival = desk.open_company("CoolAir Services")
    assert desk.ask(GetBranch(branch_id=branch.id), office.system) == branch
    assert desk.ask(ListBranches(), rival.administrator).items == []
    for stranger in (rival.administrator, rival.system):
        with refused("not_found"):
            desk.ask(GetBranch(branch_id=branch.id), stranger)


def test_a_contact_sees_the_branch_whose_portal_it_is_in(office: Office) -> None:
    austin, dallas = office.branch("austin"), office.branch("dallas")
    priya = office.desk.resolve(office.activate(office.contact(office.customer(austin))))
    assert office.desk.ask(GetBranch(branch_id=austin.id), priya) == austin
    with refused("not_found"):
        office.desk.ask(GetBranch(branch_id=dallas.id), priya)


# Staff


def test_a_new_staff_member_is_invited(office: Office) -> None:
    rosa = office.staff("rosa", "sales_rep", phone="+1 512 555 0100")
    assert (rosa.status, rosa.roles, rosa.phone) == ("invited", ["sales_rep"], "+1 512 555 0100")
    assert office.events("person_invited")[-1]["person_id"] == str(rosa.id)
    for who in (office.system, office.staff_principal("account_owner")):
        assert office.desk.ask(GetStaffMember(staff_id=rosa.id), who) == rosa


def test_an_address_stands_for_one_staff_member_of_a_company(office: Office) -> None:
    office.staff("rosa", "sales_rep")
    with refused("conflict", field="email", reason="email_taken"):
        office.staff("rosa", "office")


def test_an_address_may_stand_for_staff_of_several_companies(desk: Desk, office: Office) -> None:
    email = office.staff("rosa", "sales_rep").email
    rival = desk.open_company("CoolAir Services")
    assert desk.ask(CreateStaffMember(name="Rosa", email=email, roles=["office"]), rival.administrator)


def test_only_an_administrator_makes_an_administrator(office: Office) -> None:
    command = CreateStaffMember(name="Eve", email=office.email("eve"), roles=["administrator"])
    with refused("invalid", field="roles"):
        office.desk.ask(command, office.staff_principal("office"))


def test_a_staff_member_of_another_company_is_not_there(desk: Desk, office: Office) -> None:
    rosa = office.staff("rosa", "sales_rep")
    with refused("not_found"):
        desk.ask(GetStaffMember(staff_id=rosa.id), desk.open_company("CoolAir Services").administrator)
    with refused("not_found"):
        desk.ask(GetStaffMember(staff_id=new_id()), office.administrator)


def test_staff_are_listed_for_staff_and_for_services_of_their_own_company(office: Office) -> None:
    with refused("forbidden"):
        office.desk.ask(ListStaff())
    assert office.desk.ask(ListStaff(), office.system) == office.desk.ask(ListStaff(), office.administrator)
    assert office.desk.ask(ListStaff(), system_principal(new_id())).items == []
