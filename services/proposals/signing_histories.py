"""The logs of documents, as the office reads them."""

from uuid import UUID

from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import forbidden, not_found
from services.contracts.principals import Scope
from services.contracts.proposals.signing import GetSigningEvents, SigningHistoryView
from services.proposals import signing_log
from services.proposals.models import Proposal
from services.proposals.signing_models import ForeignDocument


def find(work: Work, query: GetSigningEvents) -> SigningHistoryView:
    """A document's log, for staff and integrations that may read documents of its kind."""
    if not permissions.may_in_office(work.principal, _scope(work, query.document_id)):
        raise forbidden()
    return signing_log.history(work, query.document_id)


def _scope(work: Work, document_id: UUID) -> Scope:
    if work.session.get(Proposal, document_id):
        return "proposals.read"
    if work.session.get(ForeignDocument, document_id):
        return "programs.read"
    raise not_found()
