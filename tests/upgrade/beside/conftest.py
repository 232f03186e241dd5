"""One house for both releases: its databases are those that the previous release has filled."""

from collections.abc import Iterator

import pytest

from deploy.local.stack import for_tests
from tests.faults.world import Site
from tests.upgrade import customers
from tests.upgrade.customers import Customers
from tests.upgrade.house import House
from tests.upgrade.versions import Version


@pytest.fixture(scope="package")
def house(previous: Version, current: Version) -> Iterator[House]:
    """The previous release, running, with its own schema and its own demo companies."""
    with pytest.MonkeyPatch.context() as patch, for_tests() as stack:
        patch.setenv("WEBHOOK_ALLOWED_NETWORKS", "127.0.0.0/8")
        stack.start_backing()
        for name in ("mail", "payments"):
            stack.start(name)
        house = House(stack, previous, current)
        house.migrate(previous)
        house.run(previous)
        house.load_demo(previous)
        yield house


@pytest.fixture(scope="package")
def site(house: House) -> Site:
    """A property of a demo company, with an office and a payer who have signed in."""
    return customers.settle(house.stack)


@pytest.fixture(scope="package")
def people(house: House, site: Site) -> Customers:
    """Those who pay, sign and ask there."""
    return Customers(house, site)
