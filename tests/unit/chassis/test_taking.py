"""A replica takes some of the rows that are due, each again only after a pause, and none is left for good."""

from hypothesis import given
from hypothesis import strategies as st

from services.chassis.taking import LONGEST_WAIT, LOOK, MOST, PART, Taking

MANY = list(range(LOOK))


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Turns:
    """A worklist of rows, the oldest first, and how the work on each ends."""

    def __init__(self, rows: list[int], broken: set[int], pause: float = 5) -> None:
        self.rows, self.broken, self.done = rows, broken, list[int]()
        self.clock = Clock()
        self.taking = Taking(pause, self.clock)
        self.tried = 0

    def turn(self) -> None:
        """One turn; each row takes a hundredth of a second."""
        self.taking.begin()
        while taken := self.taking.take(self.rows[: self.taking.look]):
            for row in taken:
                self._work_on(row)

    def _work_on(self, row: int) -> None:
        self.clock.now += 0.01
        self.tried += 1
        try:
            with self.taking.trying(row):
                if row in self.broken:
                    raise ValueError
        except ValueError:
            return
        self.rows.remove(row)
        self.done.append(row)


def test_a_few_rows_are_taken_in_their_order() -> None:
    assert Taking(pause=5).take([3, 1, 2]) == [3, 1, 2]


def test_of_many_rows_some_are_taken_at_random() -> None:
    first, second = (Taking(pause=5).take(MANY) for _ in range(2))
    assert len(set(first)) == len(set(second)) == PART
    assert set(first) != set(second)


def test_a_row_that_was_taken_is_left_alone_while_others_are_due() -> None:
    clock = Clock()
    taking = Taking(5, clock)
    taken = [row for _ in range(LOOK // PART) for row in taking.take(MANY)]
    assert sorted(taken) == MANY
    clock.now = 4.9
    assert taking.take(MANY) == []


def test_a_row_that_stays_due_is_taken_again_after_the_pause_however_many_others_come() -> None:
    clock = Clock()
    taking = Taking(5, clock)
    assert taking.take(["stubborn"]) == ["stubborn"]
    clock.now = 4
    assert taking.take(["stubborn", "new"]) == ["new"]
    clock.now = 5
    assert taking.take(["stubborn", "newer"]) == ["stubborn", "newer"]


def test_a_row_that_is_due_anew_is_taken_at_once() -> None:
    taking = Taking(5, Clock())
    taking.take(["done"])
    assert taking.take([]) == []
    assert taking.take(["done"]) == ["done"]


def test_a_row_that_is_due_anew_in_the_next_turn_is_taken_at_once() -> None:
    taking = Taking(5, Clock())
    taking.take(["done"])
    taking.begin()
    assert taking.take(["done"]) == ["done"]


def test_a_row_that_keeps_failing_waits_ever_longer_up_to_a_bound() -> None:
    turns = Turns([1], broken={1})
    gaps = []
    for _ in range(8):
        began = turns.clock.now
        while not turns.taking.take([1]):
            turns.clock.now += 1
            turns.taking.begin()
        gaps.append(turns.clock.now - began)
        turns._work_on(1)
    assert [round(gap) for gap in gaps] == [0, 5, 10, 20, 40, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT]


def test_many_rows_that_keep_failing_wait_as_long_as_one_would() -> None:
    rows = list(range(10 * LOOK))
    turns = Turns(rows, broken=set(rows))
    while turns.clock.now < 300:
        turns.turn()
        turns.clock.now += 5
    # At 0, 5, 15, 35, 75, 135, 195 and 255 seconds at the earliest.
    assert turns.tried <= 8 * len(rows)


def test_a_row_that_succeeded_has_its_failures_forgotten() -> None:
    turns = Turns([1], broken={1})
    for _ in range(3):
        turns.turn()
        turns.clock.now += LONGEST_WAIT
    turns.broken.clear()
    turns.turn()
    turns.rows.append(1)
    turns.turn()
    assert turns.done == [1, 1]


@given(st.integers(0, 6 * LOOK), st.integers(1, 3 * LOOK))
def test_rows_that_keep_failing_hide_no_row_behind_them(broken: int, sound: int) -> None:
    rows = list(range(broken + sound))
    turns = Turns(rows, broken=set(range(broken)))
    turns.turn()
    assert sorted(turns.done) == list(range(broken, broken + sound))


def test_rows_that_stay_due_without_a_failure_are_no_reason_to_look_at_more() -> None:
    rows = list(range(3 * LOOK))
    taking = Taking(5, Clock())
    while taken := taking.take(rows[: taking.look]):
        for row in taken:
            with taking.trying(row):
                pass
    assert taking.look == LOOK


def test_however_many_fail_no_more_than_a_bound_is_looked_at() -> None:
    turns = Turns(list(range(2 * MOST)), broken=set(range(2 * MOST)), pause=1000)
    turns.turn()
    assert turns.taking.look == MOST
    assert turns.tried == MOST
