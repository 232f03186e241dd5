"""The office's pages of autopay: what a run tried, and a dry run of the days to come."""

from datetime import date
from typing import Any

import httpx
import pytest

from services.contracts.billing.autopay import (
    AutopayAttemptView,
    AutopayRunView,
    GetAutopayRun,
    ListAutopayAttempts,
    PreviewAutopayRun,
    PreviewedDebit,
)
from services.contracts.messages import Page
from tests.gateway import world
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import NOW
from tests.gateway.world import dollars, id_of

pytestmark = pytest.mark.anyio
COUNTS = dict.fromkeys(("due", "queued", "charged", "pending", "failed", "waiting", "dropped"), 0)
RUN = AutopayRunView(
    id=id_of("run"),
    branch_id=world.BRANCH,
    run_on=date(2026, 11, 20),
    started_at=NOW,
    running=False,
    amount=dollars(0),
    per_second=1.0,
    last_at=None,
    **COUNTS,
)
ATTEMPT: dict[str, Any] = {
    "id": id_of("attempt"),
    "invoice_id": id_of("invoice 1"),
    "invoice_number": "INV-2026-00001",
    "customer_name": "Lakeside HOA",
    "number": 1,
    "standing": "failed",
    "amount": dollars(480),
    "reason": "card_declined",
    "payment_id": None,
    "done_at": NOW,
}


async def test_an_attempt_leads_to_its_invoice(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetAutopayRun, RUN)
    attempts = [AutopayAttemptView.model_validate(ATTEMPT)]
    neighbours.answer(ListAutopayAttempts, Page[AutopayAttemptView](items=attempts))
    page = (await ada.get(f"/office/autopay/{RUN.id}")).text
    assert f'href="/office/invoices/{id_of("invoice 1")}">INV-2026-00001</a>' in page


async def test_a_dry_run_until_no_day_is_the_form_that_says_so(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(PreviewAutopayRun, Page[PreviewedDebit](items=[]))
    answer = await ada.get(f"/office/autopay/preview?branch={world.BRANCH}&until=tomorrow")
    assert answer.status_code == 422 and 'id="until-problem">Choose a day such as 2026-12-01.' in answer.text
    assert f'value="{world.BRANCH}" selected' in answer.text and "Nothing to charge" not in answer.text
    assert not neighbours.calls(PreviewAutopayRun)
    assert "until Dec 1, 2026" in (await ada.get("/office/autopay/preview?until=2026-12-01")).text
