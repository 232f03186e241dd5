"""The company's staff, and their second factor."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import SecretStr

from services.contracts.identity.people import ContactStatus, Email, PersonName, Phone
from services.contracts.messages import Command, Limit, Nothing, Page, Query, View
from services.contracts.principals import StaffRole


class StaffView(View):
    id: UUID
    name: str
    email: str
    phone: str | None
    roles: list[StaffRole]
    status: ContactStatus
    last_sign_in_at: datetime | None = None
    has_totp: bool = False


class CreateStaffMember(Command[StaffView]):
    """A new staff member, who is invited by mail."""

    name: PersonName
    email: Email
    phone: Phone | None = None
    roles: list[StaffRole]


class ListStaff(Query[Page[StaffView]]):
    cursor: str | None = None
    limit: Limit = 50


class GetStaffMember(Query[StaffView]):
    staff_id: UUID


class ChangeStaffMember(Command[StaffView]):
    """Only what is given changes; a company keeps at least one active administrator."""

    staff_id: UUID
    name: PersonName | None = None
    phone: Phone | None = None
    roles: list[StaffRole] | None = None
    status: Literal["active", "disabled"] | None = None


class ResetTotp(Command[StaffView]):
    """Takes a colleague's second factor away, who has lost it."""

    staff_id: UUID


class TotpSecretView(View):
    """What an authenticator app is given; a secret, told only until it is confirmed."""

    secret: str
    uri: str


class StartTotp(Command[TotpSecretView]):
    """A fresh secret for the principal; it counts once a code of it was given."""

    remembered: ClassVar[bool] = False


class RecoveryCodesView(View):
    """Each opens the office once in place of a code; told only now."""

    codes: list[str]


class ConfirmTotp(Command[RecoveryCodesView]):
    """Sets the second factor up, given a code of the secret that was started."""

    remembered: ClassVar[bool] = False
    code: SecretStr


class RemoveTotp(Command[Nothing]):
    """Takes the principal's second factor away, given a code; refused where the company asks for one."""

    remembered: ClassVar[bool] = False
    code: SecretStr
