"""An upgrade and its way back, under the eyes of customers."""

from tests.upgrade.customers import Customers
from tests.upgrade.house import House


def test_nothing_fails_while_the_databases_of_the_running_release_are_migrated(house: House, people: Customers) -> None:
    with people.at_work("migrating", house.previous) as day:
        day.until_each_was_done(1)
        house.migrate(house.current)
        day.until_each_was_done(2)


def test_nothing_fails_with_both_releases_side_by_side(house: House, people: Customers) -> None:
    house.migrate(house.current)
    house.run(house.previous, house.current)
    with people.at_work("beside", house.previous, house.current) as day:
        day.until_each_was_done(3)


def test_nothing_fails_as_the_previous_release_leaves_and_comes_back(house: House, people: Customers) -> None:
    house.migrate(house.current)
    house.run(house.previous, house.current)
    with people.at_work("forward", house.previous, house.current) as day:
        house.run(house.current)
        day.until_each_was_done(2)
    with people.at_work("back", house.previous) as day:
        house.run(house.previous)
        day.until_each_was_done(2)
