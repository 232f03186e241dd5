"""Third parties: what finds a program, what they see and pay of it, and what guessing comes to."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from services.billing.guests import bounds, breaker, tokens
from services.chassis.context import CallContext, entered
from services.contracts.billing.pay_links import BeginGuestPayment, QuoteGuestPayment
from services.contracts.billing.payments import RefreshPayment
from services.contracts.billing.programs import ArchiveProgram, BillProgram, ChoosePlan, ProgramView
from services.contracts.billing.third_parties import (
    GetGuestProgram,
    GuestProgramView,
    LookUpProgram,
    OpenGuestSession,
)
from services.contracts.errors import DomainError
from services.contracts.messages import new_id
from services.contracts.money import Money
from services.contracts.principals import Principal
from tests.service.billing.conftest import PUBLISHABLE_KEY, Desk
from tests.service.billing.insured import BEGINNING, draft, insured, offered, policy
from tests.service.billing.people import People, with_settings
from tests.service.billing.refusals import refused

ZIP = "78701"
NUMBER = "HIA-GL-1001"
EMAIL = "accounts@tallyhouse.test"


def stranger(people: People, **settings: Any) -> Principal:
    """Somebody at the agency's look-up form, as the gateway makes a principal of them."""
    who = Principal(kind="guest", id=new_id(), company_id=people.company_id, portal=people.portal)
    told = {"guest_payments": True, "payment_method_types": ["card", "us_bank_account"], "fees": {}, **settings}
    return with_settings(who, **told)


def look_up(numbers: str | list[str] = NUMBER, code: str = ZIP, amount: int | None = None) -> LookUpProgram:
    named = [numbers] if isinstance(numbers, str) else numbers
    return LookUpProgram(policy_numbers=named, zip=code, amount_due=Money(amount=amount) if amount else None)


def tried(desk: Desk, who: Principal, message: LookUpProgram, address: str = "198.51.100.7") -> str:
    """What a look-up from an address comes to: `opened`, or the reason of its refusal."""
    with entered(replace(CallContext.from_headers({}), client_ip=address)):
        try:
            desk.ask(who, message)
        except DomainError as refusal:
            return str(refusal.details["reason"])
        return "opened"


def third_party(desk: Desk, people: People, message: LookUpProgram | None = None) -> Principal:
    """Somebody who has found a program."""
    who = stranger(people)
    token = desk.ask(who, message or look_up()).token
    found = desk.ask(None, OpenGuestSession(token=SecretStr(token)))
    assert (found.company_id, found.branch_id) == (people.company_id, people.branch_id)
    return who.model_copy(update={"guest_program_id": found.program_id, "guest_invoice_ids": found.invoice_ids})


def billed(desk: Desk, people: People) -> ProgramView:
    """A program whose insured has chosen to pay it in full."""
    program = offered(desk, people)
    view: ProgramView = desk.ask(insured(people), ChoosePlan(program_id=program.id, plan="pay_in_full"))
    return view


# What finds a program


@pytest.mark.parametrize("written", [NUMBER, "hia gl 1001", " HIAGL1001 ", "hia/pr-1002"])
@pytest.mark.parametrize("code", [ZIP, f"{ZIP}-1234", f" {ZIP} "])
def test_any_policy_number_and_the_zip_find_the_program(desk: Desk, people: People, written: str, code: str) -> None:
    billed(desk, people)
    assert tried(desk, stranger(people), look_up(written, code)) == "opened"


def test_the_zip_of_a_site_finds_it_too_and_several_numbers_must_be_of_one_program(desk: Desk, people: People) -> None:
    draft(desk, people, policy("AAA-1"))
    offered(desk, people)
    offered(desk, people, policy("HIA-MC-2001"))
    desk.change(people, "UPDATE program SET zips = '{70112,70130}' WHERE stage = 'offered'")
    both = [NUMBER, "HIA-PR-1002"]
    who = stranger(people)
    assert [tried(desk, who, look_up(both, code)) for code in ("70130", "70112")] == ["opened"] * 2
    assert tried(desk, who, look_up([NUMBER, "HIA-MC-2001"], "70112")) == "no_match"
    assert tried(desk, who, look_up("AAA-1")) == "no_match"


