"""The provider's webhooks: each kept once, then applied by reading its object again, in whatever order they come."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert

from services.billing import access, companies, disputes, payment_rules, processor, refunds, settlement, setups
from services.billing.models import Merchant
from services.billing.processor import BadSignature, Notice, ProviderError, ProviderRefused
from services.billing.provider_models import ProviderEvent
from services.chassis import cursors
from services.chassis.wire import Unavailable
from services.chassis.work import Steps, Work
from services.contracts.billing.provider import (
    PROVIDER_EVENTS,
    ListProviderEvents,
    ProviderEventState,
    ProviderEventView,
    ReceiveProviderEvent,
    ReplayProviderEvent,
)
from services.contracts.errors import invalid, not_found
from services.contracts.messages import Nothing, Page, new_id

log = structlog.get_logger()

CATCH_UP_EVERY = timedelta(hours=1)
OVERLAP = timedelta(minutes=10)
"""Asked for again, since the provider's clock is not ours."""


def receive(work: Work, command: ReceiveProviderEvent) -> Nothing:
    """Keeps what the provider has signed, for the company whose account it is about."""
    try:
        notice = processor.read_notice(command.payload, command.signature)
    except BadSignature:
        raise invalid("The signature is not the provider's.", field="signature") from None
    company_id = companies.with_account(work, notice.account) if notice.account else None
    if company_id is None:
        log.info("a webhook of nobody's account", event_id=notice.event_id)
        return Nothing()
    work.enter(company_id)
    _keep(work, notice)
    return Nothing()


def _keep(work: Work, notice: Notice) -> None:
    """Once, however often it is told, for what it is about to be looked at if that may change anything."""
    state = _state_of(work, notice)
    row = insert(ProviderEvent).values(
        id=new_id(),
        company_id=work.company_id,
        event_id=notice.event_id,
        account=notice.account,
        type=notice.type,
        object_id=notice.object_id,
        state=state,
        received_at=work.now,
        next_attempt_at=work.now,
    )
    work.session.execute(row.on_conflict_do_nothing())
    if state == "received":
        work.wake("apply_provider_events")


def _state_of(work: Work, notice: Notice) -> ProviderEventState:
    """Most often whoever made a payment has heard of its end first, and no news of its intent changes it any more."""
    if notice.type not in PROVIDER_EVENTS:
        return "ignored"
    return "applied" if settlement.has_moved(work, notice.object_id) else "received"


def catch_up(work: Work, company_id: UUID) -> Steps[None]:
    """Asks for what the provider has told since it was last asked, so that a webhook that was lost is not."""
    due = select(Merchant).where(Merchant.company_id == company_id, Merchant.caught_up_at <= work.now - CATCH_UP_EVERY)
    merchant = work.session.scalar(due.with_for_update(skip_locked=True))
    if merchant is None:
        return
    account, since, asked_at = merchant.payment_account, merchant.caught_up_at - OVERLAP, work.now
    try:
        notices = yield lambda: processor.notices_since(account, since, PROVIDER_EVENTS)
    except ProviderError as error:
        log.warning("a company's events could not be asked for", company_id=str(company_id), error=repr(error))
        # It stays due: only as one that fails does it hide none behind it. The error's cause may quote input.
        raise Unavailable from None
    for notice in notices:
        _keep(work, notice)
    work.session.get_one(Merchant, company_id).caught_up_at = asked_at


def apply(work: Work, row_id: UUID) -> Steps[None]:
    """Brings what the event is about up to date; what is nobody's here is marked ignored."""
    due = select(ProviderEvent).where(
        ProviderEvent.id == row_id, ProviderEvent.state == "received", ProviderEvent.next_attempt_at <= work.now
    )
    event = work.session.scalar(due.with_for_update(skip_locked=True))
    if event is None:
        return
    if settlement.has_moved(work, event.object_id):
        event.state = "applied"
        return
    event.postpone(work.now, payment_rules.seconds_to_next_check(event.attempts))
    kind, account, object_id = event.type, event.account, event.object_id
    try:
        state = yield from _applied(work, kind, account, object_id)
    except ProviderRefused:
        state = "ignored"
    except ProviderError as error:
        log.warning("a webhook could not be applied yet", event_type=kind, error=repr(error))
        return
    work.session.get_one(ProviderEvent, row_id).state = state


def _applied(work: Work, kind: str, account: str, object_id: str) -> Steps[ProviderEventState]:
    if kind.startswith("payment_intent."):
        intent = yield lambda: processor.read_payment(account, object_id)
        return "applied" if settlement.settle_late(work, intent) else "ignored"
    if kind.startswith(("refund.", "charge.refund.")):
        ours = yield from refunds.apply(work, account, object_id)
        return "applied" if ours else "ignored"
    if kind.startswith("charge.dispute."):
        ours = yield from disputes.apply(work, account, object_id)
        return "applied" if ours else "ignored"
    if kind.startswith("setup_intent."):
        ours = yield from setups.apply(work, account, object_id)
        return "applied" if ours else "ignored"
    return "ignored"


def page(work: Work, query: ListProviderEvents) -> Page[ProviderEventView]:
    """What came, the newest first."""
    access.office(work, "payments.read")
    statement = select(ProviderEvent).where(ProviderEvent.company_id == work.company_id)
    if query.state:
        statement = statement.where(ProviderEvent.state == query.state)
    if query.cursor:
        key = tuple_(ProviderEvent.received_at, ProviderEvent.id)
        statement = statement.where(key < cursors.position(query.cursor, datetime))
    newest = statement.order_by(ProviderEvent.received_at.desc(), ProviderEvent.id.desc()).limit(query.limit + 1)
    found = work.session.scalars(newest).all()
    shown = found[: query.limit]
    more = len(found) > query.limit
    return Page[ProviderEventView](
        items=[_view(each) for each in shown],
        next_cursor=cursors.after(shown[-1].received_at, shown[-1].id) if more else None,
    )


def replay(work: Work, command: ReplayProviderEvent) -> ProviderEventView:
    """Has it applied once more; that changes nothing where what it is about is up to date."""
    access.office(work, "payments.write")
    event = work.session.get(ProviderEvent, command.event_id, with_for_update=True)
    if event is None:
        raise not_found()
    event.replay(work.now)
    work.wake("apply_provider_events")
    return _view(event)


def _view(event: ProviderEvent) -> ProviderEventView:
    return ProviderEventView(
        id=event.id,
        event_id=event.event_id,
        type=event.type,
        object_id=event.object_id,
        state=event.state,
        received_at=event.received_at,
        attempts=event.attempts,
        next_attempt_at=event.next_attempt_at if event.state == "received" else None,
    )
