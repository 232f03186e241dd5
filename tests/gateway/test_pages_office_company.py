"""The office's pages of the company itself: portals, staff, own account, API keys, the audit trail."""

from collections.abc import AsyncIterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from services.contracts.errors import conflict, invalid
from services.contracts.identity.api_keys import CreateApiKey, NewApiKeyView, RevokeApiKey
from services.contracts.identity.audit import AuditEventView, ListAuditEvents
from services.contracts.identity.invitations import InvitationView, InviteStaffMember
from services.contracts.identity.passwords import ChangePassword
from services.contracts.identity.portals import (
    BranchView,
    ChangeBranch,
    ChangeCompany,
    ChangeLogo,
    ChangePortalSettings,
    CreateBranch,
    GetBranch,
    ListBranches,
)
from services.contracts.identity.sessions import EndSession
from services.contracts.identity.staff import (
    ChangeStaffMember,
    ConfirmTotp,
    CreateStaffMember,
    GetStaffMember,
    RecoveryCodesView,
    RemoveTotp,
    ResetTotp,
    StartTotp,
    TotpSecretView,
)
from services.contracts.messages import Nothing, Page
from services.contracts.money import Money
from services.contracts.principals import FeePolicy, StaffRole
from tests.gateway import office_world
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import ADA, ADA_VIEW, BRANCH, KEY, NOW, OMAR, fields
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio

PORTAL = f"/office/portals/{BRANCH.id}"
OMARS = f"/office/staff/{OMAR.id}"


