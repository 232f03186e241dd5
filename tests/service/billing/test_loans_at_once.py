"""Two at once: a loan changed or paid off by one while another pays an installment; nothing is owed or paid twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.contracts.billing.finance import EndorseAgreement, RaisePayoff
from services.contracts.errors import DomainError
from services.contracts.messages import Ask
from services.contracts.money import Money
from services.contracts.principals import Principal
from tests.service.billing import loans
from tests.service.billing.conftest import Desk, use_case
from tests.service.billing.insured import insured
from tests.service.billing.loans import audited, lent, read
from tests.service.billing.people import People


def together(*acts: Callable[[], Any]) -> list[Any]:
    """What came of each, a refusal included."""

    def outcome(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except DomainError as refusal:
            return refusal

    # The last one stays in this thread: what an endorsement draws is drawn from where the service's loop is.
    with ThreadPoolExecutor(len(acts)) as pool:
        others = [pool.submit(outcome, act) for act in acts[:-1]]
        last = outcome(acts[-1])
        return [*(each.result() for each in others), last]


def asking(desk: Desk, who: Principal, message: Ask[Any]) -> Callable[[], Any]:
    """That, later."""
    return lambda: desk.ask(who, message)


@pytest.mark.parametrize("change", ["payoff", "endorsement"])
def test_an_installment_is_paid_or_replaced_but_not_both(desk: Desk, people: People, change: str) -> None:
    program, agreement = lent(desk, people)
    lena = insured(people)
    order = desk.order(lena, desk.add_card(lena), loans.invoice(desk, people, agreement, 5))
    command: Ask[Any] = RaisePayoff(program_id=program.id)
    if change == "endorsement":
        command = EndorseAgreement(
            program_id=program.id,
            effective_on=program.effective_on,
            change=Money(amount=10_000),
            keep="term",
            reason="More",
        )
    paid, changed = together(asking(desk, lena, order), asking(desk, people.office, command))
    assert not isinstance(changed, DomainError)
    status = read(desk, people, program).installments[4].status
    if isinstance(paid, DomainError):
        assert paid.details["reason"] == "void"
        assert status == ("void" if change == "payoff" else "due")
    else:
        assert status == "paid"
    assert audited(desk, people) == []


def test_two_payoffs_at_once_are_one(desk: Desk, people: People) -> None:
    program, _ = lent(desk, people)
    orders = [asking(desk, people.office, RaisePayoff(program_id=program.id)) for _ in range(3)]
    refusals = [each for each in together(*orders) if isinstance(each, DomainError)]
    assert [each.details["reason"] for each in refusals] == ["payoff_raised"] * 2
    assert audited(desk, people) == []


def test_two_replicas_bill_a_late_fee_once(desk: Desk, people: People) -> None:
    lent(desk, people, begun=-3, installments=2)
    loans.grace_passes(desk, people)
    ids = [row[0] for row in desk.rows(people, "SELECT id FROM installment")]
    charge = use_case("charge_late_fees")
    together(*[lambda each=each: desk.executor.due(charge, people.company_id, each) for each in ids * 3])
    assert desk.value(people, "SELECT count(*) FROM late_fee") == 2
    assert desk.value(people, "SELECT count(*) FROM invoice WHERE kind = 'one_time'") == 2
    assert audited(desk, people) == []
