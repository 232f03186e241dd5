"""A contact signs a delivered proposal: once, as it was shown, with evidence; everybody else is refused."""

from services.contracts.proposals import GetProposalPdf
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import World, signing


def test_a_primary_contact_signs_and_the_proposal_is_accepted(office: Office, world: World) -> None:
    priya = world.contact()
    shown = office.seen_by(priya, office.delivered().id)
    assert shown.signable
    signature = office.ask(signing(shown, choose=[shown.optional_services[0].id]), priya)
    assert signature.total.amount == 140_000
    signed = office.seen_by(priya, shown.id)
    assert (signed.status, signed.signable) == ("accepted", False)
    assert office.ask(GetProposalPdf(proposal_id=shown.id), priya).name.endswith("-signed.pdf")
