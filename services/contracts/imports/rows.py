"""The columns of the files that can be imported; each field's description is what people are told to write."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.contracts.identity.people import Email, PersonName, Phone
from services.contracts.imports.cells import Agreed, Cents, Day, Parts, Reference, State, Zip
from services.contracts.money import TaxPercent
from services.contracts.snapshots import Address, Name, Text


def _column(says: str, example: str, **default: Any) -> Any:
    return Field(description=says, examples=[example], **default)


OWN_REFERENCE = "Write what your other system calls it, at most 200 characters; it is known again by that."
CUSTOMER = "Write a customer's external_id, or their name where only one customer has it."
AMOUNT = "Write an amount such as 1234.50."
DAY = "Write a date such as 2026-03-31 or 3/31/2026."
OPTIONAL_DAY = f"{DAY} May be empty."


class Row(BaseModel):
    """A row whose empty cells are left out; on a change those leave what is there."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _Place(Row):
    external_id: Reference = _column(OWN_REFERENCE, "1001")
    name: Name = _column("Write a name of at most 200 characters.", "Lakeside Commons")
    line1: Name = _column("Write the street, at most 200 characters.", "1 Lake Way")
    line2: Annotated[str, Field(max_length=200)] = _column("At most 200 characters; may be empty.", "", default="")
    city: Name = _column("Write the city.", "Austin")
    state: State = _column("Write a state of two letters, such as TX.", "TX")
    zip: Zip = _column("Write a ZIP code such as 78701 or 78701-1234.", "78701")

    def address(self) -> Address:
        """The postal address of the row."""
        return Address(line1=self.line1, line2=self.line2, city=self.city, state=self.state, zip=self.zip)


class CustomerRow(_Place):
    """Known again by `external_id`: a customer who is there is changed to what the row says."""

    branch: Reference | None = _column(
        "Write the name or the portal address of one of your branches; may be empty where you have only one.",
        "evergreen-austin",
        default=None,
    )
    phone: Phone | None = _column(
        "Write a phone number with digits and + ( ) . - / x only; may be empty.", "", default=None
    )
    email: Email | None = _column("Write an e-mail address such as name@example.com; may be empty.", "", default=None)


class PropertyRow(_Place):
    """Known again by `external_id`: a property that is there is changed to what the row says."""

    customer: Reference = _column(CUSTOMER, "1001")
    branch: Reference | None = _column(
        "Write the name or the portal address of the branch that serves it; empty means the customer's.",
        "evergreen-austin",
        default=None,
    )
    sales_rep: Email | None = _column(
        "Write the e-mail address of a staff member who is a sales rep; may be empty.", "", default=None
    )
    account_owner: Email | None = _column(
        "Write the e-mail address of a staff member who is an account owner; may be empty.", "", default=None
    )


class ContactRow(Row):
    """Known again by customer and e-mail address. Nobody is invited by an import."""

    customer: Reference = _column(CUSTOMER, "1001")
    email: Email = _column("Write an e-mail address such as name@example.com.", "pat@example.com")
    name: PersonName = _column("Write a name of at most 200 characters, on one line.", "Pat Example")
    phone: Phone | None = _column(
        "Write a phone number with digits and + ( ) . - / x only; may be empty.", "", default=None
    )
    permissions: Parts | None = _column(
        "Write permissions such as invoices.view|invoices.pay, with a bar between them; may be empty.",
        "invoices.view|invoices.pay",
        default=None,
    )
    roles: Parts | None = _column("Write the names of roles, with a bar between them; may be empty.", "", default=None)
    properties: Parts | None = _column(
        "Write properties with the role there, such as 2001:primary|2002:billing; may be empty.",
        "2001:primary",
        default=None,
    )
    primary: Agreed = _column(
        "Write yes for the customer's primary contact, or no; may be empty.", "yes", default=False
    )


class InvoiceRow(Row):
    """Known again by `external_id`: an invoice that is there is left as it is."""

    external_id: Reference = _column(OWN_REFERENCE, "I-3001")
    customer: Reference = _column(CUSTOMER, "1001")
    property: Reference | None = _column(
        "Write the external_id or the name of a property of the customer; may be empty.", "2001", default=None
    )
    service: Name = _column("Write what is billed, at most 200 characters.", "Mowing in March")
    description: Text | None = _column("At most 10,000 characters; may be empty.", "", default=None)
    quantity: Annotated[int, Field(ge=1, le=100_000)] = _column(
        "Write a whole number from 1 to 100000; empty means 1.", "1", default=1
    )
    unit_price: Cents = _column(AMOUNT, "1234.50")
    tax_percent: TaxPercent = _column("Write a percentage from 0 to 30, such as 8.25.", "8.25", default=Decimal(0))
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = _column(
        "Write your company's currency, such as USD; may be empty.", "USD", default=None
    )
    issued_on: Day | None = _column(OPTIONAL_DAY, "2026-03-01", default=None)
    due_on: Day | None = _column(OPTIONAL_DAY, "2026-03-31", default=None)
    status: Literal["draft", "shared"] = _column(
        "Write draft, or shared where the customer owes it from now on; empty means draft.", "draft", default="draft"
    )


class PolicyRow(Row):
    """Rows with the same `program` make one draft; a program that is there is left as it is."""

    program: Reference = _column(
        "Write what your other system calls the insured's package; its policies have the same.", "PK-4001"
    )
    program_name: Name | None = _column("The package's name; may be empty.", "2026 package", default=None)
    customer: Reference = _column(CUSTOMER, "1001")
    kind: Literal["policy", "quote"] = _column("Write policy or quote; empty means policy.", "policy", default="policy")
    number: Annotated[str, Field(min_length=3, max_length=60)] = _column(
        "Write the policy's number, 3 to 60 characters.", "HIA-GL-1001"
    )
    carrier: Name = _column("Write the carrier, at most 200 characters.", "Gulf Mutual")
    line: Name = _column("Write the line of business, at most 200 characters.", "General Liability")
    premium: Cents = _column(AMOUNT, "12000.00")
    taxes: Cents = _column(f"{AMOUNT} May be empty.", "480.00", default=0)
    earned_fees: Cents = _column(f"{AMOUNT} May be empty.", "150.00", default=0)
    unearned_fees: Cents = _column(f"{AMOUNT} May be empty.", "0.00", default=0)
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = _column(
        "Write your company's currency, such as USD; may be empty.", "USD", default=None
    )
    effective_on: Day = _column(DAY, "2026-04-01")
    expires_on: Day = _column(DAY, "2027-04-01")
