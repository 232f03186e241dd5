"""Rows of customers: known again by external id, and changed to what the file says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from services.chassis.imports.kinds import Parsed, Verdict
from services.chassis.work import Work
from services.contracts.identity.contacts import AccessChanged
from services.contracts.imports.rows import CustomerRow
from services.identity import audit
from services.identity.imports import places
from services.identity.models import Contact, Customer

Checked = tuple[Parsed[CustomerRow], Verdict]


@dataclass(frozen=True)
class Made:
    """The customer who is there, and what the row says of them."""

    row: Customer | None
    fields: dict[str, Any]


class Customers:
    """An empty cell leaves what is there."""

    model = CustomerRow
    key = ("external_id",)
    group = None

    def check(self, work: Work, rows: Sequence[Parsed[CustomerRow]], *, lock: bool) -> Mapping[int, Verdict]:
        """Each names a branch, unless there is but one or the customer is known."""
        there = places.known_again(work, Customer, {each.values.external_id for each in rows}, lock=lock)
        branches = places.Branches.of(work)
        return {each.row: _verdict(each.values, there.get(each.values.external_id), branches) for each in rows}

    def apply(self, work: Work, rows: Sequence[Checked]) -> None:
        """As customers are made and changed one by one."""
        moved = [verdict.made.row.id for _, verdict in rows if verdict.made.row and _change(work, verdict.made)]
        if moved:
            people = work.session.scalars(select(Contact.id).where(Contact.customer_id.in_(moved)))
            work.announce(AccessChanged(company_id=work.company_id, principal_ids=list(people)))
        work.session.add_all(
            Customer(company_id=work.company_id, external_id=parsed.values.external_id, **verdict.made.fields)
            for parsed, verdict in rows
            if verdict.made.row is None
        )

    def finish(self, work: Work) -> None:
        """Nothing is left to do."""


def _verdict(values: CustomerRow, row: Customer | None, branches: places.Branches) -> Verdict:
    verdict = Verdict()
    fields: dict[str, Any] = {"name": values.name, "mailing_address": values.address().model_dump(mode="json")}
    fields |= values.model_dump(include={"phone", "email"}, exclude_none=True)
    if row is None or values.branch:
        branch = branches.found(values.branch, verdict)
        fields["home_branch_id"] = branch.id if branch else None
    places.weigh(verdict, row, fields)
    verdict.made = Made(row, fields)
    return verdict


def _change(work: Work, made: Made) -> bool:
    """Whether the customer's people now go to another branch."""
    assert made.row
    before = {name: getattr(made.row, name) for name in made.fields}
    for name, value in made.fields.items():
        setattr(made.row, name, value)
    audit.record(work, "customer.changed", made.row, before=before, after=made.fields)
    return before.get("home_branch_id") != made.fields.get("home_branch_id")
