"""The broker lets each service ask and hear just those that its table of contents names."""

import json
import subprocess
import sys

import pytest

from deploy.bus_users import USERS, BusUser
from deploy.local.sites import CHECKOUT

# Each service in a process of its own, as it runs: their tables bear the same names.
NAMED = """
import json, sys
from services.chassis.events import EventListener
from services.chassis.host import find_service
service = find_service(sys.argv[1])
entrypoints = [each for name in dir(service) for each in getattr(getattr(service, name), "nameko_entrypoints", ())]
heard = {each.event.service() for each in entrypoints if isinstance(each, EventListener)}
print(json.dumps({"asks": sorted({each.service() for each in service.chassis.asks}), "hears": sorted(heard)}))
"""


@pytest.mark.parametrize("user", [user for user in USERS if user.serves], ids=lambda user: user.name)
def test_a_service_may_ask_and_hear_just_whom_it_names(user: BusUser) -> None:
    argv = [sys.executable, "-W", "ignore", "-c", NAMED, user.name]
    printed = subprocess.run(argv, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout
    assert json.loads(printed) == {"asks": list(user.asks), "hears": list(user.hears)}
