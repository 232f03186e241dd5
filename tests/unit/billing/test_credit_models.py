"""A credit is never worth more or less than what came in, went out and reduces invoices."""

from hypothesis import given
from hypothesis import strategies as st

from services.billing.credit_models import Credit

MOVES = ("apply", "take_back", "pay_back", "receive")


@given(st.integers(1, 10_000), st.lists(st.tuples(st.sampled_from(MOVES), st.integers(1, 10_000)), max_size=30))
def test_what_a_credit_has_is_what_it_was_given_less_what_it_gave(first: int, moves: list[tuple[str, int]]) -> None:
    credit, applied, came_in, went_back = Credit(amount=first, unapplied=first, returned=0), 0, first, 0
    for move, amount in moves:
        free = credit.unapplied
        if move == "take_back":
            amount = min(amount, applied)
        elif move in ("apply", "pay_back"):
            amount = min(amount, free)
        getattr(credit, move)(amount)
        applied += {"apply": amount, "take_back": -amount}.get(move, 0)
        went_back += amount if move == "pay_back" else 0
        came_in += amount if move == "receive" else 0
        assert credit.unapplied == came_in - went_back - applied
        assert credit.unapplied + credit.returned + applied == credit.amount
        assert min(credit.unapplied, credit.returned, applied) >= 0


def test_a_credit_refuses_to_give_what_it_does_not_have() -> None:
    for move in ("apply", "pay_back"):
        credit = Credit(amount=100, unapplied=40, returned=0)
        try:
            getattr(credit, move)(41)
        except ValueError:
            assert credit.unapplied == 40
        else:
            raise AssertionError(f"{move} went beyond what is free")