@pytest.fixture
async def browser(client: httpx.AsyncClient, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """Ada's browser, signed in to the office."""
    office_world.know_office(neighbours)
    office_world.sign_in(client, neighbours, office_world.ada())
    yield client


def last(neighbours: Neighbours, message: Any) -> dict[str, Any]:
    return neighbours.calls(message)[-1].message


# Home and portals


@pytest.mark.parametrize(("role", "allowed"), [("administrator", True), ("sales_rep", False)])
async def test_home_offers_what_the_role_allows_and_the_portals_links(
    browser: httpx.AsyncClient, neighbours: Neighbours, role: StaffRole, allowed: bool
) -> None:
    office_world.sign_in(browser, neighbours, office_world.ada(role))

    answer = await browser.get("/office")

    assert 'value="https://portal.example/evergreen-austin" readonly' in answer.text
    for path in ("/office/audit", "/office/api-keys"):
        assert (f'href="{path}"' in answer.text) is allowed


async def test_a_portals_page_shows_its_link_to_be_copied(browser: httpx.AsyncClient) -> None:
    for path in ("/office/portals", PORTAL):
        assert "https://portal.example/evergreen-austin" in (await browser.get(path)).text


async def test_a_company_without_portals_is_told_what_one_is(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ListBranches, Page[BranchView](items=[]))

    assert "No portals yet" in (await browser.get("/office")).text
    assert "No portals yet" in (await browser.get("/office/portals")).text


async def test_a_portal_is_opened(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    typed = fields(name="Evergreen Austin", slug="evergreen-austin", colour="#FFD400", time_zone="America/Chicago")
    neighbours.answer(CreateBranch, conflict("Another portal has this address.", field="slug"))
    taken = await browser.post("/office/portals/new", data=typed)
    neighbours.answer(CreateBranch, BRANCH)
    opened = await browser.post("/office/portals/new", data=typed)

    assert (taken.status_code, 'id="slug-problem"' in taken.text) == (409, True)
    assert opened.headers["location"] == f"{PORTAL}?said=added"
    assert last(neighbours, CreateBranch)["brand"]["colour"] == "#ffd400"


async def test_the_brand_is_changed_and_a_colour_previewed_with_its_contrast(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ChangeBranch, BRANCH)
    preview = await browser.get(f"{PORTAL}?colour=%23000000")
    typed = {"name": "Evergreen", "colour": "#123456", "time_zone": "America/Chicago"}
    saved = await browser.post(f"{PORTAL}/brand", data=fields(**typed))
    wrong = await browser.post(f"{PORTAL}/brand", data=fields(**{**typed, "colour": "green"}))

    assert "Contrast 21.0 : 1" in preview.text
    assert saved.headers["location"] == f"{PORTAL}?said=saved"
    assert last(neighbours, ChangeBranch)["colour"] == "#123456"
    assert (wrong.status_code, 'id="colour-problem"' in wrong.text) == (422, True)


async def test_every_setting_is_shown_as_it_is_and_kept_as_chosen(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ChangePortalSettings, BRANCH)
    shown = await browser.get(PORTAL)
    typed = {"sections": ["invoices"], "payment_method_types": ["card", "us_bank_account"], "partial_payments": "on"}
    fees = {"fee-card": "flat", "amount-card": "3.10", "fee-us_bank_account": "none", "amount-us_bank_account": ""}
    answer = await browser.post(f"{PORTAL}/settings", data=fields(**typed, **fees))

    assert 'value="2.50"' in shown.text
    assert answer.headers["location"] == f"{PORTAL}?said=saved"
    message = last(neighbours, ChangePortalSettings)
    assert message["sections"] == ["invoices"]
    assert (message["partial_payments"], message["electronic_payments"]) == (True, False)
    assert message["fees"]["card"]["amount"] == {"amount": 310, "currency": "USD"}
    assert message["fees"]["us_bank_account"]["kind"] == "none"


async def test_a_fee_that_is_no_amount_is_told_beside_it_and_nothing_is_lost(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    for amount in ("", "0", "lots"):
        typed = {"sections": ["requests"], "fee-card": "flat", "amount-card": amount}
        answer = await browser.post(f"{PORTAL}/settings", data=fields(**typed))

        assert (answer.status_code, 'id="amount-card-problem"' in answer.text) == (422, True)
        assert 'value="requests" checked' in answer.text
        assert 'value="invoices" checked' not in answer.text
    assert not neighbours.calls(ChangePortalSettings)


async def test_a_fee_in_percent_keeps_its_cap_its_exceptions_and_when_it_applies(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    policy = FeePolicy(
        kind="credit_surcharge",
        percent=Decimal("2.50"),
        maximum=Money(amount=2500),
        excluded_kinds=["down_payment"],
        on_autopay=True,
        kept_on_refund=True,
    )
    settings = BRANCH.settings.model_copy(update={"fees": {"card": policy}})
    neighbours.answer(GetBranch, BRANCH.model_copy(update={"settings": settings}))
    neighbours.answer(ChangePortalSettings, BRANCH)
    shown = await browser.get(PORTAL)
    typed = {"fee-card": "credit_surcharge", "percent-card": "2.5 %", "maximum-card": "25.00", "kept-card": "on"}
    await browser.post(
        f"{PORTAL}/settings", data=fields(**typed, **{"autopay-card": "on", "excluded-card": ["down_payment"]})
    )

    assert 'name="percent-card" autocomplete="off" maxlength="8" value="2.5"' in shown.text
    for ticked in ('name="autopay-card" value="on"', 'name="excluded-card" value="down_payment"'):
        assert f"{ticked} checked" in shown.text
    assert FeePolicy.model_validate(last(neighbours, ChangePortalSettings)["fees"]["card"]) == policy


async def test_a_percentage_that_is_none_is_told_beside_it(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    for percent in ("", "0", "101", "-1", "1e9", "two", "٣"):
        typed = {"fee-us_bank_account": "percentage", "percent-us_bank_account": percent}
        answer = await browser.post(f"{PORTAL}/settings", data=fields(**typed))
        assert (answer.status_code, 'id="percent-us_bank_account-problem"' in answer.text) == (422, True)
    assert not neighbours.calls(ChangePortalSettings)


async def test_a_surcharge_above_the_cap_is_told_beside_its_percentage(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    above = invalid("A surcharge is at most 3 percent.", field="fees.card.percent")
    neighbours.answer(ChangePortalSettings, above)

    typed = fields(**{"fee-card": "credit_surcharge", "percent-card": "4"})
    answer = await browser.post(f"{PORTAL}/settings", data=typed)

    assert answer.status_code == 422
    assert 'id="percent-card-problem">A surcharge is at most 3 percent.' in answer.text


async def test_a_logo_is_uploaded_and_taken_away(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeLogo, BRANCH)
    drawn = BytesIO()
    Image.new("RGB", (40, 20), "red").save(drawn, "PNG")

    for content, status in ((drawn.getvalue(), 303), (b"no picture", 422), (b"", 422)):
        answer = await browser.post(f"{PORTAL}/logo", data=fields(), files={"file": ("logo.png", content)})
        assert answer.status_code in (status, 415)
        assert ('id="file-problem"' in answer.text) == (status != 303)
    assert last(neighbours, ChangeLogo)["logo"]["content_type"] == "image/png"
    await browser.post(f"{PORTAL}/logo/removal", data=fields())
    assert last(neighbours, ChangeLogo)["logo"] is None


async def test_a_sales_rep_sees_a_portal_and_may_not_change_it(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    office_world.sign_in(browser, neighbours, office_world.ada("sales_rep"))

    assert "<form" not in (await browser.get(PORTAL)).text.split("<main")[1]
    for part in ("brand", "settings", "logo", "logo/removal"):
        assert (await browser.post(f"{PORTAL}/{part}", data=fields())).status_code == 403


# Staff and the company


async def test_a_staff_member_is_added_in_their_roles(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(CreateStaffMember, OMAR)
    typed = {"name": "Omar Haddad", "email": "omar@evergreen.test", "phone": "", "roles": ["account_owner"]}

    answer = await browser.post("/office/staff/new", data=fields(**typed))

    assert answer.headers["location"] == f"{OMARS}?said=invited"
    assert last(neighbours, CreateStaffMember)["roles"] == ["account_owner"]


async def test_roles_of_a_colleague_are_changed_and_ones_own_are_not(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ChangeStaffMember, OMAR)
    typed = {"name": "Omar", "phone": "", "roles": ["office", "sales_rep"]}
    await browser.post(OMARS, data=fields(**typed))
    assert last(neighbours, ChangeStaffMember)["roles"] == ["office", "sales_rep"]

    neighbours.answer(GetStaffMember, ADA_VIEW)
    shown = await browser.get(f"/office/staff/{ADA.id}")
    await browser.post(f"/office/staff/{ADA.id}", data=fields(**typed))

    assert 'name="roles"' not in shown.text
    assert last(neighbours, ChangeStaffMember)["roles"] is None


@pytest.mark.parametrize(
    ("act", "message"),
    [
        ("disable", ChangeStaffMember),
        ("enable", ChangeStaffMember),
        ("invitation", InviteStaffMember),
        ("second-factor/reset", ResetTotp),
    ],
)
async def test_what_is_done_to_a_colleague_is_said_and_so_is_why_not(
    browser: httpx.AsyncClient, neighbours: Neighbours, act: str, message: Any
) -> None:
    done = InvitationView(id=id_of("invitation"), expires_at=NOW) if message is InviteStaffMember else OMAR
    neighbours.answer(message, done)
    good = await browser.post(f"{OMARS}/{act}", data=fields())
    neighbours.answer(message, conflict("A company keeps at least one active administrator."))
    bad = await browser.post(f"{OMARS}/{act}", data=fields())

    assert good.headers["location"].startswith(f"{OMARS}?said=")
    assert (bad.status_code, "at least one active administrator" in bad.text) == (409, True)
    assert 'value="Omar Haddad"' in bad.text


async def test_who_is_no_administrator_is_offered_no_change_of_one(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    office_world.sign_in(browser, neighbours, office_world.ada("office"))
    neighbours.answer(GetStaffMember, ADA_VIEW.model_copy(update={"id": id_of("another")}))

    above = await browser.get(f"/office/staff/{id_of('another')}")
    new = await browser.get("/office/staff/new")

    assert "Only an administrator changes an administrator." in above.text
    assert 'value="administrator"' not in new.text


async def test_the_company_asks_for_a_second_factor(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeCompany, office_world.COMPANY)

    for ticked in (True, False):
        typed = {"name": "Evergreen", **({"totp_required": "on"} if ticked else {})}
        answer = await browser.post("/office/company", data=fields(**typed))
        assert answer.headers["location"] == "/office/company?said=saved"
        assert last(neighbours, ChangeCompany)["totp_required"] is ticked


# The own account


async def test_the_password_is_changed_and_a_wrong_one_told_beside_its_field(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    typed = fields(current_password="the old password", password="a new password")
    neighbours.answer(ChangePassword, invalid("This is not your present password.", field="current_password"))
    wrong = await browser.post("/office/account/password", data=typed)
    neighbours.answer(ChangePassword, Nothing())
    good = await browser.post("/office/account/password", data=typed)

    assert (wrong.status_code, 'id="current_password-problem"' in wrong.text) == (422, True)
    assert "the old password" not in wrong.text
    assert good.headers["location"] == "/office/account?said=password"


async def test_sessions_are_listed_and_ended_and_ending_this_one_signs_out(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(EndSession, Nothing())
    shown = await browser.get("/office/account")
    other = await browser.post(f"/office/account/sessions/{id_of('another session')}/end", data=fields())
    own = await browser.post(f"/office/account/sessions/{ADA.session_id}/end", data=fields())

    assert "203.0.113.7" in shown.text
    assert other.headers["location"] == "/office/account?said=ended"
    assert own.headers["location"] == "/office/login"
    assert "Max-Age=0" in own.headers["set-cookie"]


async def test_a_second_factor_is_set_up_by_a_picture_or_a_text_and_codes_are_told_once(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    office_world.sign_in(browser, neighbours, office_world.ada(must_enrol=True))
    neighbours.answer(StartTotp, TotpSecretView(secret="JBSWY3DPEHPK3PXP", uri="otpauth://totp/Portico?secret=J"))
    begun = await browser.post("/office/account/second-factor", data=fields())
    neighbours.answer(ConfirmTotp, invalid("This code is wrong.", field="code"))
    wrong = await browser.post("/office/account/second-factor/confirmation", data=fields(code="000000"))
    neighbours.answer(ConfirmTotp, RecoveryCodesView(codes=["aaaa-bbbb", "cccc-dddd"]))
    office_world.sign_in(browser, neighbours, office_world.ada())
    good = await browser.post("/office/account/second-factor/confirmation", data=fields(code=" 123456 "))

    assert 'src="data:image/svg+xml;base64,' in begun.text
    assert "JBSWY3DPEHPK3PXP" in begun.text
    assert "img-src 'self' data:" in begun.headers["content-security-policy"]
    assert (wrong.status_code, 'id="code-problem"' in wrong.text) == (422, True)
    assert last(neighbours, ConfirmTotp)["code"] == "123456"
    assert "aaaa-bbbb" in good.text
    assert (await browser.get("/office")).status_code == 200


async def test_a_second_factor_is_turned_off_with_a_code(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(RemoveTotp, Nothing())

    answer = await browser.post("/office/account/second-factor/removal", data=fields(code="123456"))

    assert answer.headers["location"] == "/office/account?said=removed"


# API keys


async def test_a_key_is_shown_once_and_its_expiry_includes_the_day(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(CreateApiKey, NewApiKeyView(**dict(KEY), key="ptk_secret"))
    typed = fields(name="Accounting", scopes=["invoices.read"], expires_at="2999-12-30")

    made = await browser.post("/office/api-keys/new", data=typed)
    listed = await browser.get("/office/api-keys")

    assert 'value="ptk_secret"' in made.text
    assert made.headers["cache-control"] == "no-store"
    assert "ptk_secret" not in listed.text
    assert last(neighbours, CreateApiKey)["expires_at"].startswith("2999-12-31T00:00:00")


async def test_a_key_without_a_scope_or_for_a_day_gone_by_is_refused(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    for typed, field in (
        ({"expires_at": ""}, "scopes"),
        ({"scopes": ["invoices.read"], "expires_at": "2001-01-01"}, "expires_at"),
        ({"scopes": ["invoices.read"], "expires_at": "9999-12-31"}, "expires_at"),
        ({"scopes": ["invoices.read"], "expires_at": "soon"}, "expires_at"),
    ):
        answer = await browser.post("/office/api-keys/new", data=fields(name="Accounting", **typed))
        assert (answer.status_code, f'id="{field}-problem"' in answer.text) == (422, True)
    assert not neighbours.calls(CreateApiKey)


async def test_a_key_is_revoked_after_being_asked_once_more(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(RevokeApiKey, KEY)

    shown = await browser.get("/office/api-keys")
    answer = await browser.post(f"/office/api-keys/{KEY.id}/revoke", data=fields())

    assert "stops working at once, for good" in shown.text
    assert answer.headers["location"] == "/office/api-keys?said=revoked"


# The audit trail


async def test_the_trail_tells_who_did_what_from_where_and_what_changed(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/office/audit")

    for word in ("Contact changed: Chen Wu", "Ada Berg", "203.0.113.7", "<del>—</del>", "<ins>jobs.view_own</ins>"):
        assert word in answer.text
    assert "active" not in answer.text.split("<main")[1]


async def test_the_trail_is_filtered_and_paged(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    asked = f"action=contact&actor={ADA.id}&since=2026-11-01&until=2026-11-30"
    answer = await browser.get(f"/office/audit?{asked}")

    message = last(neighbours, ListAuditEvents)
    assert (message["action"], message["actor_id"]) == ("contact", str(ADA.id))
    assert message["since"].startswith("2026-11-01T00:00:00")
    assert message["until"].startswith("2026-12-01T00:00:00")
    assert f'href="/office/audit?{asked.replace("&", "&amp;")}&amp;cursor=more"' in answer.text


async def test_a_filter_that_is_none_is_refused_and_an_empty_trail_says_so(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ListAuditEvents, Page[AuditEventView](items=[]))

    for wrong in ("actor=me", "since=yesterday", "until=9999-12-31"):
        assert (await browser.get(f"/office/audit?{wrong}")).status_code == 422
    assert "Nothing matches this filter." in (await browser.get("/office/audit?action=role")).text
