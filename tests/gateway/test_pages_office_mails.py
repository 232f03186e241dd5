"""The office's pages of mails and of suppressed addresses."""

from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest

from services.contracts.errors import conflict
from services.contracts.messages import Nothing, Page
from services.contracts.notifications.mails import (
    GetMail,
    LiftSuppression,
    ListMails,
    ListSuppressions,
    MailSummary,
    MailView,
    ResendMail,
    SuppressAddress,
    SuppressionView,
)
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import ada, fields, sign_in

pytestmark = pytest.mark.anyio

AT = datetime(2026, 5, 3, 12, tzinfo=UTC)
MAIL = MailView(
    id=UUID(int=71),
    template="receipt",
    subject="Receipt PAY-2026-00007",
    recipient="priya@lakeside.test",
    recipient_name="Priya Shah",
    customer_id=UUID(int=72),
    status="sent",
    created_at=AT,
    sent_at=AT,
    attempts=2,
    resends=1,
    error=None,
    again_of=None,
    ordered_by=None,
    headers={"Message-ID": "<71@portico.test>"},
    text="Dear Priya",
    html="<p>Dear Priya<script>alert(1)</script></p>",
    history=[{"at": AT, "outcome": "interrupted", "said": "TimeoutError"}],
    is_secret=False,
    may_resend=True,
)
PATH = f"/office/mails/{MAIL.id}"
SUPPRESSION = SuppressionView(
    address="gone@lakeside.test", reason="bounced", since=AT, by="the mail server", said="550"
)


@pytest.fixture(autouse=True)
def known(neighbours: Neighbours) -> None:
    summary = MailSummary.model_validate({name: getattr(MAIL, name) for name in MailSummary.model_fields})
    neighbours.answer(ListMails, Page(items=[summary]))
    neighbours.answer(GetMail, MAIL)
    neighbours.answer(ResendMail, summary.model_copy(update={"id": UUID(int=73)}))
    neighbours.answer(ListSuppressions, Page(items=[SUPPRESSION]))
    neighbours.answer(SuppressAddress, SUPPRESSION)
    neighbours.answer(LiftSuppression, Nothing())


async def test_the_list_is_asked_for_as_the_filter_says(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    page = await ada.get("/office/mails?recipient=Priya@lakeside.test&status=sent")
    assert PATH in page.text and MAIL.subject and MAIL.subject in page.text
    asked = neighbours.last(ListMails)
    assert (asked["recipient"], asked["status"]) == ("Priya@lakeside.test", "sent")
    assert (await ada.get("/office/mails?status=lost")).status_code == 422


async def test_a_mail_is_shown_in_a_sandbox_where_nothing_of_it_runs(ada: httpx.AsyncClient) -> None:
    page, frame = await ada.get(PATH), await ada.get(f"{PATH}/html")
    assert f'<iframe class="mail" sandbox src="{PATH}/html"' in page.text
    assert "<script>alert" not in page.text
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    policy = frame.headers["content-security-policy"]
    assert frame.text == MAIL.html
    assert "sandbox;" in policy and "default-src 'none'" in policy and "script-src" not in policy


async def test_a_mail_sent_again_is_shown(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await ada.post(f"{PATH}/resend", data=fields())
    assert answer.headers["location"].startswith(f"/office/mails/{UUID(int=73)}?")
    assert neighbours.last(ResendMail)["mail_id"] == str(MAIL.id)


async def test_a_mail_that_opened_an_account_is_not_offered_again(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetMail, MAIL.model_copy(update={"is_secret": True, "may_resend": False}))
    neighbours.answer(ResendMail, conflict("What this mail opens is not kept.", reason="secret"))
    page = await ada.get(PATH)
    assert f"{PATH}/resend" not in page.text and "is not kept" in page.text
    assert (await ada.post(f"{PATH}/resend", data=fields())).status_code == 409


async def test_addresses_are_suppressed_and_lifted(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    page = await ada.get("/office/suppressions?search=gone")
    assert SUPPRESSION.address in page.text
    typed = fields(address="gone@lakeside.test", reason="complained", said="by phone")
    assert (await ada.post("/office/suppressions", data=typed)).status_code == 303
    assert neighbours.last(SuppressAddress)["reason"] == "complained"
    assert (await ada.post("/office/suppressions/lift", data=fields(address="gone@lakeside.test"))).status_code == 303
    assert neighbours.last(LiftSuppression)["address"] == "gone@lakeside.test"


async def test_what_is_no_address_is_refused_beside_its_field(ada: httpx.AsyncClient) -> None:
    refused = await ada.post("/office/suppressions", data=fields(address="gone", reason="staff"))
    assert refused.status_code == 422
    assert "Enter an e-mail address." in refused.text


async def test_a_sales_rep_does_not_read_mails(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    sign_in(client, neighbours, ada("sales_rep"))
    for path in ("/office/mails", PATH, f"{PATH}/html", "/office/suppressions"):
        assert (await client.get(path)).status_code == 403
