"""Identity's use cases on a real database, reached by the service's own table of contents."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from secrets import token_hex
from typing import Any, TypeVar
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, event, text

from services.chassis.database import tenant_session
from services.chassis.executor import Executor, system_principal
from services.contracts.identity.contacts import ContactView, CreateContact, PropertyRoleView
from services.contracts.identity.customers import CreateCustomer, CreateProperty, CustomerView, PropertyView
from services.contracts.identity.invitations import (
    AcceptInvitation,
    InvitationLinkView,
    InviteContact,
    MintInvitationLink,
)
from services.contracts.identity.people import Client
from services.contracts.identity.portals import BranchView, Brand, CompanyView, CreateBranch, OpenCompany
from services.contracts.identity.sessions import ResolveSession, SessionView, SignIn
from services.contracts.identity.staff import CreateStaffMember, StaffView
from services.contracts.messages import Ask
from services.contracts.principals import Permission, PortalSettings, Principal, PropertyRole, StaffRole
from services.contracts.snapshots import Address
from services.identity import credentials, mail_requests
from services.identity.service import Identity
from tests.service.conftest import Databases

Answer = TypeVar("Answer")

PASSWORD = "portico-demo-2026"
ADDRESS = Address(line1="1 Main Street", city="Austin", state="TX", zip="78701")

_hosts = count(1)


class Desk:
    """Sends messages to identity as its process would carry them out, from a client address of its own."""

    def __init__(self, databases: Databases) -> None:
        self.engine = databases.engine("identity")
        self.executor = Executor(self.engine, b"k" * 32)
        self.client = Client(ip=f"10.0.{(host := next(_hosts)) // 250}.{host % 250 + 1}", user_agent="a browser")

    def ask(self, message: Ask[Answer], who: Principal | None = None) -> Answer:
        """What the service answers; a refusal is raised."""
        use_case: Any = inspect.unwrap(getattr(Identity, message.method()))
        answer: Any = self.executor.answer(use_case, message, who)
        return message.answer().model_validate(answer.model_dump())  # type: ignore[no-any-return]

    def open_company(self, name: str = "Evergreen Grounds") -> "Office":
        """A new company, as its first administrator sees it."""
        mark = token_hex(4)
        command = OpenCompany(
            name=name,
            payment_account=f"acct_{mark}",
            administrator_name="Ada Admin",
            administrator_email=f"admin@{mark}.test",
        )
        return Office(self, mark, self.ask(command))

    def sign_in(self, portal: str, email: str, password: str = PASSWORD, client: Client | None = None) -> SessionView:
        """A session at a portal."""
        return self.ask(SignIn(portal=portal, email=email, password=SecretStr(password), client=client or self.client))

    def resolve(self, session: SessionView) -> Principal:
        """Whose session it is."""
        return self.ask(ResolveSession(token=SecretStr(session.token))).principal

    def work_off_requests(self) -> None:
        """What the worklist does with the requests for mails that are waiting."""
        with self.engine.connect() as connection:
            due = connection.execute(text("SELECT company_id, id FROM lookups.due_mail_requests(100)")).all()
        for company_id, request_id in due:
            self.executor.due(mail_requests.answer, company_id, request_id)

    def accept(self, token: str, password: str = PASSWORD) -> SessionView:
        """The session that begins with an invitation."""
        return self.ask(AcceptInvitation(token=SecretStr(token), password=SecretStr(password), client=self.client))

    def row(self, statement: str, **values: Any) -> Any:
        """A value from a table that belongs to no company."""
        with self.engine.connect() as connection:
            return connection.execute(text(statement), values).scalar()

    def execute_shared(self, statement: str, **values: Any) -> None:
        """Changes rows that belong to no company behind the use cases' back, to make time pass."""
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The SQL that is sent meanwhile, without what begins each transaction."""
        sent: list[str] = []

        def note(_: Any, __: Any, statement: str, *___: Any) -> None:
            # A question's statement brings its company along.
            own = statement.partition("; ")[2] if statement.startswith("SELECT set_config") else statement
            if own:
                sent.append(own)

        # Of every engine: the one that only reads is another than the one that writes.
        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    def forget_failures(self) -> None:
        """What the timer does."""
        self.executor.timer(credentials.forget)


class Office:
    """One company, and what its administrator makes there."""

    def __init__(self, desk: Desk, mark: str, company: CompanyView) -> None:
        self.desk, self.mark, self.company = desk, mark, company
        self.system = system_principal(company.id)
        self.administrator = self.staff_principal("administrator", "office")

    def staff_principal(self, *roles: StaffRole) -> Principal:
        """Somebody who works there."""
        return Principal(kind="staff", id=self.company.id, company_id=self.company.id, staff_roles=frozenset(roles))

    def email(self, name: str) -> str:
        """An address that no other test has."""
        return f"{name}@{self.mark}.test"

    def branch(self, name: str = "austin", settings: PortalSettings | None = None) -> BranchView:
        command = CreateBranch(
            slug=f"p-{self.mark}-{name}",
            brand=Brand(name=name.title()),
            time_zone="America/Chicago",
            settings=settings or PortalSettings(),
        )
        return self.desk.ask(command, self.administrator)

    def staff(self, name: str, *roles: StaffRole, phone: str | None = None) -> StaffView:
        command = CreateStaffMember(name=name.title(), email=self.email(name), phone=phone, roles=list(roles))
        return self.desk.ask(command, self.administrator)

    def employed(self, name: str, *roles: StaffRole, password: str = PASSWORD) -> Principal:
        """A staff member who has accepted their invitation and is signed in."""
        member = self.staff(name, *roles)
        (invited,) = (each for each in self.events("person_invited") if each["person_id"] == str(member.id))
        return self.desk.resolve(self.desk.accept(self.mint(UUID(invited["invitation_id"])).token, password))

    def customer(self, home: BranchView, name: str = "Lakeside HOA") -> CustomerView:
        command = CreateCustomer(name=name, home_branch_id=home.id, mailing_address=ADDRESS)
        return self.desk.ask(command, self.administrator)

    def property(
        self,
        customer: CustomerView,
        branch: BranchView,
        name: str = "Clubhouse",
        *,
        sales_rep: StaffView | None = None,
        account_owner: StaffView | None = None,
    ) -> PropertyView:
        command = CreateProperty(
            customer_id=customer.id,
            branch_id=branch.id,
            name=name,
            address=ADDRESS,
            sales_rep_id=sales_rep.id if sales_rep else None,
            account_owner_id=account_owner.id if account_owner else None,
        )
        return self.desk.ask(command, self.administrator)

    def contact(
        self,
        customer: CustomerView,
        name: str = "priya",
        *,
        at: dict[UUID, PropertyRole] | None = None,
        permissions: list[Permission] | None = None,
        primary: bool = False,
        email: str | None = None,
    ) -> ContactView:
        roles = [PropertyRoleView(property_id=key, role=role) for key, role in (at or {}).items()]
        command = CreateContact(
            customer_id=customer.id,
            name=name.title(),
            email=email or self.email(name),
            permissions=permissions or ["invoices.view"],
            property_roles=roles,
            primary=primary,
        )
        return self.desk.ask(command, self.administrator)

    def link(self, contact: ContactView) -> InvitationLinkView:
        """What the mail of a new invitation would say."""
        invitation = self.desk.ask(InviteContact(contact_id=contact.id), self.administrator)
        return self.mint(invitation.id)

    def mint(self, invitation_id: UUID) -> InvitationLinkView:
        return self.desk.ask(MintInvitationLink(invitation_id=invitation_id), self.system)

    def activate(self, contact: ContactView, password: str = PASSWORD) -> SessionView:
        """Has the contact accept an invitation."""
        return self.desk.accept(self.link(contact).token, password)

    def events(self, kind: str) -> list[dict[str, Any]]:
        """What was announced of this company, oldest first."""
        statement = text(
            "SELECT payload FROM outbox WHERE type = :kind AND payload->>'company_id' = :company ORDER BY id"
        )
        with self.desk.engine.connect() as connection:
            return list(connection.execute(statement, {"kind": kind, "company": str(self.company.id)}).scalars())

    def execute(self, statement: str, **values: Any) -> None:
        """Changes rows of this company behind the use cases' back, to make time pass."""
        with tenant_session(self.desk.engine, self.company.id) as session:
            session.execute(text(statement), values)
            session.commit()

    def count(self, statement: str, **values: Any) -> int:
        """A number of this company's rows."""
        with tenant_session(self.desk.engine, self.company.id) as session:
            return session.scalar(text(statement), values) or 0


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What identity's process is told."""
    monkeypatch.setenv("IDENTITY_SECRET", "i" * 32)


@pytest.fixture
def desk(databases: Databases) -> Desk:
    """Identity."""
    return Desk(databases)


@pytest.fixture
def office(desk: Desk) -> Office:
    """A new company."""
    return desk.open_company()
