"""The paper of an agreement: what is lent, what it costs, when it is repaid, as Regulation Z groups it (1026.18)."""

from collections.abc import Sequence
from typing import Any

from services.billing import companies, documents
from services.billing.finance import late_fee_rules, payoff_rules
from services.billing.finance.late_fee_rules import LateFeePolicy
from services.billing.finance.schedules import Row
from services.billing.finance_models import FinanceAgreement
from services.billing.program_models import Program
from services.chassis.work import Work
from services.contracts.billing.terms import LoanTerms, Policy
from services.contracts.files import FileView
from services.contracts.money import Money
from services.contracts.snapshots import CustomerSnapshot

PREPAYMENT = {
    "actuarial": "Interest that is not earned by then is not owed, computed by the actuarial method.",
    "rule_of_78": "Interest that is not earned by then is not owed, computed by the Rule of 78 (sum of the digits).",
}


def of(work: Work, program: Program, agreement: FinanceAgreement, rows: Sequence[Row]) -> FileView:
    """Writes and keeps it; the hash of exactly this file is what a signature names."""
    customer = CustomerSnapshot.model_validate(program.customer)
    today = work.today(program.time_zone)
    data = {
        "company": companies.current(work).name,
        "number": agreement.number,
        "version": agreement.version if agreement.reason else None,
        "reason": agreement.reason or None,
        "date": today.isoformat(),
        "drawn_on": documents.day(today),
        "customer": {"name": customer.name, "address": documents.address(customer.address)},
        "program": f"{program.name} ({program.number})",
        "policies": [_policy(Policy.model_validate(each)) for each in agreement.policies],
        **_box(agreement),
        **_terms(agreement, rows),
        "itemisation": _itemisation(agreement),
        "rows": _rows(agreement, rows),
    }
    name = f"{agreement.number}-{agreement.version}.pdf"
    return documents.kept(work, "agreement", f"agreements/{agreement.id}", name, data)


def _box(agreement: FinanceAgreement) -> dict[str, Any]:
    currency = agreement.currency
    return {
        "apr": f"{agreement.apr:.2f}%",
        "finance_charge": _money(agreement.finance_charge, currency),
        "amount_financed": _money(agreement.amount_financed, currency),
        "total_of_payments": _money(agreement.total_of_payments, currency),
        "down_payment": _money(agreement.down_payment, currency),
        "down_payment_parts": _down_payment(agreement),
        "total_price": _money(agreement.down_payment + agreement.total_of_payments, currency),
    }


def _down_payment(agreement: FinanceAgreement) -> str:
    premiums = f"{_money(agreement.paid_down, agreement.currency)} of the premiums"
    fees = agreement.down_payment - agreement.paid_down
    return f"{premiums}, {_money(fees, agreement.currency)} fully earned fees" if fees else premiums


def _terms(agreement: FinanceAgreement, rows: Sequence[Row]) -> dict[str, Any]:
    terms = LoanTerms.model_validate(agreement.terms)
    late = late_fee_rules.policy_of(terms.late_fee_policy, agreement.begun_on)
    refund = payoff_rules.refund_policy(agreement.state, agreement.begun_on, len(rows))
    return {
        "rate": f"{terms.annual_rate.normalize():f}%",
        "begun_on": documents.day(agreement.begun_on),
        "late_charge": _late_charge(late, agreement.currency),
        "prepayment": PREPAYMENT[refund.method],
    }


def _late_charge(policy: LateFeePolicy | None, currency: str) -> str:
    """The policy as a sentence."""
    if policy is None or not (policy.percent or policy.flat or policy.minimum):
        return "No late charge is made."
    parts = [f"{policy.percent.normalize():f}% of what is late"] if policy.percent else []
    parts += [_money(policy.flat, currency)] if policy.flat else []
    bounds = [f"at least {_money(policy.minimum, currency)}"] if policy.minimum else []
    bounds += [f"at most {_money(policy.maximum, currency)}"] if policy.maximum is not None else []
    amount = ", ".join([" plus ".join(parts), *bounds])
    days = max(policy.grace_days, 1)
    return f"If an installment is not paid {_days(days)} after it is due, a late charge of {amount} is made, once."


def _days(count: int) -> str:
    return "one day" if count == 1 else f"{count} days"


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "number": policy.number,
        "what": f"{policy.line}, {policy.carrier}",
        "term": f"{documents.day(policy.effective_on)} to {documents.day(policy.expires_on)}",
        "premium": documents.money(policy.premium),
        "taxes": documents.money(policy.taxes),
        "fees": documents.money(policy.earned_fees + policy.unearned_fees),
    }


def _itemisation(agreement: FinanceAgreement) -> list[dict[str, str]]:
    """How the amount financed comes about: what was lent first, and each change since."""
    policies = [Policy.model_validate(each) for each in agreement.policies]
    parts = {
        "Premiums": sum(each.premium.amount for each in policies),
        "Taxes": sum(each.taxes.amount for each in policies),
        "Fees that are not fully earned": sum(each.unearned_fees.amount for each in policies),
        "Less the down payment on the premiums": -agreement.paid_down,
    }
    lines = [(what, amount) for what, amount in parts.items() if amount]
    lines += [
        ("Lent in addition" if each["amount"] > 0 else "Returned premium", int(each["amount"]))
        for each in agreement.advances[1:]
    ]
    rest = agreement.amount_financed - sum(amount for _, amount in lines)
    lines += [("Principal that is not owed any more", rest)] if rest else []
    return [{"what": what, "amount": _money(amount, agreement.currency)} for what, amount in lines]


def _rows(agreement: FinanceAgreement, rows: Sequence[Row]) -> list[list[str]]:
    """Each payment, and what of the loan is left after it."""
    left, told = agreement.amount_financed, []
    for number, row in enumerate(rows, start=1):
        left -= row.principal
        amounts = (row.amount, row.principal, row.interest, left)
        told.append([str(number), documents.day(row.due_on), *(_money(each, agreement.currency) for each in amounts)])
    return told


def _money(amount: int, currency: str) -> str:
    return documents.money(Money(amount=amount, currency=currency))