def test_all_that_is_wrong_is_answered_alike(desk: Desk, people: People) -> None:
    program = billed(desk, people)
    other = desk.open_company()
    refusals = [
        refused(desk, stranger(people), look_up("HIA-XX-9999")),
        refused(desk, stranger(people), look_up(code="70112")),
        refused(desk, stranger(people, guest_payments=False), look_up()),
        refused(desk, stranger(other), look_up()),
        refused(desk, stranger(people), look_up(amount=1)),
    ]
    desk.ask(people.office, ArchiveProgram(program_id=program.id))
    refusals.append(refused(desk, stranger(people), look_up()))
    assert {(each.code, each.message, str(each.details)) for each in refusals} == {
        (
            "not_found",
            "There is no program with this policy number and ZIP code.",
            "{'reason': 'no_match'}",
        )
    }


# What is seen and paid


def test_a_third_party_sees_what_is_due_and_initials_alone(desk: Desk, people: People) -> None:
    billed(desk, people)
    seen: GuestProgramView = desk.ask(third_party(desk, people), GetGuestProgram())
    assert (seen.status, seen.initials) == ("awaiting_payment", "L. H.")
    (invoice,) = seen.invoices
    assert (invoice.kind, invoice.balance.amount, invoice.payable) == ("pay_in_full", 1_750_00, True)
    told = seen.model_dump_json()
    for secret in ("Lakeside", "Bakery", "Main Street", "Gulf Mutual", NUMBER, ZIP):
        assert secret not in told


def test_a_third_party_pays_and_no_other_program_is_within_reach(desk: Desk, people: People) -> None:
    billed(desk, people)
    guest = third_party(desk, people)
    elsewhere = desk.bill(people)
    assert refused(desk, guest, QuoteGuestPayment(invoice_ids=[elsewhere.id], type="card")).code == "not_found"

    (invoice,) = desk.ask(guest, GetGuestProgram()).invoices
    begun = desk.ask(
        guest,
        BeginGuestPayment(
            invoice_ids=[invoice.id],
            type="card",
            expected_total=invoice.balance,
            email=EMAIL,
            return_url="https://portico.test/harbor/pay/token/payments/{payment_id}",
        ),
    )
    intent = begun.client_secret.partition("_secret_")[0]
    told = {"client_secret": begun.client_secret, "payment_method": "pm_card_visa"}
    desk.sandbox.call(f"/v1/payment_intents/{intent}/confirm", begun.account, PUBLISHABLE_KEY, **told)
    assert desk.ask(guest, RefreshPayment(payment_id=begun.id)).status == "succeeded"
    assert desk.ask(guest, GetGuestProgram()).status == "paid"
    assert desk.value(people, "SELECT used FROM tries WHERE subject = :s", s=f"unpaid:{people.branch_id}") == 0


def test_what_was_found_closes_with_its_time_and_with_the_branchs_switch(desk: Desk, people: People) -> None:
    billed(desk, people)
    token = desk.ask(stranger(people), look_up()).token
    for wrong in (token[:-2] + "AA", token[:-1], "~", ""):
        refusal = refused(desk, None, OpenGuestSession(token=SecretStr(wrong)))
        assert refusal.details["reason"] == "guest_session_gone"
    session = tokens.read_session(token)
    assert session
    past = tokens.write_session(replace(session, expires_at=session.expires_at - timedelta(hours=1)))
    assert refused(desk, None, OpenGuestSession(token=SecretStr(past))).details["reason"] == "guest_session_gone"
    guest = with_settings(third_party(desk, people), guest_payments=False)
    assert refused(desk, guest, GetGuestProgram()).details["reason"] == "guest_session_gone"


