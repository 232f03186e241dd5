"""Setups: how a payer enters a method at the provider, and how it comes to be kept here."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import Row, or_, select
from sqlalchemy.dialects.postgresql import insert

from services.billing import access, companies, mandates, method_rules, methods, processor, reminder_rules
from services.billing.method_models import CustomerAccount, PaymentMethod, Setup
from services.billing.processor import KeptMethod, ProviderError, ProviderRefused
from services.billing.settings import billing_settings
from services.billing.views import method_view
from services.chassis.wire import Unavailable
from services.chassis.work import Steps, Work
from services.contracts.billing.methods import FinishSetups, MethodAdded, PaymentMethodView, SetupView, StartSetup
from services.contracts.errors import conflict, forbidden
from services.contracts.messages import Page, new_id

SETUP_OPEN_FOR = timedelta(hours=24)
SETUPS_READ = 10
"""How many unfinished setups one command reads at the provider, the newest first."""

_AWAITED = (PaymentMethod.verification_url.is_not(None), PaymentMethod.removed_at.is_(None))


def start_setup(work: Work, command: StartSetup) -> Steps[SetupView]:
    """Begins to keep a method of a type that the portal takes."""
    principal, portal, customer_id = access.contact(work, "invoices.pay", "payment_methods.manage")
    if not portal.settings.electronic_payments:
        raise forbidden("Online payments are switched off. Please contact the office.", reason="electronic_payments")
    problem = method_rules.type_refusal(command.type, portal.settings, "type")
    if problem:
        raise problem
    company = companies.current(work)
    account = company.payment_account
    try:
        customer = yield from _provider_customer(work, account, customer_id)
        started = yield lambda: processor.start_setup(account, customer, command.type, command.return_url, command.id)
    except ProviderRefused as error:
        raise conflict("The payment provider does not allow this now.", reason="provider_refused") from error
    except ProviderError as error:
        raise Unavailable from error
    mandate_text = method_rules.mandate_text(company.name) if command.type == "us_bank_account" else None
    row = insert(Setup).values(
        id=command.id,
        company_id=work.company_id,
        customer_id=customer_id,
        type=command.type,
        intent_id=started.intent_id,
        session_id=started.session_id,
        started_by=principal.name,
        started_by_id=principal.id,
        branch_id=portal.branch_id,
        mandate_text=mandate_text,
        ip=command.client.ip if command.client else "",
        user_agent=command.client.user_agent if command.client else "",
        created_at=work.now,
    )
    work.session.execute(row.on_conflict_do_nothing())
    return SetupView(
        id=command.id,
        client_secret=started.client_secret,
        publishable_key=billing_settings().stripe_publishable_key,
        account=account,
        hosted_url=started.hosted_url,
        mandate_text=mandate_text,
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
    """Keeps what came of the customer's setups that are open, and answers it."""
    _principal, portal, customer_id = access.contact(work, "invoices.pay", "payment_methods.manage")
    account = companies.current(work).payment_account
    kept: dict[UUID, PaymentMethod] = {}
    for setup_id, intent_id, session_id in _open(work, customer_id):
        try:
            found = yield partial(processor.read_setup, account, intent_id, session_id)
        except ProviderError as error:
            raise Unavailable from error
        kept |= {each.id: each for each in take_over(work, setup_id, found)}
        if found and all(each.verification_url is None for each in found):
            work.session.get_one(Setup, setup_id).finished_at = work.now
    return Page[PaymentMethodView](items=[method_view(work, portal, each) for each in kept.values()])


def _open(work: Work, customer_id: UUID) -> Sequence[Row[UUID, str, str]]:
    """The customer's setups of the last day, and those whose micro-deposits are awaited."""
    awaited = select(PaymentMethod.setup_id).where(PaymentMethod.customer_id == customer_id, *_AWAITED)
    unfinished = select(Setup.id, Setup.intent_id, Setup.session_id).where(
        Setup.customer_id == customer_id,
        Setup.finished_at.is_(None),
        or_(Setup.created_at > work.now - SETUP_OPEN_FOR, Setup.id.in_(awaited)),
    )
    return work.session.execute(unfinished.order_by(Setup.created_at.desc()).limit(SETUPS_READ)).all()


