"""Rows of contacts: known again by customer and e-mail address. Nobody is invited by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import delete, select, tuple_

from services.chassis.imports.kinds import Parsed, Verdict
from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.identity.contacts import AccessChanged
from services.contracts.imports.rows import ContactRow
from services.contracts.messages import new_id
from services.contracts.principals import PropertyRole
from services.identity import audit, references
from services.identity.access_models import ContactRole, Role
from services.identity.imports import places
from services.identity.models import Contact, Customer, PropertyRoleRow

Checked = tuple[Parsed[ContactRow], Verdict]
Links = dict[UUID, PropertyRole]

ROLES: tuple[PropertyRole, ...] = get_args(PropertyRole)


@dataclass
class Made:
    """The contact who is there, and what the row says of them; None leaves what is there."""

    customer: Customer
    row: Contact | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    links: Links | None = None
    role_ids: set[UUID] | None = None
    primary: bool = False


@dataclass(frozen=True)
class _Known:
    """What the rows name, and who is there with what."""

    customers: Mapping[str, references.Match[Customer]]
    places: Mapping[tuple[UUID, str], references.Match[Any]]
    roles: Mapping[str, Role]
    there: Mapping[tuple[UUID, str], Contact]
    links: Mapping[UUID, Links]
    held: Mapping[UUID, set[UUID]]


class Contacts:
    """An empty cell leaves what is there."""

    model = ContactRow
    key = ("customer", "email")
    group = None

    def check(self, work: Work, rows: Sequence[Parsed[ContactRow]], *, lock: bool) -> Mapping[int, Verdict]:
        """Customer, properties and roles are there, and permissions are such as can be given."""
        known = _known(work, [each.values for each in rows], lock=lock)
        verdicts = {each.row: _verdict(each.values, known) for each in rows}
        _check_named_twice(rows, verdicts)
        return verdicts

    def apply(self, work: Work, rows: Sequence[Checked]) -> None:
        """As contacts are made and changed one by one; whoever remembers somebody's access is told in one event."""
        concerned = {made.row.id for _, verdict in rows if (made := verdict.made).row}
        changed = [verdict.made for _, verdict in rows]
        before = [_told(made) if made.row else None for made in changed]
        people = [_kept(work, parsed.values.email, verdict.made) for parsed, verdict in rows]
        work.session.flush()
        _link(work, people, changed)
        for person, made, former in zip(people, changed, before, strict=True):
            _record(work, person, made, former)
            if made.primary and made.customer.primary_contact_id != person.id:
                concerned |= {person.id, made.customer.primary_contact_id or person.id}
                _make_primary(work, made.customer, person)
        if concerned:
            work.announce(AccessChanged(company_id=work.company_id, principal_ids=sorted(concerned)))

    def finish(self, work: Work) -> None:
        """Nothing is left to do."""


def _known(work: Work, rows: Sequence[ContactRow], *, lock: bool) -> _Known:
    customers = references.customers(work, {each.customer for each in rows})
    ids = {name: match.row.id for name, match in customers.items() if match.row}
    named = {
        (ids[each.customer], _split(part)[0]) for each in rows for part in each.properties or () if each.customer in ids
    }
    pairs = [(ids[each.customer], each.email) for each in rows if each.customer in ids]
    found = select(Contact).where(tuple_(Contact.customer_id, Contact.email).in_(pairs)).order_by(Contact.id)
    there = list(work.session.scalars(found.with_for_update() if lock else found))
    roles = work.session.scalars(select(Role).where(Role.company_id == work.company_id))
    return _Known(
        customers,
        references.properties(work, named),
        {each.name.casefold(): each for each in roles},
        {(each.customer_id, each.email): each for each in there},
        *_held(work, [each.id for each in there]),
    )


def _held(work: Work, contact_ids: Sequence[UUID]) -> tuple[dict[UUID, Links], dict[UUID, set[UUID]]]:
    """The properties and the roles of contacts."""
    links: dict[UUID, Links] = {each: {} for each in contact_ids}
    for link in work.session.scalars(select(PropertyRoleRow).where(PropertyRoleRow.contact_id.in_(contact_ids))):
        links[link.contact_id][link.property_id] = link.role
    held: dict[UUID, set[UUID]] = {each: set() for each in contact_ids}
    for holding in work.session.scalars(select(ContactRole).where(ContactRole.contact_id.in_(contact_ids))):
        held[holding.contact_id].add(holding.role_id)
    return links, held


def _verdict(values: ContactRow, known: _Known) -> Verdict:
    verdict = Verdict()
    customer = places.customer(known.customers[values.customer], verdict)
    fields: dict[str, Any] = {"name": values.name} | values.model_dump(include={"phone"}, exclude_none=True)
    if values.permissions is not None:
        fields["permissions"] = _permissions(values.permissions, verdict)
    role_ids = _role_ids(values, known, verdict)
    if customer is None:
        return verdict
    row = known.there.get((customer.id, values.email))
    made = Made(customer, row, fields, _links(values, customer, known, verdict), role_ids, values.primary)
    places.weigh(verdict, row, fields)
    if row and verdict.outcome == "same" and _differs(row, made, known):
        verdict.outcome = "change"
    verdict.made = made
    return verdict