def test_of_a_policy_in_two_programs_the_one_that_owes_is_found(desk: Desk, people: People) -> None:
    billed(desk, people)
    newer = offered(desk, people)
    assert desk.ask(third_party(desk, people), GetGuestProgram()).status == "awaiting_payment"
    desk.ask(
        people.office,
        BillProgram(program_id=newer.id, description="Endorsement", amount=Money(amount=5_000), due_on=BEGINNING),
    )
    (only,) = desk.ask(third_party(desk, people), GetGuestProgram()).invoices
    assert (only.kind, only.balance.amount) == ("one_time", 5_000)


# Guessing


def test_one_policy_and_one_address_bear_few_wrong_tries_known_or_not(desk: Desk, people: People) -> None:
    billed(desk, people)
    who = stranger(people)
    for number in (NUMBER, "HIA-XX-9999"):
        told = [tried(desk, who, look_up(number, "70112"), f"198.51.100.{each}") for each in range(7)]
        assert told == ["no_match"] * 5 + ["too_many_attempts"] * 2
    told = [tried(desk, who, look_up(f"HIA-XX-{each}", "70112"), "203.0.113.9") for each in range(21)]
    assert told == ["no_match"] * 20 + ["too_many_attempts"]


def test_several_numbers_in_one_request_are_all_counted(desk: Desk, people: People) -> None:
    billed(desk, people)
    who, named = stranger(people), [NUMBER, *(f"HIA-XX-{each}" for each in range(9))]
    told = [tried(desk, who, look_up(named), f"198.51.100.{each}") for each in range(5)]
    assert told == ["no_match"] * 5
    assert tried(desk, who, look_up(), "203.0.113.9") == "too_many_attempts"


def test_being_right_in_between_makes_no_room_for_being_wrong(desk: Desk, people: People) -> None:
    billed(desk, people)
    who = stranger(people)
    wrong = []
    for each in range(45):
        wrong.append(tried(desk, who, look_up(f"HIA-XX-{each}"), f"198.51.100.{each}"))
        if each % 5 == 0:
            tried(desk, who, look_up(), f"203.0.113.{each}")
    assert wrong == ["no_match"] * 40 + ["third_fact_needed"] * 5


def test_while_somebody_guesses_an_amount_due_lets_the_others_in(desk: Desk, people: People) -> None:
    billed(desk, people)
    who = stranger(people)
    guess(desk, who, 41)
    assert tried(desk, who, look_up(), "203.0.113.1") == "third_fact_needed"
    assert tried(desk, who, look_up(amount=1_750_01), "203.0.113.1") == "no_match"
    assert tried(desk, who, look_up(amount=1_750_00), "203.0.113.1") == "opened"
    always = stranger(desk.open_company(), guest_third_fact=True)
    assert tried(desk, always, look_up()) == "third_fact_needed"


def test_the_alarm_is_raised_once_and_the_guard_ends_after_a_day(desk: Desk, people: People) -> None:
    who = stranger(people)
    guess(desk, who, 60)
    (alarm,) = desk.events(people, "guessing_noticed")
    assert (alarm["branch_id"], alarm["failures"], alarm["opened"]) == (str(people.branch_id), 40, 0)
    pass_time(desk, people, timedelta(hours=25))
    assert tried(desk, who, look_up("HIA-YY-1")) == "no_match"


def test_who_guesses_from_day_to_day_is_kept_out_for_longer(desk: Desk, people: People) -> None:
    who = stranger(people)
    for _ in range(3):
        guess(desk, who, 45)
        pass_time(desk, people, timedelta(hours=26))
    assert tried(desk, who, look_up("HIA-YY-1")) == "third_fact_needed"
    pass_time(desk, people, timedelta(days=6))
    assert tried(desk, who, look_up("HIA-YY-1")) == "no_match"


