"""The office's pages of customers, properties and contacts: who they are, and letting them in."""

import httpx
import pytest

from services.contracts.errors import conflict
from services.contracts.identity.contacts import ChangeContact, ContactView, CreateContact, GetContact, ListContacts
from services.contracts.identity.customers import (
    ChangeCustomer,
    ChangeProperty,
    CreateCustomer,
    CreateProperty,
    CustomerView,
    ListCustomers,
)
from services.contracts.identity.invitations import InvitationOutcome, InvitationsView, InvitationView, InviteContact
from services.contracts.identity.invitations import InviteContacts as InviteMany
from services.contracts.identity.sessions import BeginViewing, SessionView
from services.contracts.messages import Page
from tests.gateway import office_world, world
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import CHEN, NOW, SAM, fields
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio

LAKESIDE = f"/office/customers/{world.CUSTOMER.id}"
CHENS = f"/office/contacts/{CHEN.id}"
ADDRESS = {"line1": "1 Lake Way", "line2": "", "city": "Austin", "state": "tx", "zip": "78701"}


# Customers


async def test_the_list_is_searched_and_paged(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ListCustomers, Page[CustomerView](items=[world.CUSTOMER], next_cursor="more"))

    answer = await ada.get("/office/customers?search=lake")

    assert "Lakeside HOA" in answer.text
    assert 'value="lake"' in answer.text
    assert 'href="/office/customers?search=lake&amp;cursor=more"' in answer.text
    assert neighbours.last(ListCustomers)["search"] == "lake"


async def test_an_empty_list_says_what_to_do_and_a_vain_search_the_way_back(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ListCustomers, Page[CustomerView](items=[]))

    assert "No customers yet" in (await ada.get("/office/customers")).text
    assert "Nobody by that name" in (await ada.get("/office/customers?search=%3Cb%3E")).text


async def test_a_customers_page_shows_properties_and_contacts_with_their_status(ada: httpx.AsyncClient) -> None:
    answer = await ada.get(LAKESIDE)

    for word in ("Clubhouse", "Rosa Diaz", "Chen Wu", "Active", "Sam Lee", "Not invited", "Evergreen Austin", "Never"):
        assert word in answer.text
    assert f'value="{SAM.id}"' in answer.text
    assert f'name="contact" value="{CHEN.id}"' not in answer.text


