"""What a contact may hand on to a colleague, as a form shows it: never more than they have themselves."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from starlette.datastructures import FormData

from gateway.auth import Caller
from gateway.pages.forms import many, texts
from gateway.paging import every
from services.contracts import permissions
from services.contracts.identity.contacts import ContactView, PropertyRoleView
from services.contracts.identity.customers import ListProperties, PropertyView
from services.contracts.permissions import GRID
from services.contracts.principals import Permission, Principal, PropertyRole

ROLES: Mapping[PropertyRole, str] = {
    "primary": "Primary: signs and pays",
    "billing": "Billing: signs, and pays the invoices made out to them",
    "other": "Other: takes part, without signing or paying",
}

LABELS: Mapping[str, str] = {
    "details": "My Details",
    "contacts": "Colleagues",
    "payment_methods": "Payment methods",
    "details.view": "See them",
    "details.edit": "Edit them",
    "contacts.manage": "Add colleagues, and say what they may do",
    "invoices.view": "See invoices and payments",
    "invoices.pay": "Pay",
    "payment_methods.manage": "Add and remove them",
    "autopay.manage": "Switch it on and off",
    "programs.view": "See programs and policies",
    "programs.sign": "Choose the plan and sign",
    "proposals.view": "See proposals",
    "proposals.sign": "Sign",
    "quotes.view_own": "See their own",
    "quotes.view": "See all",
    "quotes.create": "Ask for quotes",
    "jobs.view_own": "See their own",
    "jobs.view": "See all",
    "jobs.create": "Book jobs",
    "visits.view": "See visits",
    "equipment.view": "See equipment",
    "equipment.create": "Add equipment",
    "equipment.edit": "Edit equipment",
    "requests.view": "See requests",
    "requests.create": "Raise requests",
    "requests.comment": "Comment",
}
"""What the grid's rows and permissions are called; a row that is not named here is called what it is."""


@dataclass(frozen=True)
class Right:
    """A permission that may be given, and whether the colleague has it."""

    permission: Permission
    label: str
    held: bool


@dataclass(frozen=True)
class Place:
    """A property, what the colleague is there, and what they may be."""

    id: UUID
    name: str
    role: PropertyRole | None
    roles: tuple[PropertyRole, ...]
    limit: tuple[Permission, ...] | None
    """What of their permissions counts there; None is all of them."""


@dataclass(frozen=True)
class Rights:
    """A colleague's rights: those that the form shows, and those that it leaves as they are."""

    groups: Mapping[str, tuple[Right, ...]]
    places: tuple[Place, ...]
    other_permissions: tuple[Permission, ...] = ()
    other_places: tuple[PropertyRoleView, ...] = ()
    editable: bool = True

    @property
    def permissions(self) -> list[Permission]:
        """All of the colleague's permissions."""
        return [*self.other_permissions, *(each.permission for each in self._rights() if each.held)]

    @property
    def property_roles(self) -> list[PropertyRoleView]:
        """All of the colleague's properties."""
        here = (
            PropertyRoleView(property_id=each.id, role=each.role, permissions=each.limit and list(each.limit))
            for each in self.places
            if each.role
        )
        return [*self.other_places, *here]

    def chosen(self, sent: FormData) -> "Rights":
        """The same with what a form says; what it could not have offered is refused where the rights are given."""
        ticked, typed = set(many(sent, "permission")), texts(sent)
        groups = {
            name: tuple(replace(each, held=each.permission in ticked) for each in rights)
            for name, rights in self.groups.items()
        }
        places = tuple(replace(each, role=_role(typed.get(f"role-{each.id}", ""))) for each in self.places)
        return replace(self, groups=groups, places=places)

    def _rights(self) -> Iterator[Right]:
        for rights in self.groups.values():
            yield from rights


def _role(typed: str) -> PropertyRole | None:
    return next((role for role in ROLES if role == typed), None)


async def rights_of(visitor: Caller, colleague: ContactView | None = None) -> Rights:
    """The rights that the visitor may give, with those of the colleague, or of somebody who has none yet."""
    known = await every(visitor, ListProperties())
    principal = visitor.principal
    held = frozenset(colleague.effective_permissions) if colleague else frozenset[Permission]()
    roles = {each.property_id: each for each in colleague.property_roles} if colleague else {}
    groups = dict(_groups(principal, held))
    shown = {each.permission for rights in groups.values() for each in rights}
    places = tuple(_place(principal, each, roles.get(each.id)) for each in sorted(known, key=_name))
    here = {each.id for each in places}
    return Rights(
        groups,
        places,
        tuple(sorted(held - shown)),
        tuple(each for each in roles.values() if each.property_id not in here),
        _may_change(principal, colleague, held, here),
    )


def _groups(principal: Principal, held: Iterable[Permission]) -> Iterator[tuple[str, tuple[Right, ...]]]:
    """The rows of the grid that are of use in this portal, with what the principal has of them."""
    for name, row in GRID.items():
        mine = [each for each in row if permissions.may(principal, each)]
        if mine:
            yield (
                LABELS.get(name, name.capitalize()),
                tuple(Right(each, LABELS[each], each in held) for each in mine),
            )


def _place(principal: Principal, place: PropertyView, present: PropertyRoleView | None) -> Place:
    own = principal.access_at(place.id)
    limit = present.permissions if present else sorted(own.permissions) if own and own.permissions is not None else None
    return Place(
        id=place.id,
        name=place.name,
        role=present.role if present else None,
        roles=tuple(role for role in ROLES if permissions.may_give_role(principal, place.id, role)),
        limit=None if limit is None else tuple(limit),
    )


def _name(place: PropertyView) -> str:
    return place.name.casefold()


def _may_change(
    principal: Principal, colleague: ContactView | None, held: frozenset[Permission], here: set[UUID]
) -> bool:
    """Nobody changes themselves or whoever has more rights; what is unknown here, the service decides."""
    if colleague is None:
        return True
    shown = [each for each in colleague.property_roles if each.property_id in here]
    return (
        colleague.id != principal.id
        and permissions.within(principal, held)
        and all(permissions.may_give_role(principal, each.property_id, each.role) for each in shown)
    )
