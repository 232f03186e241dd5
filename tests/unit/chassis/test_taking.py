"""A replica takes some of the rows that are due, each again only after a pause, and none is left for good."""

from services.chassis.taking import LOOK, PART, Taking

MANY = list(range(LOOK))


def test_a_few_rows_are_taken_in_their_order() -> None:
    assert Taking(pause=5).take([3, 1, 2], now=0) == [3, 1, 2]


def test_of_many_rows_some_are_taken_at_random() -> None:
    first, second = (Taking(pause=5).take(MANY, now=0) for _ in range(2))
    assert len(set(first)) == len(set(second)) == PART
    assert set(first) != set(second)


def test_a_row_that_was_taken_is_left_alone_while_others_are_due() -> None:
    taking = Taking(pause=5)
    taken = [row for _ in range(LOOK // PART) for row in taking.take(MANY, now=1)]
    assert sorted(taken) == MANY
    assert taking.take(MANY, now=5.9) == []


def test_a_row_that_stays_due_is_taken_again_after_the_pause_however_many_others_come() -> None:
    taking = Taking(pause=5)
    assert taking.take(["stubborn"], now=0) == ["stubborn"]
    assert taking.take(["stubborn", "new"], now=4) == ["new"]
    assert taking.take(["stubborn", "newer"], now=5) == ["stubborn", "newer"]


def test_a_row_that_is_due_anew_is_taken_at_once() -> None:
    taking = Taking(pause=5)
    taking.take(["done"], now=0)
    assert taking.take([], now=1) == []
    assert taking.take(["done"], now=2) == ["done"]