def test_who_pauses_for_some_days_does_not_begin_anew(desk: Desk, people: People) -> None:
    who = stranger(people)
    for _ in range(3):
        guess(desk, who, 38)
        pass_time(desk, people, timedelta(days=3))
        forget(desk)
    assert tried(desk, who, look_up("HIA-YY-1")) == "third_fact_needed"
    counted = "SELECT split_part(subject, ':', 1) FROM tries WHERE subject LIKE '%{}%' ORDER BY 1"
    kept = {kind for (kind,) in desk.rows(people, counted.format(people.branch_id))}
    assert kept == {"failures", "guard", "lasting", "unpaid"}
    pass_time(desk, people, timedelta(days=30))
    forget(desk)
    assert desk.rows(people, counted.format(people.branch_id)) == []


def test_who_guesses_well_opens_no_more_than_a_dozen(desk: Desk, people: People) -> None:
    who = stranger(people)
    seed(desk, people, 40, every=1)
    told = [tried(desk, who, look_up(f"SEQ-{each}"), f"198.51.100.{each}") for each in range(40)]
    assert told == ["opened"] * 18 + ["third_fact_needed"] * 22
    (alarm,) = desk.events(people, "guessing_noticed")
    assert (alarm["failures"], alarm["opened"]) == (0, 18)


def test_an_attack_from_200_addresses_over_policies_in_sequence_opens_few(desk: Desk, people: People) -> None:
    who = stranger(people)
    seed(desk, people, 1_000, every=12)
    before = breaker.ALARMS._value.get()
    told = [tried(desk, who, look_up(f"SEQ-{each}"), f"198.51.100.{each % 200}") for each in range(1_000)]
    assert told.count("opened") == 4
    assert told.count("no_match") == 40
    assert set(told[44:]) == {"third_fact_needed"}
    assert breaker.ALARMS._value.get() == before + 1


def guess(desk: Desk, who: Principal, times: int) -> None:
    """So many wrong look-ups, each of another policy and from another address."""
    for each in range(times):
        tried(desk, who, look_up(f"HIA-XX-{new_id()}"), f"198.51.100.{each}")


def forget(desk: Desk) -> None:
    """What the timer does every hour."""
    desk.executor.timer(bounds.forget)


def pass_time(desk: Desk, people: People, lapse: timedelta) -> None:
    """Lets so much time pass for what is counted of the branch."""
    statement = "UPDATE tries SET at = at - make_interval(secs => :seconds) WHERE subject LIKE '%' || :branch || '%'"
    desk.change(people, statement, seconds=lapse.total_seconds(), branch=str(people.branch_id))


def seed(desk: Desk, people: People, count: int, *, every: int) -> None:
    """Programs with one policy each, numbered in sequence; each so-many-th has the commonest ZIP."""
    given = {"count": count, "every": every, "company": people.company_id, "branch": people.branch_id}
    desk.change(
        people,
        "INSERT INTO program (id, company_id, number, branch_id, time_zone, customer_id, customer, zips, name, stage,"
        " effective_on, expires_on, currency, total, allowed_plans, allowed_methods, created_at)"
        " SELECT md5(:branch || ':' || n)::uuid, :company, 'SEQ-' || n, :branch, 'America/Chicago', :branch,"
        " '{\"name\": \"Bluebird Bakery\"}', ARRAY[CASE WHEN n % :every = 0 THEN '78701' ELSE '70112' END],"
        " 'A program', 'offered', current_date, current_date + 365, 'USD', 100000, '{pay_in_full}', '{card}', now()"
        " FROM generate_series(0, :count - 1) n",
        **given,
    )
    desk.change(
        people,
        "INSERT INTO program_policy (id, company_id, program_id, branch_id, position, kind, number, number_key,"
        " carrier, line, premium, taxes, earned_fees, unearned_fees, effective_on, expires_on)"
        " SELECT gen_random_uuid(), p.company_id, p.id, p.branch_id, 0, 'policy', p.number,"
        " replace(p.number, '-', ''), 'Gulf Mutual', 'Liability', 100000, 0, 0, 0, p.effective_on, p.expires_on"
        " FROM program p WHERE p.branch_id = :branch",
        branch=people.branch_id,
    )
