"""Signing a proposal: exactly the document, the options and the total that were shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.clients import client_of
from gateway.errors import problem_of
from gateway.pages.addresses import see
from gateway.pages.forms import Form, command_id, invalid, many, received, refused, texts, wrong
from gateway.pages.render import page
from gateway.portal.entry import Reader, root
from services.contracts.errors import DomainError
from services.contracts.money import Money
from services.contracts.proposals.proposals import GetProposal, ProposalView, ServiceView
from services.contracts.proposals.signing import Mark, SignProposal

router = APIRouter()

SENTENCES = {
    "name": "Enter your full name, of at most 200 characters.",
    "typed": "Enter your full name, of at most 200 characters.",
    "drawn": "Draw your signature, or use your typed name.",
}
FORM_NAMES = {"typed": "name", "drawn": "mark"}
NO_CONSENT = "Tick that you agree to sign electronically."


@dataclass(frozen=True)
class Selection:
    """A proposal with the optional services that are ticked, in the proposal's own order."""

    proposal: ProposalView
    services: Sequence[ServiceView]

    @property
    def ids(self) -> list[UUID]:
        """The ticked services."""
        return [service.id for service in self.services]

    @property
    def base(self) -> Money:
        """What it costs without any optional service."""
        return _sum(self.proposal.services, self.proposal.total.with_amount(0))

    @property
    def total(self) -> Money:
        """What it costs with those ticked."""
        return _sum(self.services, self.base)

    @property
    def tax(self) -> Money:
        """What of that is sales tax."""
        taxes = (service.tax for service in (*self.proposal.services, *self.services) if service.tax)
        return reduce(add, taxes, self.proposal.total.with_amount(0))


def _sum(services: Sequence[ServiceView], start: Money) -> Money:
    return reduce(add, (service.total for service in services), start)


def select(proposal: ProposalView, ticked: Collection[str]) -> Selection:
    """The ticked ones of the proposal's optional services."""
    return Selection(proposal, [each for each in proposal.optional_services if str(each.id) in ticked])


@router.get("/{portal}/proposals/{proposal_id:uuid}/sign")
async def ask_to_sign(
    request: Request,
    visitor: Reader,
    proposal_id: UUID,
    option: Annotated[list[str], Query(max_length=100, default_factory=list)],
) -> Response:
    """The form; where the proposal cannot be signed, its own page instead, which says why."""
    proposal = await visitor.ask(GetProposal(proposal_id=proposal_id))
    if not proposal.signable:
        return see(f"{root(visitor)}/proposals/{proposal_id}")
    return _shown(request, select(proposal, option), Form())


@router.post("/{portal}/proposals/{proposal_id:uuid}/sign")
async def sign(request: Request, visitor: Reader, proposal_id: UUID) -> Response:
    """Signs, once however often the form is sent; options that changed since are shown once more before."""
    sent = await received(request)
    typed = texts(sent)
    selection = select(await visitor.ask(GetProposal(proposal_id=proposal_id)), many(sent, "option"))
    if "consent" not in typed:
        return _shown(request, selection, wrong(typed, {"consent": NO_CONSENT}), 422)
    try:
        command = _command(request, visitor, selection, typed)
    except ValidationError as error:
        form = invalid(typed, error, SENTENCES, FORM_NAMES)
        return _shown(request, selection, form, 422)
    if typed.get("shown") != _shown_ids(selection):
        return _shown(request, selection, wrong(typed, {}), confirm=True)
    try:
        await visitor.ask(command)
    except DomainError as error:
        return await _refused(request, visitor, selection, typed, error)
    return see(f"{root(visitor)}/proposals/{proposal_id}?signed=1")


def _command(request: Request, visitor: Caller, selection: Selection, typed: Mapping[str, str]) -> SignProposal:
    """The order that the form gives; raises ValidationError where it does not say enough."""
    return SignProposal(
        id=command_id(visitor, f"sign {selection.proposal.id}", typed),
        proposal_id=selection.proposal.id,
        name=typed.get("name", ""),
        signature=mark_of(typed),
        optional_service_ids=selection.ids,
        consent_version=typed.get("consent_version", ""),
        document_sha256=typed.get("document_sha256", ""),
        client=client_of(request),
    )


def mark_of(typed: Mapping[str, str]) -> Mark:
    """How the name was put; raises ValidationError where it was not."""
    if typed.get("mark") == "drawn":
        return Mark(drawn=typed.get("drawn", ""))
    return Mark(typed=typed.get("name", ""))


async def _refused(
    request: Request, visitor: Caller, selection: Selection, typed: Mapping[str, str], error: DomainError
) -> Response:
    """The form with the document as it is now, to be agreed to afresh; an error where it can no longer be signed."""
    now = await visitor.ask(GetProposal(proposal_id=selection.proposal.id))
    if not now.signable:
        raise error
    agreed_before = {name: value for name, value in typed.items() if name != "consent"}
    chosen = select(now, [str(each) for each in selection.ids])
    return _shown(request, chosen, refused(agreed_before, error), problem_of(error).status_code)


def _shown_ids(selection: Selection) -> str:
    """The options whose total stands on the button."""
    return ",".join(str(each) for each in selection.ids)


def _shown(
    request: Request, selection: Selection, form: Form, http_status: int = 200, confirm: bool = False
) -> Response:
    return page(
        request,
        "proposals/sign.html",
        http_status,
        here="proposals",
        form=form,
        proposal=selection.proposal,
        selection=selection,
        shown=_shown_ids(selection),
        confirm=confirm,
    )