def apply(work: Work, account: str, intent_id: str) -> Steps[bool]:
    """Takes over what a webhook is about; answers whether it is a setup of one of our customers'.

    The setup stays unfinished, so that the browser that comes back is still told what came of it.
    """
    told = yield lambda: processor.read_setup_intent(account, intent_id)
    customer = select(CustomerAccount.customer_id).where(CustomerAccount.provider_id == told.customer)
    setup = work.session.get(Setup, told.setup_id) if told.setup_id else None
    if setup is None or setup.customer_id != work.session.scalar(customer):
        return False
    setup_id, intent, session = setup.id, setup.intent_id, setup.session_id
    found = yield lambda: processor.read_setup(account, intent, session)
    take_over(work, setup_id, found)
    return True


def take_over(work: Work, setup_id: UUID, found: Sequence[KeptMethod]) -> list[PaymentMethod]:
    """Keeps what was entered; an account of this setup that is awaited no longer was never proved, and goes."""
    setup = work.session.get_one(Setup, setup_id)
    methods.lock(work, setup.customer_id)
    ids = [each.provider_id for each in found]
    failed = select(PaymentMethod).where(
        PaymentMethod.setup_id == setup_id, PaymentMethod.provider_id.not_in(ids), *_AWAITED
    )
    for method in work.session.scalars(failed):
        method.remove(work.now)
        method.detached_at = work.now
    work.session.flush()
    return [kept for each in found if (kept := _keep(work, setup, each))]


def _keep(work: Work, setup: Setup, found: KeptMethod) -> PaymentMethod | None:
    """Stores a method once per card or account: entered again, it is renewed. The first of its type is the default.

    One that was removed since is not brought back by its setup: then the answer is None.
    """
    own = select(PaymentMethod).where(PaymentMethod.customer_id == setup.customer_id)
    removed = work.session.scalar(
        own.where(PaymentMethod.provider_id == found.provider_id, PaymentMethod.removed_at.is_not(None))
    )
    if removed:
        _detach_again(work, removed, found)
        return None
    live = own.where(PaymentMethod.removed_at.is_(None))
    method = work.session.scalar(live.where(PaymentMethod.fingerprint == found.fingerprint))
    if method is None:
        method = _new(work, setup, found)
        work.session.add(method)
        _tell(work, setup, method, found)
    elif method.is_verified and found.verification_url:
        return method
    _renew(method, setup, found, work.now)
    work.session.flush()
    if method.is_verified and not work.session.scalar(
        live.where(PaymentMethod.type == found.type, PaymentMethod.is_default).limit(1)
    ):
        methods.make_default(work, method)
    mandates.keep(work, setup, method, found.mandate)
    return method


def _detach_again(work: Work, removed: PaymentMethod, found: KeptMethod) -> None:
    """The provider stores an account once it is verified, though it was removed here before."""
    if found.verification_url is None and removed.detached_at is not None:
        removed.detached_at = None
        work.wake("detach_methods")


def _renew(method: PaymentMethod, setup: Setup, found: KeptMethod, now: datetime) -> None:
    method.provider_id, method.expires_on, method.funding = found.provider_id, found.expires_on, found.funding
    method.setup_id, method.verification_url = setup.id, found.verification_url
    method.next_reminder_at = reminder_rules.first_look(found.expires_on, now)


def _tell(work: Work, setup: Setup, method: PaymentMethod, found: KeptMethod) -> None:
    """Who added a card is told of it; of a bank account the copy of what they agreed to tells."""
    if found.type == "card" and setup.started_by_id and setup.branch_id:
        work.announce(
            MethodAdded(
                company_id=work.company_id,
                payment_method_id=method.id,
                contact_id=setup.started_by_id,
                branch_id=setup.branch_id,
                brand=found.brand,
                last4=found.last4,
                expires_on=found.expires_on,
                added_at=work.now,
            )
        )


def _new(work: Work, setup: Setup, found: KeptMethod) -> PaymentMethod:
    return PaymentMethod(
        id=new_id(),
        company_id=work.company_id,
        customer_id=setup.customer_id,
        type=found.type,
        brand=found.brand,
        last4=found.last4,
        fingerprint=found.fingerprint,
        is_default=False,
        added_by=setup.started_by,
        created_at=work.now,
    )