def _check_named_twice(rows: Sequence[Parsed[ContactRow]], verdicts: Mapping[int, Verdict]) -> None:
    """One contact under two references of the customer; what is twice by its text alone was told before."""
    seen: dict[tuple[UUID, str], Parsed[ContactRow]] = {}
    for each in rows:
        verdict = verdicts[each.row]
        if verdict.made is None:
            continue
        first = seen.setdefault((verdict.made.customer.id, each.values.email), each)
        if first.values.customer.casefold() != each.values.customer.casefold():
            verdict.blame("email", f"Row {first.row} has the same customer and email.")


def _differs(row: Contact, made: Made, known: _Known) -> bool:
    """Whether the row says something new of the contact's properties or roles, or makes them the primary."""
    return (
        (made.links is not None and made.links != known.links[row.id])
        or (made.role_ids is not None and made.role_ids != known.held[row.id])
        or (made.primary and made.customer.primary_contact_id != row.id)
    )


def _permissions(names: Sequence[str], verdict: Verdict) -> list[str]:
    unknown = sorted(set(names) - permissions.PERMISSIONS)
    if unknown:
        verdict.blame("permissions", f"There is no permission {unknown[0][:100]}.")
    return sorted(set(names))


def _role_ids(values: ContactRow, known: _Known, verdict: Verdict) -> set[UUID] | None:
    if values.roles is None:
        return None
    found = {name: known.roles.get(name.casefold()) for name in values.roles}
    for name, role in found.items():
        if role is None:
            verdict.blame("roles", f"There is no role {name[:100]}.")
    return {role.id for role in found.values() if role}


def _links(values: ContactRow, customer: Customer, known: _Known, verdict: Verdict) -> Links | None:
    if values.properties is None:
        return None
    links: Links = {}
    for part in values.properties:
        name, role = _split(part)
        place = known.places[customer.id, name].row
        kind = next((each for each in ROLES if each == role), None)
        if place is None:
            verdict.blame("properties", f"The customer has no property {name[:100]}.")
        elif kind is None:
            verdict.blame("properties", f"A role at a property is one of {', '.join(ROLES)}.")
        else:
            links[place.id] = kind
    return links


def _split(part: str) -> tuple[str, str]:
    """A property and the role there, which is `other` where none is named."""
    name, colon, role = part.rpartition(":")
    return (name.strip(), role.strip().lower()) if colon else (part, "other")


def _kept(work: Work, email: str, made: Made) -> Contact:
    if made.row is not None:
        for name, value in made.fields.items():
            setattr(made.row, name, value)
        return made.row
    row = Contact(
        id=new_id(),
        company_id=work.company_id,
        customer_id=made.customer.id,
        email=email,
        status="not_invited",
        **{"permissions": [], "phone": "", **made.fields},
    )
    work.session.add(row)
    return row


def _link(work: Work, people: Sequence[Contact], changes: Sequence[Made]) -> None:
    """Properties and roles instead of any others, for whom the file says some."""
    pairs = list(zip(people, changes, strict=True))
    _link_places(work, [(person, made.links) for person, made in pairs if made.links is not None])
    holding = [(person, made.role_ids) for person, made in pairs if made.role_ids is not None]
    work.session.execute(delete(ContactRole).where(ContactRole.contact_id.in_([each.id for each, _ in holding])))
    work.session.add_all(
        ContactRole(contact_id=person.id, role_id=role_id, company_id=work.company_id)
        for person, role_ids in holding
        for role_id in role_ids
    )


def _link_places(work: Work, linked: Sequence[tuple[Contact, Links]]) -> None:
    """What counts of a contact's permissions at a property stays: a file says nothing of it."""
    people = [each.id for each, _ in linked]
    there = {
        (each.contact_id, each.property_id): each
        for each in work.session.scalars(select(PropertyRoleRow).where(PropertyRoleRow.contact_id.in_(people)))
    }
    for person, links in linked:
        for place, role in links.items():
            row = there.pop((person.id, place), None)
            if row is not None:
                row.role = role
            else:
                work.session.add(
                    PropertyRoleRow(contact_id=person.id, property_id=place, company_id=work.company_id, role=role)
                )
    for row in there.values():
        work.session.delete(row)


def _told(made: Made) -> dict[str, Any]:
    return {name: getattr(made.row, name) for name in made.fields}


def _make_primary(work: Work, customer: Customer, person: Contact) -> None:
    former, customer.primary_contact_id = customer.primary_contact_id, person.id
    before, after = {"primary_contact_id": former}, {"primary_contact_id": person.id}
    audit.record(work, "customer.changed", customer, before=before, after=after)


def _record(work: Work, person: Contact, made: Made, before: dict[str, Any] | None) -> None:
    after = {**made.fields, "email": person.email}
    if made.links is not None:
        after["property_roles"] = [{"property_id": place, "role": role} for place, role in made.links.items()]
    if made.role_ids is not None:
        after["role_ids"] = sorted(made.role_ids)
    if before is None:
        audit.record(work, "contact.created", person, after=after)
    else:
        audit.record(work, "contact.changed", person, before={**before, "email": person.email}, after=after)
