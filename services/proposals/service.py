"""The proposals service: its table of contents."""

from uuid import UUID

from services.chassis.service import Service, on, rpc, worklist
from services.chassis.work import Steps, Work
from services.contracts.billing.finance import AgreementReadyToSign, AgreementWithdrawn
from services.contracts.files import FileView
from services.contracts.messages import Page
from services.contracts.proposals.proposals import (
    ChangeProposal,
    CreateProposal,
    DeclineProposal,
    DeliverProposal,
    GetProposal,
    GetProposalPdf,
    GetRevisionPdf,
    ListProposals,
    MoveProposal,
    ProposalSummary,
    ProposalView,
    ResetProposal,
)
from services.contracts.proposals.quotes import (
    CreateQuote,
    FinalizeQuote,
    GetQuote,
    ListQuotes,
    QuoteSummary,
    QuoteView,
)
from services.contracts.proposals.signing import (
    GetSignableDocument,
    GetSigningEvents,
    SignableDocumentView,
    SignatureView,
    SignDocument,
    SigningHistoryView,
    SignProposal,
    VerificationView,
    VerifyDocument,
)
from services.proposals import (
    declining,
    drafts,
    foreign_documents,
    notices,
    proposals,
    quotes,
    revisions,
    seals,
    signatures,
    signing_histories,
    verifications,
)


class Proposals(Service):
    """Offers with optional services, and the signatures that accept them."""

    name = "proposals"

    # The office

    @rpc
    def create_proposal(self, work: Work, command: CreateProposal) -> ProposalView:
        return drafts.create(work, command)

    @rpc
    def change_proposal(self, work: Work, command: ChangeProposal) -> ProposalView:
        return drafts.change(work, command)

    @rpc
    def deliver_proposal(self, work: Work, command: DeliverProposal) -> ProposalView:
        return proposals.deliver(work, command)

    @rpc
    def move_proposal(self, work: Work, command: MoveProposal) -> ProposalView:
        return proposals.move(work, command)

    @rpc
    def reset_proposal(self, work: Work, command: ResetProposal) -> ProposalView:
        return revisions.reset(work, command)

    @rpc
    def finalize_quote(self, work: Work, command: FinalizeQuote) -> QuoteView:
        return quotes.finalize(work, command)

    # The office and the customer

    @rpc
    def list_proposals(self, work: Work, query: ListProposals) -> Page[ProposalSummary]:
        return proposals.page(work, query)

    @rpc
    def get_proposal(self, work: Work, query: GetProposal) -> ProposalView:
        return proposals.find(work, query)

    @rpc
    def get_proposal_pdf(self, work: Work, query: GetProposalPdf) -> FileView:
        return proposals.find_pdf(work, query)

    @rpc
    def get_revision_pdf(self, work: Work, query: GetRevisionPdf) -> FileView:
        return revisions.find_pdf(work, query)

    @rpc
    def create_quote(self, work: Work, command: CreateQuote) -> QuoteView:
        return quotes.create(work, command)

    @rpc
    def list_quotes(self, work: Work, query: ListQuotes) -> Page[QuoteSummary]:
        return quotes.page(work, query)

    @rpc
    def get_quote(self, work: Work, query: GetQuote) -> QuoteView:
        return quotes.find(work, query)

    # The customer

    @rpc
    def sign_proposal(self, work: Work, command: SignProposal) -> Steps[SignatureView]:
        return signatures.sign(work, command)

    @rpc
    def get_signable_document(self, work: Work, query: GetSignableDocument) -> SignableDocumentView:
        return foreign_documents.find(work, query)

    @rpc
    def sign_document(self, work: Work, command: SignDocument) -> Steps[SignatureView]:
        return signatures.sign_document(work, command)

    @rpc
    def decline_proposal(self, work: Work, command: DeclineProposal) -> ProposalView:
        return declining.decline(work, command)

    # Evidence

    @rpc
    def get_signing_events(self, work: Work, query: GetSigningEvents) -> SigningHistoryView:
        return signing_histories.find(work, query)

    @rpc
    def verify_document(self, work: Work, query: VerifyDocument) -> VerificationView:
        return verifications.verify(work, query)

    @on(AgreementReadyToSign)
    def register_agreement(self, work: Work, event: AgreementReadyToSign) -> None:
        foreign_documents.register_agreement(work, event)

    @on(AgreementWithdrawn)
    def withdraw_agreement(self, work: Work, event: AgreementWithdrawn) -> None:
        foreign_documents.withdraw_agreement(work, event)

    # By itself

    @worklist(seconds=10, due="due_seals")
    def seal(self, work: Work, signature_id: UUID) -> Steps[bool]:
        return seals.seal(work, signature_id)

    @worklist(seconds=60, due="due_notices")
    def give_notice(self, work: Work, proposal_id: UUID) -> None:
        return notices.give(work, proposal_id)
