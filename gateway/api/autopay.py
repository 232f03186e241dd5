"""Autopay: managed by customers, its runs watched and tried dry by the office."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response

from gateway.api.routers import CommandId, answers, office, portal, relayed
from gateway.auth import ApiCaller
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from services.contracts.billing.autopay import (
    AttemptStanding,
    AutopayAttemptView,
    AutopayRunView,
    AutopayTermsView,
    AutopayView,
    ChangeAutopay,
    GetAutopay,
    GetAutopayRun,
    GetAutopayTerms,
    ListAutopayAttempts,
    ListAutopayRuns,
    PreviewAutopayRun,
    PreviewedDebit,
    SkipDebit,
)
from services.contracts.messages import Page
from services.contracts.money import Money

CapAmount = Annotated[int | None, Query(alias="cap", ge=1, description="In minor units.")]


class AutopayBody(Body):
    """What is not given stays; a `cap` of null takes the limit away."""

    enabled: bool
    payment_method_id: UUID | None = None
    """Needed to turn it on."""
    cap: Money | None = None
    terms_sha256: str | None = None
    """Of the terms that were shown: they are refused where they are others by now."""

    def command(self, new_id: UUID, program_id: UUID | None = None) -> ChangeAutopay:
        """The change that it asks for."""
        return ChangeAutopay(
            id=new_id,
            program_id=program_id,
            enabled=self.enabled,
            payment_method_id=self.payment_method_id,
            cap=self.cap,
            uncapped=self.cap is None and "cap" in self.model_fields_set,
            terms_sha256=self.terms_sha256,
        )


class SkipBody(Body):
    """Whether the next charge is left out; with an invoice, whether that one's is."""

    skip: bool = True
    invoice_id: UUID | None = None


# Of a customer's service invoices in this portal


@portal.get("/autopay", **answers(AutopayView))
async def get_autopay(caller: ApiCaller) -> Response:
    """Of the customer's service invoices in this portal."""
    return await relayed(caller, GetAutopay())


@portal.put("/autopay", **answers(AutopayView))
async def change_autopay(body: AutopayBody, caller: ApiCaller, new_id: CommandId) -> Response:
    """On, over to another method, capped, or off: as the customer's primary contact wants it."""
    return await relayed(caller, body.command(new_id))


@portal.get("/autopay/terms", **answers(AutopayTermsView))
async def get_terms(payment_method_id: UUID, caller: ApiCaller, cap: CapAmount = None) -> Response:
    """What turning it on agrees to, word for word."""
    return await relayed(caller, GetAutopayTerms(payment_method_id=payment_method_id, cap=_money(cap)))


@portal.post("/autopay/skip", **answers(AutopayView))
async def skip(body: SkipBody, caller: ApiCaller, new_id: CommandId) -> Response:
    """Leaves the next charge out, or takes it up again."""
    return await relayed(caller, SkipDebit(id=new_id, **body.model_dump()))


# Of a program's installments


@portal.get("/programs/{program_id}/autopay", **answers(AutopayView))
async def get_program_autopay(program_id: UUID, caller: ApiCaller) -> Response:
    """Of a program's installments."""
    return await relayed(caller, GetAutopay(program_id=program_id))


@portal.put("/programs/{program_id}/autopay", **answers(AutopayView))
async def change_program_autopay(program_id: UUID, body: AutopayBody, caller: ApiCaller, new_id: CommandId) -> Response:
    """The same, with a method of the types that the agency offers."""
    return await relayed(caller, body.command(new_id, program_id))


@portal.get("/programs/{program_id}/autopay/terms", **answers(AutopayTermsView))
async def get_program_terms(
    program_id: UUID, payment_method_id: UUID, caller: ApiCaller, cap: CapAmount = None
) -> Response:
    """What turning it on agrees to, word for word."""
    message = GetAutopayTerms(program_id=program_id, payment_method_id=payment_method_id, cap=_money(cap))
    return await relayed(caller, message)


@portal.post("/programs/{program_id}/autopay/skip", **answers(AutopayView))
async def skip_of_program(program_id: UUID, body: SkipBody, caller: ApiCaller, new_id: CommandId) -> Response:
    """Leaves the next installment's charge out, or takes it up again."""
    return await relayed(caller, SkipDebit(id=new_id, program_id=program_id, **body.model_dump()))


def _money(cap: int | None) -> Money | None:
    return Money(amount=cap) if cap else None


# In the office


@office.get("/autopay-runs", **answers(Page[AutopayRunView]))
async def list_runs(caller: ApiCaller, cursor: Cursor = None, limit: Limit = 25) -> Response:
    """Each branch's runs, the newest day first, with how far they have come."""
    return await relayed(caller, ListAutopayRuns(cursor=cursor, limit=limit))


@office.get("/autopay-runs/preview", **answers(Page[PreviewedDebit]))
async def preview_run(
    branch_id: UUID, until: date, caller: ApiCaller, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """A dry run: what would be charged until a day, what would not, and why."""
    message = PreviewAutopayRun(branch_id=branch_id, until=until, cursor=cursor, limit=limit)
    return await relayed(caller, message)


@office.get("/autopay-runs/{run_id}", **answers(AutopayRunView))
async def get_run(run_id: UUID, caller: ApiCaller) -> Response:
    """One run, as far as it has come."""
    return await relayed(caller, GetAutopayRun(run_id=run_id))


@office.get("/autopay-runs/{run_id}/attempts", **answers(Page[AutopayAttemptView]))
async def list_attempts(
    run_id: UUID,
    caller: ApiCaller,
    standing: AttemptStanding | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What the run tried, invoice by invoice."""
    message = ListAutopayAttempts(run_id=run_id, standing=standing, cursor=cursor, limit=limit)
    return await relayed(caller, message)
