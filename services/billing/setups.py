"""Setups: how a payer enters a method at the provider, and how it comes to be kept here."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.billing import access, companies, method_rules, methods, processor
from services.billing.method_models import CustomerAccount, PaymentMethod, Setup
from services.billing.processor import KeptMethod, ProviderError, ProviderRefused
from services.billing.settings import billing_settings
from services.billing.views import method_view
from services.chassis.wire import Unavailable
from services.chassis.work import Steps, Work
from services.contracts.billing.methods import FinishSetups, PaymentMethodView, SetupView, StartSetup
from services.contracts.errors import conflict, forbidden
from services.contracts.messages import Page, new_id

SETUP_OPEN_FOR = timedelta(hours=24)
SETUPS_READ = 10
"""How many unfinished setups one command reads at the provider, the newest first."""


def start_setup(work: Work, command: StartSetup) -> Steps[SetupView]:
    """Begins to keep a method of a type that the portal takes."""
    principal, portal, customer_id = access.contact(work, "invoices.pay", "payment_methods.manage")
    if not portal.settings.electronic_payments:
        raise forbidden("Online payments are switched off. Please contact the office.", reason="electronic_payments")
    problem = method_rules.type_refusal(command.type, portal.settings, "type")
    if problem:
        raise problem
    account = companies.current(work).payment_account
    try:
        customer = yield from _provider_customer(work, account, customer_id)
        started = yield lambda: processor.start_setup(account, customer, command.type, command.return_url, command.id)
    except ProviderRefused as error:
        raise conflict("The payment provider does not allow this now.", reason="provider_refused") from error
    except ProviderError as error:
        raise Unavailable from error
    row = insert(Setup).values(
        id=command.id,
        company_id=work.company_id,
        customer_id=customer_id,
        type=command.type,
        intent_id=started.intent_id,
        session_id=started.session_id,
        started_by=principal.name,
        created_at=work.now,
    )
    work.session.execute(row.on_conflict_do_nothing())
    return SetupView(
        id=command.id,
        client_secret=started.client_secret,
        publishable_key=billing_settings().stripe_publishable_key,
        account=account,
        hosted_url=started.hosted_url,
    )


def _provider_customer(work: Work, account: str, customer_id: UUID) -> Steps[str]:
    """The provider's id of the customer, made on first use and kept before it is used."""
    known = work.session.get(CustomerAccount, customer_id)
    if known is None:
        made = yield lambda: processor.create_customer(account, customer_id)
        row = insert(CustomerAccount).values(
            customer_id=customer_id, company_id=work.company_id, provider_id=made, created_at=work.now
        )
        work.session.execute(row.on_conflict_do_nothing())
        known = work.session.get_one(CustomerAccount, customer_id)
    return known.provider_id


def finish_setups(work: Work, _: FinishSetups) -> Steps[Page[PaymentMethodView]]:
    """Keeps what came of the customer's setups of the last day, and answers it."""
    _principal, portal, customer_id = access.contact(work, "invoices.pay", "payment_methods.manage")
    account = companies.current(work).payment_account
    unfinished = select(Setup.id, Setup.intent_id, Setup.session_id).where(
        Setup.customer_id == customer_id,
        Setup.finished_at.is_(None),
        Setup.created_at > work.now - SETUP_OPEN_FOR,
    )
    setups = work.session.execute(unfinished.order_by(Setup.created_at.desc()).limit(SETUPS_READ)).all()
    views: dict[UUID, PaymentMethodView] = {}
    for setup_id, intent_id, session_id in setups:
        try:
            found = yield partial(processor.read_setup, account, intent_id, session_id)
        except ProviderError as error:
            raise Unavailable from error
        for method in found:
            kept = keep(work, customer_id, setup_id, method)
            if kept:
                views[kept.id] = method_view(work, portal, kept)
        if found:
            work.session.get_one(Setup, setup_id).finished_at = work.now
    return Page[PaymentMethodView](items=list(views.values()))


def keep_from_event(work: Work, provider_customer: str | None, setup_id: UUID | None, method: KeptMethod) -> bool:
    """Keeps a method that a webhook told of; answers whether it is one of our customers'.

    The setup stays unfinished, so that the browser that comes back is still told what came of it.
    """
    known = select(CustomerAccount.customer_id).where(CustomerAccount.provider_id == provider_customer)
    customer_id = work.session.scalar(known)
    if customer_id is None or setup_id is None or work.session.get(Setup, setup_id) is None:
        return False
    keep(work, customer_id, setup_id, method)
    return True


def keep(work: Work, customer_id: UUID, setup_id: UUID, found: KeptMethod) -> PaymentMethod | None:
    """Stores a method once per card or account: entered again, it is renewed. The first of its type is the default.

    One that was removed since is not brought back by an old setup: then the answer is None.
    """
    methods.lock(work, customer_id)
    own = select(PaymentMethod).where(PaymentMethod.customer_id == customer_id)
    removed = own.where(PaymentMethod.provider_id == found.provider_id, PaymentMethod.removed_at.is_not(None))
    if work.session.scalar(removed):
        return None
    known = own.where(PaymentMethod.removed_at.is_(None))
    method = work.session.scalar(known.where(PaymentMethod.fingerprint == found.fingerprint))
    if method is None:
        of_type = known.where(PaymentMethod.type == found.type)
        method = _new(work, customer_id, setup_id, found)
        method.is_default = work.session.scalar(of_type.limit(1)) is None
        work.session.add(method)
    method.provider_id, method.expires_on, method.funding = found.provider_id, found.expires_on, found.funding
    work.session.flush()
    return method


def _new(work: Work, customer_id: UUID, setup_id: UUID, found: KeptMethod) -> PaymentMethod:
    return PaymentMethod(
        id=new_id(),
        company_id=work.company_id,
        customer_id=customer_id,
        type=found.type,
        brand=found.brand,
        last4=found.last4,
        fingerprint=found.fingerprint,
        added_by=work.session.get_one(Setup, setup_id).started_by,
        created_at=work.now,
    )
