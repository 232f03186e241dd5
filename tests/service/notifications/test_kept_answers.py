"""What identity said a moment ago is kept, but no mail is lost by an answer that is older than what happened."""

from functools import partial
from typing import Any

import pytest

from deploy.local.stack import Stack
from services.chassis.kept import Kept
from services.chassis.work import Work
from services.contracts.messages import Ask, new_id
from tests.service.conftest import Databases
from tests.service.notifications.conftest import Identity, Inbox, Notifications
from tests.unit.notifications import samples


class Replica(Notifications):
    """One whose process keeps what identity answers."""

    def __init__(self, databases: Databases, identity: Identity, admin_url: str) -> None:
        super().__init__(databases, identity, admin_url)
        self._kept = Kept()
        self.executor._ask = self._ask

    def _ask(self, message: Ask[Any], work: Work) -> Any:
        return self._kept.answer(work.company_id, message, partial(self.identity, message, work), work.since)


@pytest.fixture
def replica(notifications: Notifications, databases: Databases, backing: Stack, identity: Identity) -> Replica:
    """A replica that has just heard that Priya is disabled; she was let in again since."""
    replica = Replica(databases, identity, backing.server.admin_url)
    identity.contact = samples.priya(status="disabled")
    replica.happens(samples.invited(id=new_id()))
    identity.contact = samples.priya()
    return replica


def test_who_may_be_told_again_is_mailed_of_what_happens_then(replica: Replica, inbox: Inbox) -> None:
    replica.happens(samples.invited(id=new_id()))
    replica.deliver()
    assert len(inbox.messages()) == 1


def test_a_replica_that_knows_less_withholds_nothing(
    notifications: Notifications, replica: Replica, inbox: Inbox
) -> None:
    notifications.happens(samples.invited(id=new_id()))
    replica.deliver()
    assert len(inbox.messages()) == 1
