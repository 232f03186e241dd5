"""Companies: the operator opens one, with its first administrator."""

from services.chassis.work import Work
from services.contracts.identity.portals import CompanyOpened, CompanyView, GetCompany, OpenCompany
from services.contracts.messages import new_id
from services.identity import access, audit, invitations, records
from services.identity.models import Company, StaffMember


def open_company(work: Work, command: OpenCompany) -> CompanyView:
    """Only the operator, who is nobody to any company, opens one."""
    access.nobody(work)
    company = Company(id=new_id(), name=command.name, payment_account=command.payment_account)
    work.enter(company.id)
    records.add(work, company)
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
    return view(company)


def get(work: Work, _: GetCompany) -> CompanyView:
    """The principal's own."""
    access.office_or_service(work, "company.read")
    return view(records.found(work, Company, work.company_id))


def view(company: Company) -> CompanyView:
    """A company as staff see it."""
    return CompanyView(id=company.id, name=company.name, payment_account=company.payment_account)
