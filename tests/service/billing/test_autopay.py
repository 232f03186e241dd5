"""Autopay as customers manage it: authorized in words that are kept, moved, capped, skipped, switched off."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from services.chassis.database import tenant_session
from services.contracts.billing.autopay import (
    AutopayTermsView,
    ChangeAutopay,
    GetAutopay,
    GetAutopayTerms,
    SkipDebit,
)
from services.contracts.billing.methods import DeleteMethod
from services.contracts.errors import DomainError
from services.contracts.messages import new_id
from services.contracts.money import Money
from services.contracts.principals import PortalSettings, Viewer
from tests.sandbox.servers import wait_for
from tests.service.billing.autopay_desk import AutopayDesk, now
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People, with_settings
from tests.service.billing.refusals import refused


def off() -> ChangeAutopay:
    """The order to switch it off."""
    return ChangeAutopay(enabled=False)


@pytest.fixture
def autopay(desk: Desk, people: People) -> AutopayDesk:
    return AutopayDesk(desk, people)


def test_it_is_off_until_somebody_switches_it_on(autopay: AutopayDesk) -> None:
    view = autopay.ask(autopay.priya, GetAutopay())
    assert (view.enabled, view.status, view.upcoming, view.manageable) == (False, "off", [], True)


def test_who_switches_it_on_is_shown_the_words_that_are_kept_and_mailed(autopay: AutopayDesk) -> None:
    card = autopay.add_card(autopay.priya)
    terms = autopay.ask(autopay.priya, GetAutopayTerms(payment_method_id=card.id, cap=Money(amount=50_000)))
    for named in ("Evergreen Grounds", "Visa ending in 4242", "USD 500.00", "10 days", "turn autopay off", "declined"):
        assert named in terms.text
    view = autopay.turn_on(card, cap=Money(amount=50_000), terms_sha256=terms.sha256)
    assert (view.enabled, view.payment_method_id, view.cap) == (True, card.id, Money(amount=50_000))
    assert view.authorization and view.authorization.text == terms.text
    (kept,) = autopay.rows(
        autopay.people, "SELECT wording, version, contact_id, payment_method_id FROM autopay_authorization"
    )
    assert kept == (terms.text, terms.version, autopay.priya.id, card.id)
    (copy,) = autopay.told("autopay_authorized")
    assert (copy["text"], copy["person_id"], copy["replaces"]) == (terms.text, str(autopay.priya.id), False)


def test_terms_that_are_others_by_now_are_read_again(autopay: AutopayDesk) -> None:
    card = autopay.add_card(autopay.priya)
    shown: AutopayTermsView = autopay.ask(autopay.priya, GetAutopayTerms(payment_method_id=card.id))
    stale = ChangeAutopay(enabled=True, payment_method_id=card.id, cap=Money(amount=50_000), terms_sha256=shown.sha256)
    assert refused(autopay, autopay.priya, stale).details["reason"] == "terms_changed"
    assert not autopay.ask(autopay.priya, GetAutopay()).enabled


def test_an_authorization_is_never_changed_nor_deleted(autopay: AutopayDesk) -> None:
    autopay.turn_on(autopay.add_card(autopay.priya))
    for statement in ("UPDATE autopay_authorization SET wording = ''", "DELETE FROM autopay_authorization"):
        with pytest.raises(Exception, match="permission denied"):
            autopay.change(autopay.people, statement)


def test_the_method_is_needed_to_turn_it_on(autopay: AutopayDesk) -> None:
    assert refused(autopay, autopay.priya, ChangeAutopay(enabled=True)).details["field"] == "payment_method_id"


@pytest.mark.parametrize("who", ["ben", "chen", "dana"])
def test_only_the_customers_primary_contact_with_both_permissions_changes_it(autopay: AutopayDesk, who: str) -> None:
    card = autopay.add_card(autopay.priya)
    other = getattr(autopay.people, who)
    command = ChangeAutopay(enabled=True, payment_method_id=card.id)
    assert refused(autopay, other, command).code == "forbidden"
    rights = other.model_copy(update={"permissions": autopay.priya.permissions})
    expected = "not_found" if who == "dana" else "forbidden"
    assert refused(autopay, rights, command).code == expected
    cannot_pay = autopay.priya.model_copy(update={"permissions": frozenset({"invoices.view", "autopay.manage"})})
    assert refused(autopay, cannot_pay, command).code == "forbidden"


def test_staff_who_view_the_portal_as_the_customer_change_nothing(autopay: AutopayDesk) -> None:
    card = autopay.add_card(autopay.priya)
    viewed = autopay.priya.model_copy(update={"viewer": Viewer(id=new_id(), name="Omar Haddad")})
    for command in (ChangeAutopay(enabled=True, payment_method_id=card.id), off(), SkipDebit()):
        assert refused(autopay, viewed, command).details["reason"] == "view_only"


def test_a_type_that_the_portal_does_not_take_and_an_expired_card_are_refused(autopay: AutopayDesk) -> None:
    card = autopay.add_card(autopay.priya)
    banks_only = with_settings(autopay.priya, payment_method_types=["us_bank_account"])
    command = ChangeAutopay(enabled=True, payment_method_id=card.id)
    assert refused(autopay, banks_only, command).details["reason"] == "type_not_accepted"
    autopay.change(autopay.people, "UPDATE payment_method SET expires_on = '2020-01-31'")
    assert refused(autopay, autopay.priya, command).details["reason"] == "expired"
    offline = with_settings(autopay.priya, electronic_payments=False)
    assert refused(autopay, offline, command).details["reason"] == "electronic_payments"


def test_the_first_charge_is_announced_ten_days_before_and_an_equal_one_is_not(autopay: AutopayDesk) -> None:
    first, soon = autopay.owe(days=30), autopay.owe(days=3)
    view = autopay.turn_on(autopay.add_card(autopay.priya))
    assert [each.invoice_id for each in view.upcoming] == [soon.id, first.id]
    (told,) = autopay.told("autopay_announced")
    assert [each["invoice_number"] for each in told["debits"]] == [soon.number]
    assert autopay.debit(soon.id)["due_at"] >= now() + timedelta(days=9, hours=23, minutes=59)
    assert autopay.debit(first.id)["charge_on"] == first.due_on
    assert autopay.open_runs() == 0


def test_an_amount_that_differs_is_announced_and_waits_for_its_notice(autopay: AutopayDesk) -> None:
    autopay.owe(days=12)
    autopay.turn_on(autopay.add_card(autopay.priya))
    other = autopay.owe(15_000, days=13)
    autopay.plan()
    assert [each["debits"][0]["amount"]["amount"] for each in autopay.told("autopay_announced")] == [12_000, 15_000]
    assert autopay.debit(other.id)["noticed_at"] is not None
    autopay.plan()
    assert len(autopay.told("autopay_announced")) == 2


def test_what_fell_due_before_it_was_agreed_to_is_not_charged(autopay: AutopayDesk) -> None:
    overdue = autopay.owe(days=0)
    autopay.change(autopay.people, "UPDATE invoice SET due_on = due_on - 1")
    view = autopay.turn_on(autopay.add_card(autopay.priya))
    assert view.upcoming == []
    autopay.plan()
    assert autopay.rows(autopay.people, f"SELECT 1 FROM autopay_debit WHERE invoice_id = '{overdue.id}'") == []


def test_the_same_again_changes_nothing_and_mails_nothing(autopay: AutopayDesk) -> None:
    card = autopay.add_card(autopay.priya)
    autopay.turn_on(card)
    autopay.turn_on(card)
    autopay.ask(autopay.priya, off())
    autopay.ask(autopay.priya, off())
    assert len(autopay.told("autopay_authorized")) == len(autopay.told("autopay_ended")) == 1


def test_another_method_or_cap_is_agreed_to_anew(autopay: AutopayDesk) -> None:
    visa, amex = autopay.add_card(autopay.priya), autopay.add_card(autopay.priya, "pm_card_amex")
    autopay.turn_on(visa, cap=Money(amount=20_000))
    replaced = autopay.turn_on(amex)
    assert (replaced.payment_method_id, replaced.cap) == (amex.id, Money(amount=20_000))
    assert autopay.turn_on(amex, uncapped=True).cap is None
    assert [each["replaces"] for each in autopay.told("autopay_authorized")] == [False, True, True]
    assert autopay.value(autopay.people, "SELECT count(*) FROM autopay_authorization") == 3


def test_off_means_that_nothing_is_charged_any_more(autopay: AutopayDesk) -> None:
    autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    assert not autopay.ask(autopay.priya, off()).enabled
    autopay.come_due()
    assert autopay.open_runs() == 0
    (told,) = autopay.told("autopay_ended")
    assert told["because"] == "asked"


def test_off_holds_for_what_a_run_has_queued_already(autopay: AutopayDesk) -> None:
    autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    autopay.come_due()
    autopay.open_runs()
    autopay.ask(autopay.priya, off())
    autopay.charge()
    assert autopay.todays().dropped == 1 and autopay.intents(autopay.people) == 0


def test_switched_on_again_it_goes_on_with_what_was_planned(autopay: AutopayDesk) -> None:
    invoice, card = autopay.owe(), autopay.add_card(autopay.priya)
    autopay.turn_on(card)
    autopay.ask(autopay.priya, off())
    assert [each.invoice_id for each in autopay.turn_on(card).upcoming] == [invoice.id]
    assert autopay.run().charged == 1


def test_the_next_charge_is_skipped_and_taken_up_again(autopay: AutopayDesk) -> None:
    first, second = autopay.owe(days=20), autopay.owe(days=25)
    autopay.turn_on(autopay.add_card(autopay.priya))
    skipped = autopay.ask(autopay.priya, SkipDebit())
    assert [(each.invoice_id, each.standing) for each in skipped.upcoming] == [
        (first.id, "skipped"),
        (second.id, "planned"),
    ]
    back = autopay.ask(autopay.priya, SkipDebit(skip=False))
    assert [each.standing for each in back.upcoming] == ["planned", "planned"]
    autopay.ask(autopay.priya, SkipDebit())
    assert autopay.run().charged == 1
    assert autopay.value(autopay.people, "SELECT balance FROM invoice WHERE id = :id", id=first.id) == 12_000


def test_a_charge_that_a_run_takes_up_is_not_skipped(autopay: AutopayDesk) -> None:
    autopay.owe(days=20)
    autopay.turn_on(autopay.add_card(autopay.priya))
    with tenant_session(autopay.engine, autopay.people.company_id) as run, ThreadPoolExecutor() as other:
        run.execute(text("UPDATE autopay_debit SET state = 'queued', due_at = NULL"))
        refusal = other.submit(refused, autopay, autopay.priya, SkipDebit())
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
        wait_for(lambda: run.scalar(waiting))
        run.commit()
        assert refusal.result().details["reason"] == "nothing"


def test_the_charge_that_was_seen_is_skipped_and_never_the_one_after_it(autopay: AutopayDesk) -> None:
    first, second = autopay.owe(days=20), autopay.owe(days=25)
    autopay.turn_on(autopay.add_card(autopay.priya))
    autopay.ask(autopay.priya, SkipDebit(invoice_id=first.id))
    in_another_window = refused(autopay, autopay.priya, SkipDebit(invoice_id=first.id))
    assert in_another_window.details["reason"] == "nothing"
    assert [autopay.debit(each.id)["state"] for each in (first, second)] == ["skipped", "planned"]


def test_who_may_not_see_methods_is_not_told_of_one_by_the_authorization(autopay: AutopayDesk) -> None:
    autopay.turn_on(autopay.add_card(autopay.priya))
    reader = autopay.priya.model_copy(update={"permissions": {"invoices.view", "autopay.manage"}})
    view = autopay.ask(reader, GetAutopay())
    assert view.enabled and "4242" not in view.model_dump_json()


def test_there_is_nothing_to_skip_before_an_invoice_or_while_it_is_off(autopay: AutopayDesk) -> None:
    assert refused(autopay, autopay.priya, SkipDebit()).details["reason"] == "off"
    autopay.turn_on(autopay.add_card(autopay.priya))
    assert refused(autopay, autopay.priya, SkipDebit()).details["reason"] == "nothing"
    assert refused(autopay, autopay.priya, SkipDebit(skip=False)).details["reason"] == "nothing"


def test_more_than_the_cap_is_not_charged_and_the_person_is_told(autopay: AutopayDesk) -> None:
    invoice, card = autopay.owe(30_000), autopay.add_card(autopay.priya)
    view = autopay.turn_on(card, cap=Money(amount=20_000))
    assert [each.standing for each in view.upcoming] == ["over_cap"]
    assert autopay.run().dropped == 1 and autopay.charges(autopay.people) == []
    (told,) = autopay.told("autopay_withheld")
    assert (told["invoice_id"], told["cap"]["amount"]) == (str(invoice.id), 20_000)
    autopay.turn_on(card, uncapped=True)
    assert autopay.run().charged == 1


def test_a_method_that_autopay_uses_is_not_deleted_until_it_is_moved_or_off(autopay: AutopayDesk) -> None:
    visa, amex = autopay.add_card(autopay.priya), autopay.add_card(autopay.priya, "pm_card_amex")
    autopay.turn_on(visa)
    assert refused(autopay, autopay.priya, DeleteMethod(payment_method_id=visa.id)).details["reason"] == "autopay"
    autopay.turn_on(amex)
    autopay.ask(autopay.priya, DeleteMethod(payment_method_id=visa.id))
    autopay.ask(autopay.priya, off())
    autopay.ask(autopay.priya, DeleteMethod(payment_method_id=amex.id))


def test_of_deleting_a_method_and_turning_autopay_on_with_it_one_is_refused(autopay: AutopayDesk) -> None:
    for _ in range(8):
        card = autopay.add_card(autopay.priya)
        deletes = DeleteMethod(payment_method_id=card.id)
        turns_on = ChangeAutopay(enabled=True, payment_method_id=card.id)
        assert len(_race(autopay, deletes, turns_on)) == 1
        removed = autopay.value(autopay.people, "SELECT removed_at FROM payment_method WHERE id = :id", id=card.id)
        assert autopay.ask(autopay.priya, GetAutopay()).enabled == (removed is None)
        autopay.ask(autopay.priya, off())
        if removed is None:
            autopay.ask(autopay.priya, deletes)


def _race(autopay: AutopayDesk, *commands: ChangeAutopay | DeleteMethod) -> list[str]:
    """Sends them at once; answers the refusals."""
    gate = threading.Barrier(len(commands))
    refusals: list[str] = []

    def send(command: ChangeAutopay | DeleteMethod) -> None:
        gate.wait()
        try:
            autopay.ask(autopay.priya, command)
        except DomainError as error:
            refusals.append(error.code)

    threads = [threading.Thread(target=send, args=(each,)) for each in commands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


def test_two_who_turn_it_on_at_once_have_one(autopay: AutopayDesk) -> None:
    card = autopay.add_card(autopay.priya)
    commands = [ChangeAutopay(enabled=True, payment_method_id=card.id) for _ in range(3)]
    assert _race(autopay, *commands) == []
    assert autopay.value(autopay.people, "SELECT count(*) FROM autopay") == 1
    assert autopay.audit(autopay.people) == []


def test_colleagues_see_what_is_to_come_at_their_own_properties_alone(autopay: AutopayDesk) -> None:
    here = autopay.owe()
    elsewhere = autopay.bill(autopay.people, 9_000, net_days=20, property=autopay.people.north_gate)
    autopay.turn_on(autopay.add_card(autopay.priya))
    assert {each.invoice_id for each in autopay.ask(autopay.priya, GetAutopay()).upcoming} == {here.id, elsewhere.id}
    seen = autopay.ask(autopay.people.ben, GetAutopay())
    assert [each.invoice_id for each in seen.upcoming] == [here.id] and not seen.manageable


def test_each_portal_has_its_own(autopay: AutopayDesk) -> None:
    autopay.turn_on(autopay.add_card(autopay.priya))
    assert autopay.priya.portal
    dallas = autopay.priya.portal.model_copy(update={"branch_id": new_id(), "settings": PortalSettings()})
    assert not autopay.ask(autopay.priya.model_copy(update={"portal": dallas}), GetAutopay()).enabled
