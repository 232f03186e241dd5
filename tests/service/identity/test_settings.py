"""What an office changes of its company, its branches and their portals, and who is told at once."""

from typing import Any

import pytest

from services.contracts.files import FileView
from services.contracts.identity.audit import AuditEventView, ListAuditEvents
from services.contracts.identity.portals import (
    BranchView,
    ChangeBranch,
    ChangeCompany,
    ChangeLogo,
    ChangePortalSettings,
    GetBranch,
    GetCompany,
    GetPortal,
)
from services.contracts.messages import new_id
from services.contracts.money import Money
from services.contracts.principals import FeePolicy, PortalSettings
from tests.service.identity.conftest import Desk, Office
from tests.service.identity.refusals import refused

LOGO = FileView(key="logos/ab.png", name="logo.png", content_type="image/png", size=7, sha256="ab" * 32)


@pytest.fixture
def austin(office: Office) -> BranchView:
    return office.branch("austin")


def trail(office: Office, action: str) -> list[AuditEventView]:
    return office.desk.ask(ListAuditEvents(action=action), office.administrator).items


def told_everybody(office: Office) -> bool:
    """Whether the last change was told to be one for the whole company."""
    return bool(office.events("access_changed")[-1]["whole_company"])


# The company


def test_a_company_takes_another_name_and_the_other_services_are_told(office: Office) -> None:
    changed = office.desk.ask(ChangeCompany(name="Evergreen & Daughters"), office.administrator)
    assert changed.name == "Evergreen & Daughters"
    assert office.desk.ask(GetCompany(), office.administrator) == changed
    (event,) = office.events("company_changed")
    assert (event["name"], event["version"]) == ("Evergreen & Daughters", 2)
    assert event["payment_account"] == office.company.payment_account
    (recorded,) = trail(office, "company.changed")
    assert (recorded.before, recorded.after) == ({"name": "Evergreen Grounds"}, {"name": "Evergreen & Daughters"})
    assert told_everybody(office)


def test_the_companys_fees_hold_where_a_branch_has_none_of_its_own(office: Office) -> None:
    flat = FeePolicy(kind="flat", amount=Money(amount=300))
    own = PortalSettings(fees={"card": FeePolicy()})
    branch, silent = office.branch("austin", own), office.branch("dallas")
    office.desk.ask(ChangeCompany(fees={"card": flat, "us_bank_account": flat}), office.administrator)
    assert told_everybody(office)
    assert office.desk.ask(GetCompany(), office.administrator).fees["card"] == flat
    offered = office.desk.ask(GetPortal(slug=branch.slug)).settings.fees
    assert offered == {"card": FeePolicy(), "us_bank_account": flat}
    assert office.desk.ask(GetPortal(slug=silent.slug)).settings.fees["card"] == flat
    contact = office.contact(office.customer(silent), "priya")
    principal = office.desk.resolve(office.activate(contact))
    assert principal.portal and principal.portal.settings.fees["card"] == flat
    shown = office.desk.ask(GetBranch(branch_id=silent.id), office.administrator)
    assert shown.settings.fees == {}, "the office edits what the branch itself has set"


def test_a_companys_fee_is_checked_as_a_branchs_is(office: Office) -> None:
    with refused("invalid", field="fees.card.amount"):
        office.desk.ask(ChangeCompany(fees={"card": FeePolicy(kind="flat")}), office.administrator)


def test_a_company_that_keeps_its_name_is_no_news(office: Office) -> None:
    office.desk.ask(ChangeCompany(name=office.company.name), office.administrator)
    assert office.events("company_changed") == []
    assert trail(office, "company.changed") == []


# Branches


def test_a_branch_changes_what_is_given_and_keeps_its_address(office: Office, austin: BranchView) -> None:
    changed = office.desk.ask(ChangeBranch(branch_id=austin.id, colour="#ffd400"), office.administrator)
    assert (changed.brand.name, changed.brand.colour, changed.slug) == ("Austin", "#ffd400", austin.slug)
    changed = office.desk.ask(
        ChangeBranch(branch_id=austin.id, name="Evergreen Austin", time_zone="America/Denver"), office.administrator
    )
    assert (changed.brand.name, changed.time_zone) == ("Evergreen Austin", "America/Denver")
    assert office.desk.ask(GetPortal(slug=austin.slug)).brand == changed.brand
    last, first = trail(office, "branch.changed")
    assert (first.before, first.after) == ({"colour": "#1f6f4a"}, {"colour": "#ffd400"})
    assert last.after == {"name": "Evergreen Austin", "time_zone": "America/Denver"}
    assert told_everybody(office)


