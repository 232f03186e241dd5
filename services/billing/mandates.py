"""Mandates: the evidence that the holder of a bank account agreed to debits, and the copy that they are given."""

from sqlalchemy import exists, select

from services.billing.method_models import Mandate, PaymentMethod, Setup
from services.billing.processor import ToldMandate
from services.chassis.work import Work
from services.contracts.billing.methods import MandateAccepted
from services.contracts.messages import new_id


def keep(work: Work, setup: Setup, method: PaymentMethod, told: ToldMandate | None) -> None:
    """Keeps a mandate, once, and has its copy mailed; under the lock of the customer's methods."""
    if told is None or setup.mandate_text is None or setup.started_by_id is None or setup.branch_id is None:
        return
    if work.session.scalar(select(exists().where(Mandate.provider_id == told.id))):
        return
    mandate = Mandate(
        id=new_id(),
        company_id=work.company_id,
        customer_id=setup.customer_id,
        payment_method_id=method.id,
        contact_id=setup.started_by_id,
        provider_id=told.id,
        wording=setup.mandate_text,
        accepted_at=told.accepted_at,
        ip=told.ip or setup.ip,
        user_agent=told.user_agent or setup.user_agent,
        created_at=work.now,
    )
    work.session.add(mandate)
    work.announce(
        MandateAccepted(
            company_id=work.company_id,
            payment_method_id=method.id,
            contact_id=mandate.contact_id,
            branch_id=setup.branch_id,
            bank=method.brand,
            last4=method.last4,
            text=mandate.wording,
            accepted_at=mandate.accepted_at,
            ip=mandate.ip,
            user_agent=mandate.user_agent,
        )
    )