async def test_a_new_customer_is_kept(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(CreateCustomer, world.CUSTOMER)

    typed = {"name": "Lakeside HOA", "home_branch_id": str(world.BRANCH), "phone": "", "email": "", **ADDRESS}
    answer = await ada.post("/office/customers/new", data=fields(**typed))

    assert answer.headers["location"] == f"{LAKESIDE}?said=added"
    assert neighbours.last(CreateCustomer)["mailing_address"]["state"] == "TX"


async def test_every_field_at_fault_is_told_at_once_and_what_was_typed_stays(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    typed = {"name": "", "home_branch_id": str(world.BRANCH), "phone": "call me", "email": "nonsense"}
    answer = await ada.post("/office/customers/new", data=fields(**typed, **{**ADDRESS, "zip": "7870"}))

    assert answer.status_code == 422
    for name in ("name", "phone", "email", "zip"):
        assert f'id="{name}-problem"' in answer.text
    assert 'value="7870"' in answer.text
    assert not neighbours.calls(CreateCustomer)


async def test_a_customers_details_are_changed(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeCustomer, world.CUSTOMER)
    shown = await ada.get(f"{LAKESIDE}/edit")

    typed = {"name": "Lakeside", "home_branch_id": str(world.BRANCH), "phone": "", "email": "", **ADDRESS}
    answer = await ada.post(f"{LAKESIDE}/edit", data=fields(**typed, primary_contact_id=str(CHEN.id)))

    assert 'value="1 Lake Way"' in shown.text
    assert answer.headers["location"] == f"{LAKESIDE}?said=saved"
    assert neighbours.last(ChangeCustomer)["primary_contact_id"] == str(CHEN.id)


# Properties


async def test_a_property_gets_a_sales_rep_and_loses_its_account_owner(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(CreateProperty, world.PLACE)
    neighbours.answer(ChangeProperty, world.PLACE)
    typed = {"name": "Clubhouse", "branch_id": str(world.BRANCH), **ADDRESS, "account_owner_id": ""}
    typed["sales_rep_id"] = str(office_world.OMAR.id)

    made = await ada.post(f"{LAKESIDE}/properties/new", data=fields(**typed))
    changed = await ada.post(f"/office/properties/{world.PLACE.id}", data=fields(**typed))

    assert (made.status_code, changed.status_code) == (303, 303)
    assert neighbours.last(CreateProperty)["account_owner_id"] is None
    message = neighbours.last(ChangeProperty)
    assert (message["sales_rep_id"], message["account_owner_id"]) == (str(office_world.OMAR.id), "unset")


async def test_a_new_property_begins_at_the_customers_address(ada: httpx.AsyncClient) -> None:
    answer = await ada.get(f"{LAKESIDE}/properties/new")

    assert 'value="1 Lake Way"' in answer.text
    assert "Omar Haddad" in answer.text


# Contacts


async def test_a_new_contact_goes_on_to_what_they_may(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(CreateContact, SAM)

    typed = fields(name="Sam Lee", email="Sam@Lakeside.test", phone="", primary="on")
    answer = await ada.post(f"{LAKESIDE}/contacts/new", data=typed)

    assert answer.headers["location"] == f"/office/contacts/{SAM.id}/access?said=added"
    message = neighbours.last(CreateContact)
    assert (message["email"], message["permissions"], message["primary"]) == ("sam@lakeside.test", [], True)


async def test_an_address_that_is_taken_is_told_beside_its_field(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    taken = conflict("A contact of this customer has this e-mail address.", field="email", reason="email_taken")
    neighbours.answer(CreateContact, taken)
    neighbours.answer(ChangeContact, taken)
    typed = fields(name="Sam Lee", email="sam@lakeside.test", phone="")

    for path in (f"{LAKESIDE}/contacts/new", CHENS):
        answer = await ada.post(path, data=typed)
        assert answer.status_code == 409
        assert 'id="email-problem">A contact of this customer' in answer.text


async def test_a_contacts_page_tells_roles_permissions_places_and_portals(ada: httpx.AsyncClient) -> None:
    answer = await ada.get(CHENS)

    for word in ("Bookkeeper", "View own", "Pay", "Clubhouse", "Other", "Only some", "Evergreen Austin"):
        assert word in answer.text


async def test_sending_the_same_form_twice_sends_the_same_command(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ChangeContact, CHEN)
    for _ in range(2):
        await ada.post(CHENS, data=fields(name="Chen", email="chen@lakeside.test", phone=""))
    await ada.post(f"{CHENS}/disable", data=fields())

    first, second, other = [call.message["id"] for call in neighbours.calls(ChangeContact)]
    assert first == second != other


async def test_a_contact_is_disabled_and_enabled(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeContact, CHEN)

    for verb, status in (("disable", "disabled"), ("enable", "active")):
        answer = await ada.post(f"{CHENS}/{verb}", data=fields())
        assert answer.headers["location"].startswith(CHENS)
        assert neighbours.last(ChangeContact)["status"] == status

    neighbours.answer(GetContact, CHEN.model_copy(update={"status": "disabled"}))
    assert "Enable again" in (await ada.get(CHENS)).text


async def test_a_form_of_another_session_changes_nothing(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    for path in (CHENS, f"{CHENS}/disable", f"{CHENS}/invitation", f"{CHENS}/viewing", f"{LAKESIDE}/invitations"):
        assert (await ada.post(path, data={"csrf_token": "0" * 64})).status_code == 403
    assert not neighbours.calls(ChangeContact)


# Invitations


async def test_a_contact_is_invited(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(InviteContact, InvitationView(id=id_of("invitation"), expires_at=NOW))

    answer = await ada.post(f"{CHENS}/invitation", data=fields())

    assert answer.headers["location"] == f"{CHENS}?said=invited"
    assert "The invitation is on its way by e-mail." in (await ada.get(f"{CHENS}?said=invited")).text


async def test_of_many_who_are_invited_those_who_could_not_be_are_named(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    invited = InvitationOutcome(contact_id=SAM.id, invitation=InvitationView(id=id_of("invitation"), expires_at=NOW))
    refused = InvitationOutcome(contact_id=CHEN.id, problem="A disabled person cannot be invited.")
    neighbours.answer(InviteMany, InvitationsView(items=[invited]))
    chosen = fields(contact=[str(SAM.id), str(CHEN.id)])
    good = await ada.post(f"{LAKESIDE}/invitations", data=chosen)
    neighbours.answer(InviteMany, InvitationsView(items=[invited, refused]))
    mixed = await ada.post(f"{LAKESIDE}/invitations", data=chosen)

    assert good.headers["location"] == f"{LAKESIDE}?said=many-invited"
    assert neighbours.last(InviteMany)["contact_ids"] == [str(SAM.id), str(CHEN.id)]
    assert "1 invitation is on the way" in mixed.text
    assert "A disabled person cannot be invited." in mixed.text


async def test_inviting_nobody_says_so(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await ada.post(f"{LAKESIDE}/invitations", data=fields())

    assert answer.status_code == 422
    assert "Tick the contacts to invite" in answer.text
    assert not neighbours.calls(InviteMany)


async def test_nobody_is_offered_to_be_invited_where_all_are_in(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ListContacts, Page[ContactView](items=[CHEN]))

    assert "Invite the chosen" not in (await ada.get(LAKESIDE)).text


# Looking as a customer


async def test_viewing_as_a_contact_opens_their_portal_with_a_cookie_of_its_own(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    session = SessionView(id=id_of("view"), token="looking", expires_at=NOW, portal_slug="evergreen-austin")
    neighbours.answer(BeginViewing, session)

    answer = await ada.post(f"{CHENS}/viewing", data=fields(portal="evergreen-austin"))

    assert answer.headers["location"] == "/evergreen-austin/dashboard"
    assert "portico_session=looking" in answer.headers["set-cookie"]
    assert "Path=/evergreen-austin;" in answer.headers["set-cookie"]
    assert neighbours.last(BeginViewing)["contact_id"] == str(CHEN.id)


# Roles of the staff


async def test_a_sales_rep_sees_customers_and_is_offered_no_change(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    office_world.sign_in(ada, neighbours, office_world.ada("sales_rep"))

    for path in ("/office/customers", LAKESIDE, CHENS):
        answer = await ada.get(path)
        assert answer.status_code == 200
        for offer in (
            "New customer",
            "New contact",
            "Edit the details",
            "Invite",
            "Disable",
            "/access",
            "View the portal",
        ):
            assert offer not in answer.text


async def test_a_sales_rep_who_forces_a_change_is_refused(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    office_world.sign_in(ada, neighbours, office_world.ada("sales_rep"))

    for path in ("/office/customers/new", f"{LAKESIDE}/edit", CHENS, f"{CHENS}/disable", f"{CHENS}/access"):
        assert (await ada.post(path, data=fields())).status_code == 403
    for path in ("/office/customers/new", f"{CHENS}/access", "/office/audit", "/office/api-keys"):
        assert (await ada.get(path)).status_code == 403
    assert not neighbours.calls(ChangeContact)
