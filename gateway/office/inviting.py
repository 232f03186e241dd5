"""Inviting contacts: one, one again, or many at once."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway.office.entry import CustomersWriter
from gateway.office.sending import typed_in
from gateway.office.showing import done, show
from gateway.pages.forms import command_id
from gateway.paging import every
from services.contracts.errors import invalid
from services.contracts.identity.contacts import ListContacts
from services.contracts.identity.invitations import InviteContact, InviteContacts

router = APIRouter()


@router.post("/office/contacts/{contact_id:uuid}/invitation")
async def invite(request: Request, member: CustomersWriter, contact_id: UUID) -> Response:
    """Invites a contact, or again; an earlier link stays good until one of them is used."""
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    await member.ask(InviteContact(id=new_id, contact_id=contact_id))
    return done(f"/office/contacts/{contact_id}", "invited")


@router.post("/office/customers/{customer_id:uuid}/invitations")
async def invite_many(request: Request, member: CustomersWriter, customer_id: UUID) -> Response:
    """Invites those who were ticked; who cannot be invited is named."""
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    try:
        command = InviteContacts.model_validate({"id": new_id, "contact_ids": typed.ticked("contact")})
    except ValidationError:
        raise invalid("Tick the contacts to invite, at most 100 at once.") from None
    outcomes = (await member.ask(command)).items
    problems = {each.contact_id: each.problem for each in outcomes if each.problem}
    if not problems:
        return done(f"/office/customers/{customer_id}", "many-invited")
    contacts = await every(member, ListContacts(customer_id=customer_id))
    return show(
        request,
        member,
        "office/contacts/invited.html",
        here="customers",
        customer_id=customer_id,
        invited=len(outcomes) - len(problems),
        problems=[(each, problems[each.id]) for each in contacts if each.id in problems],
    )
