"""The proposals service: its table of contents."""

from services.chassis.gauges import EVERY
from services.chassis.service import Service, everywhere, on, rpc, worklist
from services.contracts.billing.finance import AgreementReadyToSign, AgreementWithdrawn
from services.proposals import (
    declining,
    drafts,
    foreign_documents,
    gauges,
    notices,
    proposals,
    quotes,
    revisions,
    seals,
    searches,
    signatures,
    signing_histories,
    verifications,
    viewings,
)


class Proposals(Service):
    """Offers with optional services, and the signatures that accept them."""

    name = "proposals"

    # The office

    create_proposal = rpc(drafts.create)
    change_proposal = rpc(drafts.change)
    deliver_proposal = rpc(proposals.deliver)
    move_proposal = rpc(proposals.move)
    reset_proposal = rpc(revisions.reset)
    change_quote = rpc(quotes.change)
    finalize_quote = rpc(quotes.finalize)

    # The office and the customer

    list_proposals = rpc(proposals.page)
    get_proposal = rpc(proposals.find)
    get_proposal_pdf = rpc(proposals.find_pdf)
    get_revision_pdf = rpc(revisions.find_pdf)
    create_quote = rpc(quotes.create)
    list_quotes = rpc(quotes.page)
    get_quote = rpc(quotes.find)
    search_offers = rpc(searches.search)

    # The customer

    sign_proposal = rpc(signatures.sign)
    get_signable_document = rpc(foreign_documents.find)
    sign_document = rpc(signatures.sign_document)
    decline_proposal = rpc(declining.decline)

    # Evidence

    record_viewing = rpc(viewings.record)
    get_signing_events = rpc(signing_histories.find)
    verify_document = rpc(verifications.verify)
    register_agreement = on(AgreementReadyToSign, foreign_documents.register_agreement)
    withdraw_agreement = on(AgreementWithdrawn, foreign_documents.withdraw_agreement)

    # By itself

    seal = worklist(seals.seal, seconds=10, due="due_seals")
    give_notice = worklist(notices.give, seconds=60, due="due_notices")
    measure_seals = everywhere(gauges.SEALS.measure, seconds=EVERY)
    measure_certificates = everywhere(gauges.measure_certificates, seconds=3600)
