"""Rows of properties: known again by external id, and changed to what the file says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from services.chassis.imports.kinds import Parsed, Verdict
from services.chassis.work import Work
from services.contracts.identity.contacts import AccessChanged
from services.contracts.imports.rows import PropertyRow
from services.identity import audit, references
from services.identity.imports import places
from services.identity.models import Customer, Property, PropertyRoleRow, StaffMember

Checked = tuple[Parsed[PropertyRow], Verdict]


@dataclass(frozen=True)
class Made:
    """The property that is there, and what the row says of it."""

    row: Property | None
    fields: dict[str, Any]


@dataclass(frozen=True)
class _Known:
    """What the rows name."""

    there: Mapping[str, Property]
    customers: Mapping[str, references.Match[Customer]]
    branches: places.Branches
    staff: Mapping[str, StaffMember]


class Properties:
    """An empty cell leaves what is there; a property stays with its customer."""

    model = PropertyRow
    key = ("external_id",)
    group = None

    def check(self, work: Work, rows: Sequence[Parsed[PropertyRow]], *, lock: bool) -> Mapping[int, Verdict]:
        """Customer, branch and staff are the company's own, and the staff hold the roles they are named for."""
        emails = {email for each in rows for email in (each.values.sales_rep, each.values.account_owner) if email}
        known = _Known(
            places.known_again(work, Property, {each.values.external_id for each in rows}, lock=lock),
            references.customers(work, {each.values.customer for each in rows}),
            places.Branches.of(work),
            places.staff(work, emails),
        )
        return {each.row: _verdict(each.values, known) for each in rows}

    def apply(self, work: Work, rows: Sequence[Checked]) -> None:
        """As properties are made and changed one by one."""
        moved = [verdict.made.row.id for _, verdict in rows if verdict.made.row and _change(work, verdict.made)]
        if moved:
            linked = select(PropertyRoleRow.contact_id).where(PropertyRoleRow.property_id.in_(moved)).distinct()
            people = list(work.session.scalars(linked))
            work.announce(AccessChanged(company_id=work.company_id, principal_ids=people))
        work.session.add_all(
            Property(company_id=work.company_id, external_id=parsed.values.external_id, **verdict.made.fields)
            for parsed, verdict in rows
            if verdict.made.row is None
        )

    def finish(self, work: Work) -> None:
        """Nothing is left to do."""


def _verdict(values: PropertyRow, known: _Known) -> Verdict:
    verdict, row = Verdict(), known.there.get(values.external_id)
    customer = places.customer(known.customers[values.customer], verdict)
    if row and customer and row.customer_id != customer.id:
        verdict.blame("customer", "This property is another customer's.")
    fields: dict[str, Any] = {"name": values.name, "address": values.address().model_dump(mode="json")}
    fields |= _people(values, known, verdict)
    if row is None and customer:
        fields |= {"customer_id": customer.id, "branch_id": customer.home_branch_id}
    if values.branch and (branch := known.branches.found(values.branch, verdict)):
        fields["branch_id"] = branch.id
    places.weigh(verdict, row, fields)
    verdict.made = Made(row, fields)
    return verdict


def _people(values: PropertyRow, known: _Known, verdict: Verdict) -> dict[str, Any]:
    found = {}
    if values.sales_rep and (member := places.holder(known.staff, values.sales_rep, "sales_rep", verdict)):
        found["sales_rep_id"] = member.id
    if values.account_owner and (member := places.holder(known.staff, values.account_owner, "account_owner", verdict)):
        found["account_owner_id"] = member.id
    return found


def _change(work: Work, made: Made) -> bool:
    """Whether another branch's portal shows it from now on."""
    assert made.row
    before = {name: getattr(made.row, name) for name in made.fields}
    for name, value in made.fields.items():
        setattr(made.row, name, value)
    audit.record(work, "property.changed", made.row, before=before, after=made.fields)
    return before.get("branch_id") != made.fields.get("branch_id")
