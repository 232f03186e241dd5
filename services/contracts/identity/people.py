"""What identity says of people everywhere: e-mail addresses, passwords, telephone numbers, where a call came from."""

from typing import Annotated, Any, Literal

from email_validator import validate_email
from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from services.contracts.messages import View
from services.contracts.snapshots import Name


def _email(value: str) -> str:
    """The address in one spelling, if any mail server takes it; `.test` is where the demo's people live."""
    checked = validate_email(value, check_deliverability=False, test_environment=True, allow_smtputf8=False)
    return checked.normalized.lower()


PersonName = Annotated[Name, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$")]
"""On one line: mails greet people by it, and whoever adds somebody must not write the rest of the mail with it."""
Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(_email)]
Password = Annotated[SecretStr, Field(min_length=12, max_length=200)]
ContactStatus = Literal["not_invited", "invited", "active", "disabled"]
Search = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
"""The beginning of a name or an e-mail address, in any case; empty finds all."""
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40, pattern=r"^[0-9+().\-/ x]*$")]
"""As people write it; empty where there is none."""
PersonKind = Literal["contact", "staff"]
Json = dict[str, Any]


class Client(View):
    """Where a call came from, as the gateway saw it."""

    ip: str
    user_agent: str = ""
