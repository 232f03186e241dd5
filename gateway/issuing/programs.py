"""Programs, from what the office names by id; and what two services know of one, put together."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from gateway.auth import Caller
from gateway.bus import DeadlinePassed, Unavailable
from gateway.issuing import places
from gateway.paging import every
from gateway.requests import Body
from services.contracts.billing.finance import Keep
from services.contracts.billing.programs import (
    ChangeProgram,
    CreateProgram,
    GetProgram,
    ProgramView,
)
from services.contracts.billing.terms import LoanTerms, Plan, Policy
from services.contracts.errors import DomainError
from services.contracts.identity.customers import ListProperties
from services.contracts.identity.portals import GetBranch
from services.contracts.messages import Ask
from services.contracts.money import Money
from services.contracts.principals import FeePolicy, PaymentMethodType
from services.contracts.proposals.signing import GetSignableDocument, SignableDocumentView
from services.contracts.snapshots import Name, Text


class NewProgram(Body):
    """A draft for an insured, in their home branch."""

    customer_id: UUID
    name: Name
    policies: Annotated[list[Policy], Field(min_length=1, max_length=50)]
    fees: dict[PaymentMethodType, FeePolicy] | None = None
    """The program's own convenience fees, which come before the branch's."""


class ProgramChange(Body):
    """What changes; what is not given stays. The insured's name and addresses are taken as they are today."""

    name: Name | None = None
    policies: Annotated[list[Policy], Field(min_length=1, max_length=50)] | None = None


class ProgramOffer(Body):
    """What the insured may choose from; the terms where `financed` is one of the plans."""

    allowed_plans: Annotated[list[Plan], Field(min_length=1, max_length=2)]
    allowed_payment_methods: Annotated[list[PaymentMethodType], Field(min_length=1, max_length=2)]
    terms: LoanTerms | None = None


class ProgramCancellation(Body):
    """The last day, why, and what the carriers give back."""

    cancelled_on: date
    reason: Text
    return_premium: Money | None = None


class ProgramRenewal(Body):
    """The next term's policies."""

    name: Name | None = None
    policies: Annotated[list[Policy], Field(min_length=1, max_length=50)]


class OneTimePayment(Body):
    """Something that is paid once, beside the plan."""

    description: Name
    amount: Money
    due_on: date


class Endorsement(Body):
    """More premium to lend (`change` above zero) or a return premium, and what stays as it is."""

    effective_on: date
    change: Money
    keep: Keep
    reason: Text


class PayoffBody(Body):
    """By when it must be paid; ten days from today unless it is given."""

    good_through: date | None = None


async def program(caller: Caller, draft: NewProgram, new_id: UUID) -> CreateProgram:
    """The command that makes the draft."""
    customer, branch_id = await places.customer(caller, draft.customer_id, None)
    branch = await caller.ask(GetBranch(branch_id=branch_id))
    return CreateProgram(
        id=new_id,
        branch_id=branch_id,
        time_zone=branch.time_zone,
        customer=customer,
        property_zips=await _zips(caller, draft.customer_id),
        name=draft.name,
        policies=draft.policies,
        fees=draft.fees,
    )


async def program_change(caller: Caller, program_id: UUID, change: ProgramChange, new_id: UUID) -> ChangeProgram:
    """The command that changes it, with the insured as identity knows them today."""
    found = await caller.ask(GetProgram(program_id=program_id))
    customer, _ = await places.customer(caller, found.customer.id, None)
    return ChangeProgram(
        id=new_id,
        program_id=program_id,
        customer=customer,
        property_zips=await _zips(caller, customer.id),
        name=change.name,
        policies=change.policies,
    )


async def _zips(caller: Caller, customer_id: UUID) -> list[str]:
    """Of the insured's sites."""
    return sorted({each.address.zip for each in await every(caller, ListProperties(customer_id=customer_id))})


async def asked(caller: Caller, message: Ask[ProgramView]) -> ProgramView:
    """The program, with what is agreed to before its agreement is signed, where that can be told yet."""
    return await with_consent(caller, await caller.ask(message))


async def with_consent(caller: Caller, found: ProgramView) -> ProgramView:
    """The same with the consent in it."""
    agreement = found.finance_agreement
    document = await signable(caller, found)
    if agreement is None or agreement.to_sign is None or document is None:
        return found
    to_sign = agreement.to_sign.model_copy(update={"consent": document.consent})
    return found.model_copy(update={"finance_agreement": agreement.model_copy(update={"to_sign": to_sign})})


async def signable(caller: Caller, found: ProgramView) -> SignableDocumentView | None:
    """The agreement as it is signed; None where there is none to sign, or as long as it is being prepared."""
    agreement = found.finance_agreement
    if caller.principal.kind != "contact" or agreement is None or agreement.to_sign is None:
        return None
    try:
        document = await caller.ask(GetSignableDocument(document_id=agreement.to_sign.document_id))
    except (DomainError, Unavailable, DeadlinePassed):
        # It is registered there by an event, which takes a moment.
        return None
    # What is signed is sealed at once, by which its document changes: a moment before billing has taken it in.
    as_drawn = document.document_sha256 == agreement.to_sign.document_sha256
    return document if as_drawn or document.electronic_signature else None
