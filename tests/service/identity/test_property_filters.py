"""The property filter: one's own properties, kept per contact and portal, in every principal."""

import pytest

from services.contracts.identity.contacts import GetContactPortals, SetPropertyFilter
from services.contracts.messages import new_id
from services.contracts.principals import Principal
from tests.service.identity.conftest import Office
from tests.service.identity.lakeside import Lakeside, place, settle
from tests.service.identity.refusals import refused


@pytest.fixture
def lakeside(office: Office) -> Lakeside:
    return settle(office)


def test_nothing_chosen_is_all(lakeside: Lakeside) -> None:
    assert lakeside.me.property_filter == []


def test_the_choice_holds_in_every_session_of_this_portal(lakeside: Lakeside) -> None:
    chosen = [lakeside.gate.id, lakeside.clubhouse.id, lakeside.gate.id]
    answer = lakeside.ask(SetPropertyFilter(property_ids=chosen))
    assert answer.property_ids == [lakeside.gate.id, lakeside.clubhouse.id]
    assert lakeside.office.events("access_changed")[-1]["principal_ids"] == [str(lakeside.me.id)]
    assert lakeside.again(lakeside.priya).property_filter == answer.property_ids
    assert lakeside.again(lakeside.priya, lakeside.dallas).property_filter == []
    chen = lakeside.sign_in(lakeside.colleague("chen", clubhouse="other", gate="other"))
    assert chen.property_filter == []


def test_each_portal_has_a_choice_of_its_own(lakeside: Lakeside) -> None:
    in_dallas = lakeside.again(lakeside.priya, lakeside.dallas)
    lakeside.ask(SetPropertyFilter(property_ids=[lakeside.annex.id]), in_dallas)
    assert lakeside.again(lakeside.priya).property_filter == []
    lakeside.ask(SetPropertyFilter(property_ids=[lakeside.gate.id]))
    assert lakeside.again(lakeside.priya).property_filter == [lakeside.gate.id]
    assert lakeside.again(lakeside.priya, lakeside.dallas).property_filter == [lakeside.annex.id]


def test_another_choice_takes_its_place_and_none_is_all_again(lakeside: Lakeside) -> None:
    for chosen in ([lakeside.gate.id], [lakeside.clubhouse.id], []):
        lakeside.ask(SetPropertyFilter(property_ids=chosen))
        assert lakeside.again(lakeside.priya).property_filter == chosen


def test_a_property_that_is_not_ones_own_here_is_not_found(lakeside: Lakeside) -> None:
    neighbour = lakeside.office.customer(lakeside.austin, "Oak Terrace")
    courtyard = lakeside.office.property(neighbour, lakeside.austin, "Courtyard")
    lakeside.ask(SetPropertyFilter(property_ids=[lakeside.gate.id]))
    for stranger in (courtyard.id, lakeside.annex.id, new_id()):
        with refused("not_found", field="property_ids"):
            lakeside.ask(SetPropertyFilter(property_ids=[lakeside.clubhouse.id, stranger]))
    assert lakeside.again(lakeside.priya).property_filter == [lakeside.gate.id]


def test_a_property_that_was_lost_is_chosen_no_longer(lakeside: Lakeside) -> None:
    lakeside.ask(SetPropertyFilter(property_ids=[lakeside.gate.id, lakeside.clubhouse.id]))
    lakeside.change(lakeside.priya, property_roles=[place(lakeside.clubhouse, "primary")])
    assert lakeside.again(lakeside.priya).property_filter == [lakeside.clubhouse.id]


def test_only_contacts_choose(lakeside: Lakeside) -> None:
    for who in (lakeside.office.administrator, lakeside.office.system):
        with refused("forbidden"):
            lakeside.ask(SetPropertyFilter(property_ids=[]), who)


# The portals that a contact can go to


def slugs(lakeside: Lakeside, query: GetContactPortals, who: Principal | None = None) -> list[str]:
    return [each.slug for each in lakeside.ask(query, who).portals]


def test_a_contact_may_enter_the_portals_of_their_properties_and_of_the_home_branch(lakeside: Lakeside) -> None:
    told = lakeside.ask(GetContactPortals())
    assert (told.name, told.email, told.company_name) == ("Priya", lakeside.priya.email, "Evergreen Grounds")
    assert [each.slug for each in told.portals] == [lakeside.austin.slug, lakeside.dallas.slug]
    lakeside.office.branch("houston")
    chen = lakeside.colleague("chen", clubhouse="other")
    assert slugs(lakeside, GetContactPortals(), lakeside.sign_in(chen)) == [lakeside.austin.slug]
    gus = lakeside.colleague("gus", annex="other")
    assert slugs(lakeside, GetContactPortals(contact_id=gus.id), lakeside.office.system) == [
        lakeside.austin.slug,
        lakeside.dallas.slug,
    ]


def test_a_disabled_contact_has_no_portal(lakeside: Lakeside) -> None:
    lakeside.change(lakeside.priya, status="disabled")
    assert slugs(lakeside, GetContactPortals(contact_id=lakeside.priya.id), lakeside.office.system) == []


def test_nobody_asks_for_anothers_portals(lakeside: Lakeside) -> None:
    chen = lakeside.colleague("chen", clubhouse="other")
    assert slugs(lakeside, GetContactPortals(contact_id=lakeside.me.id)) != []
    with refused("not_found"):
        lakeside.ask(GetContactPortals(contact_id=chen.id))
    rival = lakeside.office.desk.open_company("CoolAir Services")
    with refused("not_found"):
        lakeside.ask(GetContactPortals(contact_id=chen.id), rival.administrator)
    with refused("forbidden"):
        lakeside.staff_ask(GetContactPortals())
