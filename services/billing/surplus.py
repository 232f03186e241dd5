"""What a payment brought beyond what was owed: it is a credit of the customer's, for as long as it is free.

The payment's row, and then its invoices', are locked by whoever calls these; the credit's row is locked here.
"""

from sqlalchemy import select

from services.billing.credit_models import Credit
from services.billing.models import Payment
from services.chassis.numbers import next_number
from services.chassis.work import Work
from services.contracts.messages import new_id


def free(work: Work, payment: Payment) -> int:
    """What of the payment is still unapplied credit, in minor units."""
    credit = _locked(work, payment)
    return credit.unapplied if credit else 0


def keep(work: Work, payment: Payment, amount: int) -> None:
    """Makes so much of a payment the customer's credit, or adds it to what the payment brought already."""
    if not amount:
        return
    credit = _locked(work, payment)
    if credit:
        credit.receive(amount)
    else:
        work.session.add(_credit(work, payment, amount))


def give_back(work: Work, payment: Payment, amount: int) -> None:
    """So much of a payment's free credit goes back to the payer."""
    credit = _locked(work, payment) if amount else None
    if credit:
        credit.pay_back(amount)


def _credit(work: Work, payment: Payment, amount: int) -> Credit:
    return Credit(
        id=new_id(),
        company_id=work.company_id,
        branch_id=payment.branch_id,
        customer_id=payment.customer_id,
        reason=f"Payment {payment.number} was more than was owed.",
        currency=payment.currency,
        amount=amount,
        unapplied=amount,
        payment_id=payment.id,
        created_by=payment.payer,
        created_at=work.now,
        number=next_number(work, "CR", payment.time_zone),
    )


def _locked(work: Work, payment: Payment) -> Credit | None:
    found = select(Credit).where(Credit.payment_id == payment.id).execution_options(populate_existing=True)
    return work.session.scalar(found.with_for_update(key_share=True))