def test_a_new_branch_is_in_the_audit_trail(office: Office, austin: BranchView) -> None:
    (created,) = trail(office, "branch.created")
    assert (created.subject_type, created.subject_id) == ("branch", austin.id)
    assert created.after and created.after["slug"] == austin.slug


def test_a_time_zone_that_is_none_changes_nothing(office: Office, austin: BranchView) -> None:
    with refused("invalid", field="time_zone"):
        command = ChangeBranch(branch_id=austin.id, name="Elsewhere", time_zone="Texas/Austin")
        office.desk.ask(command, office.administrator)
    assert office.desk.ask(GetBranch(branch_id=austin.id), office.administrator) == austin


def test_a_logo_is_seen_by_everybody_until_it_is_taken_away(office: Office, austin: BranchView) -> None:
    office.desk.ask(ChangeLogo(branch_id=austin.id, logo=LOGO), office.administrator)
    assert office.desk.ask(GetPortal(slug=austin.slug)).brand.logo == LOGO
    priya = office.desk.resolve(office.activate(office.contact(office.customer(austin))))
    assert priya.portal and priya.portal.logo == LOGO.sha256
    office.desk.ask(ChangeLogo(branch_id=austin.id, logo=None), office.administrator)
    assert office.desk.ask(GetPortal(slug=austin.slug)).brand.logo is None
    assert len(trail(office, "branch.changed")) == 2


# Settings

FLIPS: list[dict[str, Any]] = [
    {"sections": ["invoices"]},
    {"payment_method_types": ["us_bank_account"]},
    {"electronic_payments": False},
    {"partial_payments": True},
    {"fees": {"card": FeePolicy(kind="flat", amount=Money(amount=250))}},
    {"line_item_detail": False},
    {"show_service_contact_phone": True},
    {"equipment_labels": False},
    {"guest_payments": True},
    {"guest_third_fact": True},
    {"language": "es"},
]


def test_every_setting_is_tried_here() -> None:
    assert {name for flip in FLIPS for name in flip} == set(PortalSettings.model_fields)


@pytest.mark.parametrize("flip", FLIPS, ids=lambda flip: next(iter(flip)))
def test_a_setting_changes_alone_and_holds_in_an_open_session(
    office: Office, austin: BranchView, flip: dict[str, Any]
) -> None:
    session = office.activate(office.contact(office.customer(austin)))
    changed = office.desk.ask(ChangePortalSettings(branch_id=austin.id, **flip), office.administrator)
    assert changed.settings == austin.settings.model_copy(update=flip)
    assert office.desk.ask(GetPortal(slug=austin.slug)).settings == changed.settings
    portal = office.desk.resolve(session).portal
    assert portal and portal.settings == changed.settings
    (recorded,) = trail(office, "settings.changed")
    assert recorded.before and recorded.before.keys() == flip.keys()
    assert told_everybody(office)


def test_another_branchs_settings_stay_as_they_are(office: Office, austin: BranchView) -> None:
    dallas = office.branch("dallas")
    office.desk.ask(ChangePortalSettings(branch_id=austin.id, sections=[]), office.administrator)
    assert office.desk.ask(GetBranch(branch_id=dallas.id), office.administrator).settings == dallas.settings


def test_settings_that_cannot_be_are_refused(office: Office, austin: BranchView) -> None:
    with refused("invalid", field="payment_method_types"):
        command = ChangePortalSettings(branch_id=austin.id, payment_method_types=[])
        office.desk.ask(command, office.administrator)
    with refused("invalid", field="fees.card.amount"):
        command = ChangePortalSettings(branch_id=austin.id, fees={"card": FeePolicy(kind="flat")})
        office.desk.ask(command, office.administrator)


# Who may


def test_only_the_companys_own_office_changes_it(desk: Desk, office: Office, austin: BranchView) -> None:
    rival = desk.open_company("CoolAir Services")
    commands = (
        ChangeBranch(branch_id=austin.id, name="Mine"),
        ChangeLogo(branch_id=austin.id, logo=LOGO),
        ChangePortalSettings(branch_id=austin.id, sections=[]),
    )
    for command in commands:
        with refused("not_found"):
            desk.ask(command.model_copy(update={"id": new_id()}), rival.administrator)
        with refused("forbidden"):
            desk.ask(command.model_copy(update={"id": new_id()}), office.staff_principal("sales_rep"))
    with refused("forbidden"):
        desk.ask(ChangeCompany(name="Mine"), office.staff_principal("account_owner"))
    assert desk.ask(GetBranch(branch_id=austin.id), office.administrator) == austin
