"""Companies: the operator opens one, with its first administrator; its office changes it."""

from services.chassis.work import Work
from services.contracts.errors import conflict, forbidden
from services.contracts.identity.contacts import AccessChanged
from services.contracts.identity.portals import (
    ChangeCompany,
    CompanyChanged,
    CompanyOpened,
    CompanyView,
    GetCompany,
    OpenCompany,
)
from services.contracts.messages import new_id
from services.contracts.principals import Principal
from services.identity import access, audit, branches, invitations, records, rules, sessions
from services.identity.models import Company, StaffMember


def open_company(work: Work, command: OpenCompany) -> CompanyView:
    """Only the operator, who is nobody to any company, opens one; an account at the provider is one company's."""
    access.nobody(work)
    company = Company(id=new_id(), name=command.name, payment_account=command.payment_account)
    work.enter(company.id)
    message = "This account at the payment provider is another company's."
    taken = conflict(message, field="payment_account", reason="payment_account_taken")
    records.add(work, company, company_payment_account_key=taken)
    administrator = StaffMember(
        company_id=company.id,
        name=command.administrator_name,
        email=command.administrator_email,
        status="not_invited",
        roles=["administrator", "office"],
    )
    records.add(work, administrator)
    work.announce(CompanyOpened(company_id=company.id, name=company.name, payment_account=company.payment_account))
    audit.record(work, "company.opened", company, actor=audit.OPERATOR)
    invitations.invite(work, administrator, by=audit.OPERATOR)
    if command.branch:
        branches.open_branch(work, command.branch, by=audit.OPERATOR)
    return view(company)


def change(work: Work, command: ChangeCompany) -> CompanyView:
    """A new name is on every document from now on; those issued keep the name that they were issued in."""
    access.office(work, "company.write")
    company = records.found(work, Company, work.company_id, lock=True)
    before = view(company).model_dump(mode="json")
    if command.name is not None and command.name != company.name:
        company.name = command.name
        company.version += 1
        work.announce(_changed(company))
    if command.totp_required is not None:
        _check_policy_maker(work.principal)
        company.totp_required = command.totp_required
        # Whoever looks as a customer may have none, and looking asks for it only as it begins.
        sessions.end_viewing(work)
    if command.fees is not None:
        company.fees = rules.checked_fees(command.fees)
    audit.record(work, "company.changed", company, before=before, after=view(company).model_dump(mode="json"))
    work.announce(AccessChanged(company_id=company.id, whole_company=True))
    return view(company)


def _check_policy_maker(principal: Principal) -> None:
    if "administrator" not in principal.staff_roles:
        raise forbidden("Only an administrator decides on second factors.", field="totp_required")


def _changed(company: Company) -> CompanyChanged:
    return CompanyChanged(
        company_id=company.id, version=company.version, name=company.name, payment_account=company.payment_account
    )


def get(work: Work, _: GetCompany) -> CompanyView:
    """The principal's own."""
    access.office_or_service(work, "company.read")
    return view(records.found(work, Company, work.company_id))


def view(company: Company) -> CompanyView:
    """A company as staff see it."""
    return CompanyView(
        id=company.id,
        name=company.name,
        payment_account=company.payment_account,
        totp_required=company.totp_required,
        fees=company.fees,
    )
