"""What the office finds in billing: documents by number, programs by policy number."""

from collections.abc import Iterable

from sqlalchemy import select

from services.billing import program_rules
from services.billing.credit_models import Credit
from services.billing.models import Invoice, Payment
from services.billing.program_models import Program, ProgramPolicy
from services.chassis.searching import begins, numbered
from services.chassis.work import Work
from services.contracts.billing.search import SearchBilling
from services.contracts.money import Money
from services.contracts.permissions import may_in_office
from services.contracts.search import MOST_HITS, Hit, HitsView


def search(work: Work, query: SearchBilling) -> HitsView:
    """At most ten of each kind that the principal may read; nothing for a customer."""
    found: list[Hit] = []
    if may_in_office(work.principal, "invoices.read"):
        found += [*_invoices(work, query.sought), *_credits(work, query.sought)]
    if may_in_office(work.principal, "payments.read"):
        found += _payments(work, query.sought)
    if may_in_office(work.principal, "programs.read"):
        found += _programs(work, query.sought)
    return HitsView(items=found)


def _invoices(work: Work, sought: str) -> Iterable[Hit]:
    named = numbered(Invoice.number, "INV", sought, work.now.year)
    wanted = select(Invoice).where(Invoice.company_id == work.company_id, named)
    for each in work.session.scalars(wanted.order_by(Invoice.number.desc()).limit(MOST_HITS)):
        total, customer = Money(amount=each.total, currency=each.currency), str(each.customer["name"])
        yield Hit(kind="invoice", id=each.id, title=each.number, detail=customer, amount=total)


def _payments(work: Work, sought: str) -> Iterable[Hit]:
    """By its own number, and by its receipt's."""
    columns = {"PAY": Payment.number, "RCP": Payment.receipt_number}
    found: dict[str, Payment] = {}
    for prefix, column in columns.items():
        named = numbered(column, prefix, sought, work.now.year)  # type: ignore[arg-type]
        wanted = select(Payment).where(Payment.company_id == work.company_id, named)
        found |= {each.number: each for each in work.session.scalars(wanted.order_by(column.desc()).limit(MOST_HITS))}
    for number, each in sorted(found.items(), reverse=True)[:MOST_HITS]:
        total = Money(amount=each.total, currency=each.currency)
        yield Hit(kind="payment", id=each.id, title=number, detail=each.payer, status=each.status, amount=total)


def _credits(work: Work, sought: str) -> Iterable[Hit]:
    named = numbered(Credit.number, "CR", sought, work.now.year)
    wanted = select(Credit).where(Credit.company_id == work.company_id, named)
    for each in work.session.scalars(wanted.order_by(Credit.number.desc()).limit(MOST_HITS)):
        amount = Money(amount=each.amount, currency=each.currency)
        yield Hit(kind="credit", id=each.id, title=each.number, detail=each.reason[:100], amount=amount)


def _programs(work: Work, sought: str) -> Iterable[Hit]:
    """By a policy's number, however it is typed."""
    key = program_rules.number_key(sought)
    if not key:
        return
    policies = (
        select(ProgramPolicy.program_id, ProgramPolicy.number)
        .where(ProgramPolicy.company_id == work.company_id, begins(ProgramPolicy.number_key, key))
        .order_by(ProgramPolicy.number_key)
        .limit(MOST_HITS)
    )
    numbers = {row.program_id: row.number for row in work.session.execute(policies)}
    for each in work.session.scalars(select(Program).where(Program.id.in_(numbers)).order_by(Program.name)):
        detail = f"{numbers[each.id]}, {each.customer['name']}"
        yield Hit(kind="program", id=each.id, title=each.name, detail=detail)
