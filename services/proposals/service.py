"""The proposals service: its table of contents."""

from services.chassis.service import Service, rpc
from services.chassis.work import Work
from services.contracts.files import FileView
from services.contracts.messages import Page
from services.contracts.proposals.proposals import (
    CreateProposal,
    DeliverProposal,
    GetProposal,
    GetProposalPdf,
    ListProposals,
    MoveProposal,
    ProposalSummary,
    ProposalView,
)
from services.contracts.proposals.signing import SignatureView, SignProposal
from services.proposals import proposals, signatures


class Proposals(Service):
    """Offers with optional services, and the signatures that accept them."""

    name = "proposals"

    # The office

    @rpc
    def create_proposal(self, work: Work, command: CreateProposal) -> ProposalView:
        return proposals.create(work, command)

    @rpc
    def deliver_proposal(self, work: Work, command: DeliverProposal) -> ProposalView:
        return proposals.deliver(work, command)

    @rpc
    def move_proposal(self, work: Work, command: MoveProposal) -> ProposalView:
        return proposals.move(work, command)

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

    # The customer

    @rpc
    def sign_proposal(self, work: Work, command: SignProposal) -> SignatureView:
        return signatures.sign(work, command)
