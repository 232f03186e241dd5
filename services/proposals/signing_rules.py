"""Who signs the documents of other services, without input, output or clock; of proposals `rules` says it."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.contracts import permissions
from services.contracts.errors import DomainError, conflict, forbidden
from services.contracts.principals import Principal
from services.contracts.proposals.signing import DocumentKind

_BREAKING = frozenset({"Cc", "Zl", "Zp"})
_REORDERING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""What may stand in no name: control characters, line ends, and overrides of the direction of writing."""


@dataclass(frozen=True)
class DocumentStanding:
    """What the rules need to know of a document of another service."""

    kind: DocumentKind
    customer_id: UUID
    branch_id: UUID
    signed: bool
    withdrawn: bool
    expires_on: date | None


def sees(principal: Principal, document: DocumentStanding) -> bool:
    """The office sees all of the company's; a contact their customer's, in the branch's portal."""
    if permissions.may_in_office(principal, "programs.read"):
        return True
    return (
        principal.portal is not None
        and document.branch_id == principal.portal.branch_id
        and document.customer_id == principal.customer_id
        and permissions.may(principal, "programs.view")
    )


def refusal_to_sign(principal: Principal, document: DocumentStanding, today: date) -> DomainError | None:
    """Why this principal cannot sign a document that they see, or None; `today` is the branch's date."""
    if principal.kind != "contact" or principal.session_id is None or principal.viewer is not None:
        return forbidden("Only a contact of the customer, signed in to the portal, can sign.")
    if not permissions.may(principal, "programs.sign"):
        return forbidden("You are not permitted to sign agreements.")
    if not principal.is_customer_primary:
        return forbidden("Only the customer's primary contact can sign.")
    if document.withdrawn:
        return conflict("This agreement was replaced or withdrawn.", reason="withdrawn")
    if document.signed:
        return conflict("This agreement is signed already.", reason="already_signed")
    if document.expires_on is not None and today > document.expires_on:
        return conflict("This agreement has expired.", reason="expired")
    return None


def is_legible(name: str) -> bool:
    """Whether a typed name can be read as it stands: with a letter, and nothing that breaks or reorders its line."""
    has_letter = any(each.isalpha() for each in name)
    return has_letter and not any(
        unicodedata.category(each) in _BREAKING or unicodedata.bidirectional(each) in _REORDERING for each in name
    )
