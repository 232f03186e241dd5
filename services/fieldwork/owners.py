"""What files are attached to: whether the principal sees it, and whether they may attach to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import forbidden, invalid
from services.contracts.fieldwork.attachments import AttachmentOwner, OwnerKind
from services.contracts.principals import Permission, Principal, Scope
from services.fieldwork import request_rows


@dataclass(frozen=True)
class Owned:
    """How one kind of owner decides; `see` raises not_found where the principal does not see it."""

    see: Callable[[Work, AttachmentOwner], object]
    may_attach: frozenset[Permission]
    """A contact needs one of these."""
    may_manage: Scope
    """What the office needs to attach, show and remove."""


def require_seen(work: Work, owner: AttachmentOwner) -> None:
    """Refuses with not_found whatever its owner's own page would not show."""
    _owned(owner).see(work, owner)


def require_may_attach(work: Work, owner: AttachmentOwner) -> None:
    """Refuses who does not see the owner, and who sees it but may not add to it."""
    require_seen(work, owner)
    owned, who = _owned(owner), work.principal
    if not (permissions.may_in_office(who, owned.may_manage) or _is_contact_who_may(who, owned)):
        raise forbidden("You have not been given the right to attach files here.")


def require_may_manage(work: Work, owner: AttachmentOwner) -> None:
    """Lets the office show, hide and remove what is attached."""
    require_seen(work, owner)
    if not permissions.may_in_office(work.principal, _owned(owner).may_manage):
        raise forbidden()


def _is_contact_who_may(who: Principal, owned: Owned) -> bool:
    return any(permissions.may(who, each) for each in owned.may_attach)


def _owned(owner: AttachmentOwner) -> Owned:
    if owner.kind not in _KINDS:
        raise invalid("Nothing can be attached to this.", field="owner")
    return _KINDS[owner.kind]


def _see_request(work: Work, owner: AttachmentOwner) -> object:
    return request_rows.seen(work, owner.id)


def _see_comment(work: Work, owner: AttachmentOwner) -> object:
    if owner.parent_id is None:
        raise invalid("A comment's attachment names its request.", field="owner")
    return request_rows.comment_seen(work, owner.parent_id, owner.id)


_KINDS: Mapping[OwnerKind, Owned] = {
    "request": Owned(_see_request, frozenset({"requests.create", "requests.comment"}), "requests.write"),
    "comment": Owned(_see_comment, frozenset({"requests.comment"}), "requests.write"),
}
