"""What files are attached to: whether the principal sees it, and whether they may attach to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import forbidden, not_found
from services.contracts.fieldwork.attachments import AttachmentOwner, OwnerKind
from services.contracts.principals import Permission, Scope
from services.contracts.proposals.quotes import GetQuote
from services.fieldwork import equipment_rows, job_rows, request_rows
from services.fieldwork.request_models import RequestComment


@dataclass(frozen=True)
class Owned:
    """How one kind of owner decides; `see` answers its property, and raises not_found where it is not seen."""

    see: Callable[[Work, AttachmentOwner], UUID]
    may_attach: frozenset[Permission]
    """A contact needs one of these, at the property."""
    may_manage: Scope
    """What the office needs to attach, show and remove."""


def require_seen(work: Work, owner: AttachmentOwner) -> None:
    """Refuses with not_found whatever its owner's own page would not show."""
    _owned(owner).see(work, owner)


def require_may_attach(work: Work, owner: AttachmentOwner) -> None:
    """Refuses who does not see the owner, and who sees it but may not add to it."""
    owned, who = _owned(owner), work.principal
    property_id = owned.see(work, owner)
    if owner.kind == "comment":
        _require_own_comment(work, owner)
    is_contact_who_may = any(permissions.may(who, each, property_id) for each in owned.may_attach)
    if not is_contact_who_may and not permissions.may_in_office(who, owned.may_manage):
        raise forbidden("You have not been given the right to attach files here.")


def require_may_manage(work: Work, owner: AttachmentOwner) -> None:
    """Lets the office show, hide and remove what is attached."""
    owned = _owned(owner)
    owned.see(work, owner)
    if not permissions.may_in_office(work.principal, owned.may_manage):
        raise forbidden()


def changed(work: Work, owner: AttachmentOwner, *, internal: bool) -> None:
    """Tells that what is attached changed; `internal` where no customer sees a difference."""
    if owner.kind == "job":
        job_rows.announce_changed(work, job_rows.seen(work, owner.id, lock=True), internal=internal)
    if owner.kind == "request":
        request_rows.announce_changed(work, request_rows.seen(work, owner.id, lock=True), internal=internal)
    if owner.kind == "comment":
        comment = work.session.get_one(RequestComment, owner.id)
        request = request_rows.seen(work, comment.request_id, lock=True)
        request_rows.announce_changed(work, request, internal=internal or not comment.public)


def _see_job(work: Work, owner: AttachmentOwner) -> UUID:
    return job_rows.seen(work, owner.id).property_id


def _see_equipment(work: Work, owner: AttachmentOwner) -> UUID:
    return equipment_rows.seen(work, owner.id).property_id


def _see_request(work: Work, owner: AttachmentOwner) -> UUID:
    return request_rows.seen(work, owner.id).property_id


def _see_comment(work: Work, owner: AttachmentOwner) -> UUID:
    if owner.parent_id is None:
        raise not_found()
    request_rows.comment_seen(work, owner.parent_id, owner.id)
    return request_rows.seen(work, owner.parent_id).property_id


def _require_own_comment(work: Work, owner: AttachmentOwner) -> None:
    """Refuses a contact who would put a file under what somebody else said."""
    who = work.principal
    if who.kind == "contact" and work.session.get_one(RequestComment, owner.id).author_id != who.id:
        raise forbidden("You can attach files to what you said yourself.")


def _see_quote(work: Work, owner: AttachmentOwner) -> UUID:
    """A quote is the neighbour's, who says whether this principal sees it."""
    return work.ask(GetQuote(quote_id=owner.id)).property.id


_KINDS: Mapping[OwnerKind, Owned] = {
    "job": Owned(_see_job, frozenset({"jobs.create"}), "jobs.write"),
    "equipment": Owned(_see_equipment, frozenset({"equipment.create", "equipment.edit"}), "jobs.write"),
    "request": Owned(_see_request, frozenset({"requests.create", "requests.comment"}), "requests.write"),
    "comment": Owned(_see_comment, frozenset({"requests.comment"}), "requests.write"),
    "quote": Owned(_see_quote, frozenset({"quotes.create"}), "quotes.write"),
}


def _owned(owner: AttachmentOwner) -> Owned:
    return _KINDS[owner.kind]
