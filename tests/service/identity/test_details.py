"""My Details: seen and changed by permission, with a history of who changed what."""

from typing import Any

import pytest

from services.contracts.identity.customers import (
    ChangeCustomer,
    ChangeDetails,
    GetCustomer,
    GetDetails,
    ListDetailsHistory,
)
from services.contracts.messages import Ask
from services.contracts.principals import Principal
from services.contracts.snapshots import Address
from tests.service.identity.conftest import ADDRESS, Office
from tests.service.identity.lakeside import Lakeside, settle
from tests.service.identity.refusals import refused

NEW_ADDRESS = Address(line1="9 Lakeshore Drive", city="Austin", state="TX", zip="78703")


@pytest.fixture
def lakeside(office: Office) -> Lakeside:
    return settle(office)


def test_my_details_are_the_customers_and_my_own(lakeside: Lakeside) -> None:
    details = lakeside.ask(GetDetails())
    assert details.customer.name == "Lakeside HOA"
    assert (details.name, details.email, details.phone) == ("Priya", lakeside.priya.email, "")


def test_what_is_given_changes_and_nothing_else(lakeside: Lakeside) -> None:
    command = ChangeDetails(
        customer_name="Lakeside Homeowners",
        mailing_address=NEW_ADDRESS,
        customer_phone="+1 512 555 0100",
        customer_email="Board@Lakeside.test",
    )
    changed = lakeside.ask(command)
    assert lakeside.ask(GetDetails()) == changed
    told = changed.customer
    assert (told.name, told.mailing_address, told.phone) == ("Lakeside Homeowners", NEW_ADDRESS, "+1 512 555 0100")
    assert (told.email, changed.name) == ("board@lakeside.test", "Priya")
    again = lakeside.ask(ChangeDetails(name="Priya Shah", phone="+1 512 555 0199", customer_email=""))
    assert again.customer == told.model_copy(update={"email": ""})
    assert (again.name, again.phone, again.email) == ("Priya Shah", "+1 512 555 0199", lakeside.priya.email)
    assert lakeside.staff_ask(GetCustomer(customer_id=lakeside.customer.id)).name == "Lakeside Homeowners"


def test_a_new_name_is_the_principals_at_once(lakeside: Lakeside) -> None:
    lakeside.ask(ChangeDetails(phone="+1 512 555 0199"))
    assert lakeside.office.events("access_changed") == []
    lakeside.ask(ChangeDetails(name="Priya Shah"))
    assert lakeside.office.events("access_changed")[-1]["principal_ids"] == [str(lakeside.me.id)]
    assert lakeside.again(lakeside.priya).name == "Priya Shah"


def test_the_history_says_who_changed_what_from_what_to_what(lakeside: Lakeside) -> None:
    lakeside.ask(ChangeDetails(mailing_address=NEW_ADDRESS, customer_name="Lakeside HOA"))
    lakeside.ask(ChangeDetails(phone="+1 512 555 0199"))
    lakeside.ask(ChangeDetails(phone="+1 512 555 0199"))
    newest, oldest = lakeside.ask(ListDetailsHistory()).items
    assert newest.changed_by == oldest.changed_by == "Priya"
    assert (newest.before, newest.after) == ({"phone": ""}, {"phone": "+1 512 555 0199"})
    assert oldest.before == {"mailing_address": ADDRESS.model_dump()}
    assert oldest.after == {"mailing_address": NEW_ADDRESS.model_dump()}
    assert newest.at > oldest.at
    staff_read = lakeside.staff_ask(ListDetailsHistory(customer_id=lakeside.customer.id))
    assert staff_read.items == [newest, oldest]


def test_what_the_office_changes_of_the_details_is_in_the_history_too(lakeside: Lakeside) -> None:
    lakeside.staff_ask(ChangeCustomer(customer_id=lakeside.customer.id, home_branch_id=lakeside.dallas.id))
    command = ChangeCustomer(
        customer_id=lakeside.customer.id, name="Lakeside Homeowners", home_branch_id=lakeside.austin.id
    )
    lakeside.staff_ask(command)
    (only,) = lakeside.ask(ListDetailsHistory()).items
    assert (only.before, only.after) == ({"customer_name": "Lakeside HOA"}, {"customer_name": "Lakeside Homeowners"})


def test_the_history_comes_page_by_page(lakeside: Lakeside) -> None:
    for number in range(3):
        lakeside.ask(ChangeDetails(phone=f"+1 512 555 010{number}"))
    first = lakeside.ask(ListDetailsHistory(limit=2))
    second = lakeside.ask(ListDetailsHistory(limit=2, cursor=first.next_cursor))
    phones = [each.after["phone"][-1] for each in [*first.items, *second.items]]
    assert (phones, second.next_cursor) == (["2", "1", "0"], None)


def test_looking_and_changing_are_two_permissions(lakeside: Lakeside) -> None:
    reader = lakeside.sign_in(lakeside.colleague("ben", "details.view"))
    writer = lakeside.sign_in(lakeside.colleague("chen", "details.edit"))
    assert lakeside.ask(GetDetails(), reader).name == "Ben"
    assert lakeside.ask(ListDetailsHistory(), reader).items == []
    assert lakeside.ask(ChangeDetails(name="Chen Wu"), writer).name == "Chen Wu"
    with refused("forbidden"):
        lakeside.ask(ChangeDetails(name="Benjamin"), reader)
    queries: list[Ask[Any]] = [GetDetails(), ListDetailsHistory()]
    for query in queries:
        with refused("forbidden"):
            lakeside.ask(query, writer)


def test_how_the_customer_is_reached_is_part_of_the_details(lakeside: Lakeside) -> None:
    lakeside.ask(ChangeDetails(customer_phone="+1 512 555 0100", customer_email="board@lakeside.test"))
    tom = lakeside.sign_in(lakeside.colleague("tom", "invoices.view"))
    told = [lakeside.ask(GetCustomer(customer_id=lakeside.customer.id), who) for who in (lakeside.me, tom)]
    assert [(each.phone, each.email) for each in told] == [("+1 512 555 0100", "board@lakeside.test"), ("", "")]
    assert told[1].name == "Lakeside HOA"


def test_the_office_has_no_details_of_its_own(lakeside: Lakeside) -> None:
    for message in (GetDetails(), ChangeDetails(name="Eve")):
        with refused("forbidden"):
            lakeside.staff_ask(message)
    with refused("invalid", field="customer_id"):
        lakeside.staff_ask(ListDetailsHistory())


def test_nobody_reads_anothers_history(lakeside: Lakeside) -> None:
    lakeside.ask(ChangeDetails(phone="+1 512 555 0199"))
    assert lakeside.ask(ListDetailsHistory(customer_id=lakeside.customer.id), dana(lakeside)).items == []
    rival = lakeside.office.desk.open_company("CoolAir Services")
    with refused("not_found"):
        lakeside.ask(ListDetailsHistory(customer_id=lakeside.customer.id), rival.administrator)


def dana(lakeside: Lakeside) -> Principal:
    """Another customer's contact, who names Lakeside."""
    office = lakeside.office
    customer = office.customer(lakeside.austin, "Oak Terrace")
    return lakeside.sign_in(office.contact(customer, "dana", permissions=["details.view"]))
