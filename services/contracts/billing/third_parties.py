"""Third parties, who find a program by policy number and ZIP and pay it without a login."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, SecretStr, StringConstraints

from services.contracts.billing.pay_links import GuestInvoiceView
from services.contracts.billing.programs import ProgramStatus
from services.contracts.messages import Command, Event, Query, View
from services.contracts.money import Money

PolicyNumber = Annotated[str, StringConstraints(min_length=1, max_length=60)]
AnyZip = Annotated[str, StringConstraints(pattern=r"^\s*\d{5}([- ]?\d{4})?\s*$", max_length=20)]


class GuestSessionView(View):
    """The secret that opens what was found, for a while."""

    token: str
    expires_at: datetime


class LookUpProgram(Command[GuestSessionView]):
    """By any of its policy numbers and a ZIP of the insured; several numbers must belong to one program.

    not_found for all that is wrong alike. `amount_due`, that of any invoice that is owed, is a third fact, asked for
    with reason `third_fact_needed` while somebody seems to be guessing. Asked by a guest who has nothing yet.
    """

    remembered: ClassVar[bool] = False
    policy_numbers: Annotated[list[PolicyNumber], Field(min_length=1, max_length=10)]
    zip: AnyZip
    amount_due: Money | None = None


class OpenedGuestSession(View):
    """What a third party's secret stands for; the gateway makes a guest of it."""

    company_id: UUID
    branch_id: UUID
    program_id: UUID
    invoice_ids: list[UUID]


class OpenGuestSession(Query[OpenedGuestSession]):
    """not_found, with reason `guest_session_gone`, where the token is wrong or its time has passed."""

    token: SecretStr


class GuestProgramView(View):
    """A program as a third party sees it: how it stands and what is due, of whom only the initials."""

    status: ProgramStatus
    initials: str
    invoices: list[GuestInvoiceView]
    """By due date, those that are paid too."""


class GetGuestProgram(Query[GuestProgramView]):
    """The one that the guest has found."""


class GuessingNoticed(Event):
    """Somebody seems to be guessing policy numbers at a branch; for a day third parties must name a third fact."""

    branch_id: UUID
    failures: int
    """Wrong look-ups of late, as far as they still count."""
    opened: int
    """Programs that were found and of which nothing has been paid yet, likewise."""
    noticed_at: datetime
    until: datetime
