"""Whose rights a secret address lends is asked by the gateway alone, for the company that the address is of."""

from services.contracts.identity.feeds import ResolveReader
from services.contracts.messages import new_id
from tests.service.identity.conftest import Desk, Office
from tests.service.identity.refusals import refused


def test_somebody_of_another_company_is_refused(desk: Desk, office: Office) -> None:
    reader = ResolveReader(company_id=new_id(), contact_id=new_id(), branch_id=new_id())
    with refused("forbidden", reason="other_company"):
        desk.ask(reader, office.administrator)


def test_a_company_that_nobody_knows_is_not_found(desk: Desk) -> None:
    with refused("not_found"):
        desk.ask(ResolveReader(company_id=new_id(), contact_id=new_id(), branch_id=new_id()))
