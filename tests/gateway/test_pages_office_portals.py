"""The office's pages of home and the company's portals."""

from decimal import Decimal
from io import BytesIO

import httpx
import pytest
from PIL import Image

from services.contracts.errors import conflict, invalid
from services.contracts.identity.portals import (
    BranchView,
    ChangeBranch,
    ChangeLogo,
    ChangePortalSettings,
    CreateBranch,
    GetBranch,
    ListBranches,
)
from services.contracts.messages import Page
from services.contracts.money import Money
from services.contracts.principals import FeePolicy, StaffRole
from tests.gateway import office_world
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import BRANCH, fields

pytestmark = pytest.mark.anyio


PORTAL = f"/office/portals/{BRANCH.id}"


@pytest.mark.parametrize(("role", "allowed"), [("administrator", True), ("sales_rep", False)])
async def test_home_offers_what_the_role_allows_and_the_portals_links(
    ada: httpx.AsyncClient, neighbours: Neighbours, role: StaffRole, allowed: bool
) -> None:
    office_world.sign_in(ada, neighbours, office_world.ada(role))

    answer = await ada.get("/office")

    assert 'value="https://portal.example/evergreen-austin" readonly' in answer.text
    for path in ("/office/audit", "/office/api-keys"):
        assert (f'href="{path}"' in answer.text) is allowed


async def test_a_portals_page_shows_its_link_to_be_copied(ada: httpx.AsyncClient) -> None:
    for path in ("/office/portals", PORTAL):
        assert "https://portal.example/evergreen-austin" in (await ada.get(path)).text


async def test_a_company_without_portals_is_told_what_one_is(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ListBranches, Page[BranchView](items=[]))

    assert "No portals yet" in (await ada.get("/office")).text
    assert "No portals yet" in (await ada.get("/office/portals")).text


