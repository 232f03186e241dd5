"""What mails about programs and their invoices tell."""

from services.chassis.work import Work
from services.contracts.billing.programs import AgreementSigned, PaymentRequested, ProgramOffered
from services.contracts.identity.portals import GetBranch
from services.notifications.contents import invoices
from services.notifications.contents.shape import Content, Contents, in_portal
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings


def _program_offered(work: Work, event: ProgramOffered) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **in_portal(branch),
        "number": event.number,
        "program": event.name,
        "customer": event.customer.name,
        "total": event.total,
        "may_finance": "financed" in event.plans,
        "may_pay_in_full": "pay_in_full" in event.plans,
        "url": notifications_settings().link(branch.slug, "programs", event.program_id, "plan"),
    }


def _agreement_signed(work: Work, event: AgreementSigned) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    link = notifications_settings().link
    return {
        **in_portal(branch),
        "number": event.number,
        "program": event.program,
        "signed_by": event.signed_by,
        "signed_at": event.signed_at,
        "down_payment": event.down_payment if event.down_payment.amount else None,
        "total_of_payments": event.total_of_payments,
        "pdf_url": link(branch.slug, "programs", event.program_id, "finance-agreement"),
        "url": link(branch.slug, "programs", event.program_id),
    }


def _payment_requested(work: Work, event: PaymentRequested) -> Content:
    """An invoice to be paid; the amount is what is owed of it when this is written."""
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {**invoices.facts(branch, event.invoice), "again": event.again}


CONTENTS: dict[Template, Contents] = {
    "program_offered": _program_offered,
    "agreement_signed": _agreement_signed,
    "payment_requested": _payment_requested,
    "payoff": _payment_requested,
}
