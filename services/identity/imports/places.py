"""What the rows of several kinds name: branches, customers, staff; and rows that are known again by external id."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select

from services.chassis.imports.kinds import Verdict
from services.chassis.work import Work
from services.contracts.principals import StaffRole
from services.identity.models import Branch, Customer, Property, StaffMember
from services.identity.references import Match

Row = TypeVar("Row", Customer, Property)


def known_again(work: Work, kind: type[Row], external_ids: Collection[str], *, lock: bool) -> dict[str, Row]:
    """The rows that are there already, by external id."""
    found = select(kind).where(kind.company_id == work.company_id, kind.external_id.in_(external_ids)).order_by(kind.id)
    rows = work.session.scalars(found.with_for_update() if lock else found)
    return {row.external_id or "": row for row in rows}


@dataclass(frozen=True)
class Branches:
    """The company's branches, by name and by the address of their portal."""

    named: Mapping[str, Branch]
    only: Branch | None

    @classmethod
    def of(cls, work: Work) -> "Branches":
        """All of them: they are few."""
        rows = list(work.session.scalars(select(Branch).where(Branch.company_id == work.company_id)))
        named = {each.name.casefold(): each for each in rows} | {each.slug: each for each in rows}
        return cls(named, rows[0] if len(rows) == 1 else None)

    def found(self, name: str | None, verdict: Verdict) -> Branch | None:
        """The branch of that name, or the only one; blames the row where it cannot be told."""
        branch = self.named.get(name.casefold()) if name else self.only
        if branch is None:
            verdict.blame("branch", "You have no such branch." if name else "Name the branch: you have several.")
        return branch


def customer(match: Match[Customer], verdict: Verdict) -> Customer | None:
    """The customer that a row names; blames the row where there is none, or more than one."""
    if match.several:
        verdict.blame("customer", "Several customers have this name. Write the external_id.")
    elif match.row is None:
        verdict.blame("customer", "There is no such customer.")
    return match.row


def staff(work: Work, emails: Collection[str]) -> dict[str, StaffMember]:
    """The company's staff members with these addresses."""
    found = select(StaffMember).where(StaffMember.company_id == work.company_id, StaffMember.email.in_(emails))
    return {each.email: each for each in work.session.scalars(found)}


def holder(members: Mapping[str, StaffMember], email: str, role: StaffRole, verdict: Verdict) -> StaffMember | None:
    """The staff member who holds the role; blames the row where there is none."""
    member = members.get(email)
    if member is None:
        verdict.blame(role, "There is no staff member with this e-mail address.")
    elif role not in member.roles:
        verdict.blame(role, f"This staff member does not hold the role {role}.")
    return member


def weigh(verdict: Verdict, row: object | None, fields: Mapping[str, Any]) -> None:
    """Says what the row would do to what is there."""
    if row is not None:
        differs = any(getattr(row, name) != value for name, value in fields.items())
        verdict.outcome = "change" if differs else "same"
