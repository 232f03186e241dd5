"""Postal addresses in forms."""

from gateway.office.sending import Typed
from services.contracts.snapshots import Address

ADDRESS_SENTENCES = {
    "line1": "Enter the street.",
    "line2": "Enter at most 200 characters.",
    "city": "Enter the city.",
    "state": "Enter the state as two letters, such as TX.",
    "zip": "Enter a ZIP such as 78701 or 78701-1234.",
}


def address_typed(typed: Typed) -> dict[str, str]:
    """The parts of an address as they were typed."""
    return {
        "line1": typed["line1"],
        "line2": typed["line2"].strip(),
        "city": typed["city"],
        "state": typed["state"].strip().upper(),
        "zip": typed["zip"].strip(),
    }


def address_values(address: Address) -> dict[str, str]:
    """An address as a form's values."""
    return address.model_dump()
