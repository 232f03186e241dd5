"""Viewings: what a contact was shown before anybody signed, as the document's log tells it."""

from services.chassis.work import Work
from services.contracts.errors import forbidden
from services.contracts.messages import Nothing
from services.contracts.principals import Principal
from services.contracts.proposals.signing import RecordViewing
from services.proposals import foreign_documents, proposals, signing_log
from services.proposals.models import Proposal
from services.proposals.signing_models import ForeignDocument


def record(work: Work, command: RecordViewing) -> Nothing:
    """Enters in the log that the contact was shown a document, as long as it is unsigned."""
    reader = work.principal
    if reader.kind != "contact":
        raise forbidden("Only a contact's viewing is recorded.")
    if _shown(work, reader, command).signed_at is None:
        signing_log.record(work, command.document_id, "viewed", document_sha256=command.document_sha256)
    return Nothing()


def _shown(work: Work, reader: Principal, command: RecordViewing) -> Proposal | ForeignDocument:
    """The document; not_found where the reader does not see it."""
    if work.session.get(ForeignDocument, command.document_id):
        return foreign_documents.visible(work, reader, command.document_id, lock=True)
    return proposals.visible(work, reader, command.document_id, lock=True)
