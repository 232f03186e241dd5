"""A neighbour's answer is kept for a moment, for the company that it was given to."""

import time
from uuid import UUID

import pytest

from services.chassis import kept
from services.chassis.kept import Kept
from services.contracts.identity.portals import GetBranch
from services.contracts.messages import new_id


class Neighbour:
    """Counts how often it is asked, and answers that."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> int:
        self.asked += 1
        return self.asked


def answers(cache: Kept, neighbour: Neighbour, *asked: tuple[UUID, GetBranch]) -> list[int]:
    return [cache.answer(company_id, message, neighbour) for company_id, message in asked]


def test_the_same_question_is_asked_once() -> None:
    company_id, branch_id = new_id(), new_id()
    asked = [(company_id, GetBranch(branch_id=branch_id)) for _ in range(2)]
    assert answers(Kept(), Neighbour(), *asked) == [1, 1]


def test_another_branch_and_another_company_are_asked_for() -> None:
    company_id, message = new_id(), GetBranch(branch_id=new_id())
    others = (company_id, GetBranch(branch_id=new_id())), (new_id(), message)
    assert answers(Kept(), Neighbour(), (company_id, message), *others) == [1, 2, 3]


def test_what_is_too_old_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "KEPT_SECONDS", 0.0)
    company_id, message = new_id(), GetBranch(branch_id=new_id())
    assert answers(Kept(), Neighbour(), (company_id, message), (company_id, message)) == [1, 2]


def test_what_was_said_before_something_happened_is_asked_for_again_because_of_it() -> None:
    cache, neighbour, company_id, message = Kept(), Neighbour(), new_id(), GetBranch(branch_id=new_id())
    happened = time.time()
    assert cache.answer(company_id, message, neighbour, happened) == 1
    assert cache.answer(company_id, message, neighbour, happened) == 1
    assert cache.answer(company_id, message, neighbour, time.time() + 1) == 2


def test_it_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    cache, company_id = Kept(), new_id()
    for _ in range(5):
        cache.answer(company_id, GetBranch(branch_id=new_id()), Neighbour())
    assert len(cache._answers) <= 2
