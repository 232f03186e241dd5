"""What the other services are told of a proposal."""

from typing import Any

from services.proposals.models import Proposal


def facts(proposal: Proposal) -> dict[str, Any]:
    """What each of its events says, as it is now; its service announces that it happened."""
    return {
        "company_id": proposal.company_id,
        "version": proposal.version,
        "proposal_id": proposal.id,
        "number": proposal.number,
        "title": proposal.title,
        "kind": proposal.kind,
        "revision": proposal.revision,
        "branch_id": proposal.branch_id,
        "customer_id": proposal.customer_id,
        "property": proposal.at_property(),
        "sales_rep_id": proposal.by_sales_rep().id,
        "total": proposal.money(),
        "expires_on": proposal.expires_on,
    }