async def test_a_portal_is_opened(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    typed = fields(name="Evergreen Austin", slug="evergreen-austin", colour="#FFD400", time_zone="America/Chicago")
    neighbours.answer(CreateBranch, conflict("Another portal has this address.", field="slug"))
    taken = await ada.post("/office/portals/new", data=typed)
    neighbours.answer(CreateBranch, BRANCH)
    opened = await ada.post("/office/portals/new", data=typed)

    assert (taken.status_code, 'id="slug-problem"' in taken.text) == (409, True)
    assert opened.headers["location"] == f"{PORTAL}?said=added"
    assert neighbours.last(CreateBranch)["brand"]["colour"] == "#ffd400"


async def test_the_brand_is_changed_and_a_colour_previewed_with_its_contrast(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ChangeBranch, BRANCH)
    preview = await ada.get(f"{PORTAL}?colour=%23000000")
    typed = {"name": "Evergreen", "colour": "#123456", "time_zone": "America/Chicago"}
    saved = await ada.post(f"{PORTAL}/brand", data=fields(**typed))
    wrong = await ada.post(f"{PORTAL}/brand", data=fields(**{**typed, "colour": "green"}))

    assert "Contrast 21.0 : 1" in preview.text
    assert saved.headers["location"] == f"{PORTAL}?said=saved"
    assert neighbours.last(ChangeBranch)["colour"] == "#123456"
    assert (wrong.status_code, 'id="colour-problem"' in wrong.text) == (422, True)


async def test_every_setting_is_shown_as_it_is_and_kept_as_chosen(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ChangePortalSettings, BRANCH)
    shown = await ada.get(PORTAL)
    typed = {"sections": ["invoices"], "payment_method_types": ["card", "us_bank_account"], "partial_payments": "on"}
    fees = {"fee-card": "flat", "amount-card": "3.10", "fee-us_bank_account": "none", "amount-us_bank_account": ""}
    answer = await ada.post(f"{PORTAL}/settings", data=fields(**typed, **fees))

    assert 'value="2.50"' in shown.text
    assert answer.headers["location"] == f"{PORTAL}?said=saved"
    message = neighbours.last(ChangePortalSettings)
    assert message["sections"] == ["invoices"]
    assert (message["partial_payments"], message["electronic_payments"]) == (True, False)
    assert message["fees"]["card"]["amount"] == {"amount": 310, "currency": "USD"}
    assert message["fees"]["us_bank_account"]["kind"] == "none"


async def test_a_fee_that_is_no_amount_is_told_beside_it_and_nothing_is_lost(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    for amount in ("", "0", "lots"):
        typed = {"sections": ["requests"], "fee-card": "flat", "amount-card": amount}
        answer = await ada.post(f"{PORTAL}/settings", data=fields(**typed))

        assert (answer.status_code, 'id="amount-card-problem"' in answer.text) == (422, True)
        assert 'value="requests" checked' in answer.text
        assert 'value="invoices" checked' not in answer.text
    assert not neighbours.calls(ChangePortalSettings)


async def test_a_fee_in_percent_keeps_its_cap_its_exceptions_and_when_it_applies(
    ada: httpx.AsyncClient, neighbours: Neighbours
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
    shown = await ada.get(PORTAL)
    typed = {"fee-card": "credit_surcharge", "percent-card": "2.5 %", "maximum-card": "25.00", "kept-card": "on"}
    await ada.post(
        f"{PORTAL}/settings", data=fields(**typed, **{"autopay-card": "on", "excluded-card": ["down_payment"]})
    )

    assert 'name="percent-card" autocomplete="off" maxlength="8" value="2.5"' in shown.text
    for ticked in ('name="autopay-card" value="on"', 'name="excluded-card" value="down_payment"'):
        assert f"{ticked} checked" in shown.text
    assert FeePolicy.model_validate(neighbours.last(ChangePortalSettings)["fees"]["card"]) == policy


async def test_a_percentage_that_is_none_is_told_beside_it(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    for percent in ("", "0", "101", "-1", "1e9", "two", "٣"):
        typed = {"fee-us_bank_account": "percentage", "percent-us_bank_account": percent}
        answer = await ada.post(f"{PORTAL}/settings", data=fields(**typed))
        assert (answer.status_code, 'id="percent-us_bank_account-problem"' in answer.text) == (422, True)
    assert not neighbours.calls(ChangePortalSettings)


async def test_a_surcharge_above_the_cap_is_told_beside_its_percentage(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    above = invalid("A surcharge is at most 3 percent.", field="fees.card.percent")
    neighbours.answer(ChangePortalSettings, above)

    typed = fields(**{"fee-card": "credit_surcharge", "percent-card": "4"})
    answer = await ada.post(f"{PORTAL}/settings", data=typed)

    assert answer.status_code == 422
    assert 'id="percent-card-problem">A surcharge is at most 3 percent.' in answer.text


async def test_a_logo_is_uploaded_and_taken_away(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeLogo, BRANCH)
    drawn = BytesIO()
    Image.new("RGB", (40, 20), "red").save(drawn, "PNG")

    for content, status in ((drawn.getvalue(), 303), (b"no picture", 422), (b"", 422)):
        answer = await ada.post(f"{PORTAL}/logo", data=fields(), files={"file": ("logo.png", content)})
        assert answer.status_code in (status, 415)
        assert ('id="file-problem"' in answer.text) == (status != 303)
    assert neighbours.last(ChangeLogo)["logo"]["content_type"] == "image/png"
    await ada.post(f"{PORTAL}/logo/removal", data=fields())
    assert neighbours.last(ChangeLogo)["logo"] is None


async def test_a_sales_rep_sees_a_portal_and_may_not_change_it(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    office_world.sign_in(ada, neighbours, office_world.ada("sales_rep"))

    assert "<form" not in (await ada.get(PORTAL)).text.split("<main")[1]
    for part in ("brand", "settings", "logo", "logo/removal"):
        assert (await ada.post(f"{PORTAL}/{part}", data=fields())).status_code == 403
