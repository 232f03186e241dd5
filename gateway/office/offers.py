"""What a proposal offers, as a form: services with their lines, each a row of fields, and as many as are asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.office.sending import Typed
from gateway.pages.formats import plain_amount, read_amount, read_percent
from services.contracts.proposals.proposals import ServiceView

CURRENCY = "USD"
MOST_SERVICES, MOST_LINES = 30, 30
"""That can be added in the form; what the API has made stays, however much it is."""

_LINE = ("what", "quantity", "price", "tax")
_NO_NAME = "Name the service."
_NO_LINES = "Say in at least one line what the service costs."
_NO_QUANTITY = "Enter a whole number from 1 on."
_NO_PRICE = "Enter a price such as 120 or 1,200.50."
_NO_TAX = "Enter the tax in percent, such as 8.25, from 0 to 30."
_NO_WHAT = "Say what the line is for."


@dataclass(frozen=True)
class Rows:
    """How many fields the form shows: for each service how many lines."""

    lines: tuple[int, ...] = (1,)

    def numbered(self) -> Iterator[tuple[int, range]]:
        """Each service's number and its lines' numbers."""
        yield from ((number, range(count)) for number, count in enumerate(self.lines))

    def grown(self, add: str) -> "Rows":
        """With one row more: `service`, or the number of the service that gets a line."""
        if add == "service" and len(self.lines) < MOST_SERVICES:
            return replace(self, lines=(*self.lines, 1))
        if add.isdecimal() and int(add) < len(self.lines) and self.lines[int(add)] < MOST_LINES:
            at = int(add)
            return replace(self, lines=(*self.lines[:at], self.lines[at] + 1, *self.lines[at + 1 :]))
        return self


def rows_typed(typed: Typed) -> Rows:
    """The rows of the form that was sent."""
    counts: list[int] = []
    while f"name-{len(counts)}" in typed.values:
        number, lines = len(counts), 0
        while f"price-{number}-{lines}" in typed.values:
            lines += 1
        counts.append(lines)
    return Rows(tuple(counts) or (1,))


def offered(services: Sequence[ServiceView]) -> tuple[Rows, dict[str, str]]:
    """The rows and the texts for services that are there, in the order that the proposal has them."""
    values: dict[str, str] = {}
    for number, service in enumerate(services):
        values |= {f"name-{number}": service.name, f"about-{number}": service.description}
        for at, line in enumerate(service.lines or []):
            values |= {
                f"what-{number}-{at}": line.description,
                f"quantity-{number}-{at}": str(line.quantity),
                f"price-{number}-{at}": plain_amount(line.unit_price),
                f"tax-{number}-{at}": f"{line.tax_percent.normalize():f}" if line.tax_percent else "",
            }
    return Rows(tuple(len(service.lines or []) for service in services) or (1,)), values


def services_typed(typed: Typed, errors: dict[str, str]) -> list[dict[str, Any]]:
    """The services as messages say them; what is wrong is added to `errors`. Rows left empty are left out."""
    found = []
    for number, lines in rows_typed(typed).numbered():
        filled = [at for at in lines if any(typed[f"{part}-{number}-{at}"].strip() for part in _LINE)]
        named = typed[f"name-{number}"].strip()
        if not named and not filled:
            continue
        if not named:
            errors[f"name-{number}"] = _NO_NAME
        if not filled:
            errors[f"what-{number}-0"] = _NO_LINES
        found.append(
            {
                "name": named,
                "description": typed[f"about-{number}"].strip(),
                "optional": f"optional-{number}" in typed.values,
                "lines": [_line(typed, f"{number}-{at}", errors) for at in filled],
            }
        )
    return found


def _line(typed: Typed, place: str, errors: dict[str, str]) -> Mapping[str, Any]:
    what, quantity = typed[f"what-{place}"].strip(), typed[f"quantity-{place}"].strip() or "1"
    price, tax = read_amount(typed[f"price-{place}"], CURRENCY), read_percent(typed[f"tax-{place}"])
    if not what:
        errors[f"what-{place}"] = _NO_WHAT
    if not (quantity.isdecimal() and quantity.isascii() and 1 <= int(quantity) <= 100_000):
        errors[f"quantity-{place}"] = _NO_QUANTITY
    if price is None:
        errors[f"price-{place}"] = _NO_PRICE
    if tax is None:
        errors[f"tax-{place}"] = _NO_TAX
    return {"description": what, "quantity": quantity, "unit_price": price, "tax_percent": tax}
