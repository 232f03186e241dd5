"""Payment methods: kept here by what a payer recognises them by, chosen as the default, removed."""

from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import exists, select, tuple_, update

from services.billing import access, companies, guest_rules, method_rules, processor
from services.billing.autopay_models import Autopay
from services.billing.method_models import CustomerAccount, PaymentMethod
from services.billing.models import Payment
from services.billing.payment_rules import OPEN_STATUSES
from services.billing.processor import ProviderError
from services.billing.settings import billing_settings
from services.billing.views import method_view
from services.chassis import cursors
from services.chassis.wire import Unavailable
from services.chassis.work import Steps, Work
from services.contracts.billing.methods import (
    DeleteMethod,
    GetProviderForm,
    ListPaymentMethods,
    PaymentMethodView,
    ProviderFormView,
    SetDefaultMethod,
)
from services.contracts.errors import conflict, not_found
from services.contracts.messages import Nothing, Page
from services.contracts.principals import Portal

log = structlog.get_logger()


def page(work: Work, query: ListPaymentMethods) -> Page[PaymentMethodView]:
    """The customer's, for those who may pay with them or manage them; the newest first."""
    _, portal, customer_id = access.contact(work, "invoices.pay", "payment_methods.manage")
    statement = (
        select(PaymentMethod)
        .where(PaymentMethod.customer_id == customer_id, PaymentMethod.removed_at.is_(None))
        .order_by(PaymentMethod.created_at.desc(), PaymentMethod.id.desc())
        .limit(query.limit + 1)
    )
    if query.cursor:
        after = cursors.position(query.cursor, datetime)
        statement = statement.where(tuple_(PaymentMethod.created_at, PaymentMethod.id) < after)
    found = work.session.scalars(statement).all()
    shown = found[: query.limit]
    more = len(found) > query.limit
    return Page[PaymentMethodView](
        items=[method_view(work, portal, each) for each in shown],
        next_cursor=cursors.after(shown[-1].created_at, shown[-1].id) if more else None,
    )


def owned(work: Work, customer_id: UUID, method_id: UUID, *, stays: bool = False) -> PaymentMethod:
    """The customer's own method; with `stays` it is not removed before the transaction ends."""
    found = select(PaymentMethod).where(
        PaymentMethod.id == method_id,
        PaymentMethod.customer_id == customer_id,
        PaymentMethod.removed_at.is_(None),
    )
    method = work.session.scalar(found.with_for_update(read=True) if stays else found)
    if method is None:
        raise not_found("There is no such payment method, or it is not yours.", field="payment_method_id")
    return method


def require_usable(work: Work, portal: Portal, method: PaymentMethod) -> None:
    """Only what can be charged now, in this portal."""
    problem = method_rules.refusal(
        method.type,
        method.expires_on,
        portal.settings,
        work.today(portal.time_zone),
        is_verified=method.is_verified,
    )
    if problem:
        raise problem


def provider_form(work: Work, _: GetProviderForm) -> ProviderFormView:
    """What a page needs to mount the provider's fields."""
    is_guest = work.principal.kind == "guest"
    portal = access.guest(work)[1] if is_guest else access.contact(work, "invoices.pay", "payment_methods.manage")[1]
    company = companies.current(work)
    takes_banks = "us_bank_account" in portal.settings.payment_method_types
    mandate = guest_rules.mandate_text if is_guest else method_rules.mandate_text
    return ProviderFormView(
        publishable_key=billing_settings().stripe_publishable_key,
        account=company.payment_account,
        mandate_text=mandate(company.name) if takes_banks else None,
    )


def set_default(work: Work, command: SetDefaultMethod) -> PaymentMethodView:
    """The customer's default of its type from now on, instead of another one."""
    _, portal, method = _managed(work, command.payment_method_id)
    require_usable(work, portal, method)
    if not method.is_default:
        make_default(work, method)
    return method_view(work, portal, method)


def make_default(work: Work, method: PaymentMethod) -> None:
    """Instead of another one, under the lock of the customer's methods."""
    others = update(PaymentMethod).where(
        PaymentMethod.customer_id == method.customer_id,
        PaymentMethod.type == method.type,
        PaymentMethod.is_default,
    )
    work.session.execute(others.values(is_default=False))
    method.is_default = True
    work.session.flush()


def delete(work: Work, command: DeleteMethod) -> Nothing:
    """Takes it out of use at once, and has the provider forget it; the newest other of its type is then the default."""
    _, _, method = _managed(work, command.payment_method_id)
    under_way = exists().where(Payment.payment_method_id == method.id, Payment.status.in_(OPEN_STATUSES))
    if work.session.scalar(select(under_way)):
        raise conflict("A payment by this method is under way. Delete it once that is decided.", reason="open_payment")
    if work.session.scalar(select(exists().where(Autopay.payment_method_id == method.id, Autopay.status != "off"))):
        raise conflict("Autopay uses this method. Choose another one there, or turn it off, first.", reason="autopay")
    was_default = method.is_default
    method.remove(work.now)
    work.session.flush()
    heir = _newest(work, method) if was_default else None
    if heir:
        make_default(work, heir)
    work.wake("detach_methods")
    return Nothing()


def _managed(work: Work, method_id: UUID) -> tuple[UUID, Portal, PaymentMethod]:
    """A method that the principal may manage, under the lock of the customer's methods and its own."""
    _, portal, customer_id = access.contact(work, "payment_methods.manage")
    owned(work, customer_id, method_id)
    lock(work, customer_id)
    own = select(PaymentMethod).where(PaymentMethod.id == method_id).with_for_update()
    method = work.session.scalars(own.execution_options(populate_existing=True)).one()
    if method.removed_at is not None:
        raise not_found("There is no such payment method any more.", field="payment_method_id")
    return customer_id, portal, method


def lock(work: Work, customer_id: UUID) -> None:
    """Nobody else changes what is kept of the customer's methods until the transaction ends."""
    work.session.get_one(CustomerAccount, customer_id, with_for_update=True)


def _newest(work: Work, like: PaymentMethod) -> PaymentMethod | None:
    others = select(PaymentMethod).where(
        PaymentMethod.customer_id == like.customer_id,
        PaymentMethod.type == like.type,
        PaymentMethod.removed_at.is_(None),
        PaymentMethod.verification_url.is_(None),
    )
    return work.session.scalar(others.order_by(PaymentMethod.created_at.desc(), PaymentMethod.id.desc()).limit(1))


def detach(work: Work, method_id: UUID) -> Steps[None]:
    """Has the provider forget a removed method, and each time that the same one was entered before."""
    due = select(PaymentMethod).where(
        PaymentMethod.id == method_id, PaymentMethod.removed_at.is_not(None), PaymentMethod.detached_at.is_(None)
    )
    method = work.session.scalar(due.with_for_update(skip_locked=True))
    if method is None:
        return
    account = companies.current(work).payment_account
    customer = work.session.get_one(CustomerAccount, method.customer_id).provider_id
    provider_id, method_type, fingerprint, until = (
        method.provider_id,
        method.type,
        method.fingerprint,
        method.removed_at,
    )
    assert until
    try:
        yield lambda: processor.forget_method(account, customer, provider_id, method_type, fingerprint, until)
    except ProviderError as error:
        log.warning("a payment method could not be detached yet", method_id=str(method_id), error=repr(error))
        # It stays due: only as one that fails does it hide none behind it. The error's cause may quote input.
        raise Unavailable from None
    work.session.get_one(PaymentMethod, method_id).detached_at = work.now
