"""One request as an endpoint sees it: whose it is, what it asks, and where the objects are."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from deploy.sandbox.payments.errors import missing
from deploy.sandbox.payments.forms import Params
from deploy.sandbox.payments.settings import API_VERSION, PLATFORM_ACCOUNT
from deploy.sandbox.payments.store import Store

Json = dict[str, Any]
Clock = Callable[[], float]


@dataclass
class Call:
    """`account` owns every object of the call; `publishable` marks a browser's call.

    `sends` says which types of event are delivered. What happens later to what the call makes (a debit ends, a
    refund arrives) does so after `delay_seconds`.
    """

    store: Store
    clock: Clock
    base_url: str
    account: str = PLATFORM_ACCOUNT
    publishable: bool = False
    path: dict[str, str] = field(default_factory=dict)
    params: Params = field(default_factory=lambda: Params({}))
    request_id: str = ""
    idempotency_key: str | None = None
    api_version: str = API_VERSION
    sends: Callable[[str], bool] = bool
    delay_seconds: float = 0.0
    ip_address: str = ""
    user_agent: str = ""

    @property
    def now(self) -> int:
        """Seconds since the epoch."""
        return int(self.clock())

    @property
    def connected(self) -> bool:
        """Whether the call acts on a connected account."""
        return self.account != PLATFORM_ACCOUNT

    def get(self, kind: str, object_id: str, noun: str, param: str | None = None) -> Json:
        """The object, or the provider's "No such …": 404 for one in the path, 400 for one named by a parameter."""
        found = self.store.find(self.account, kind, object_id)
        if found is None:
            raise missing(noun, object_id, param or noun, 400 if param else 404)
        return found

    def add(self, item: Json, hidden: Json | None = None) -> Json:
        """Stores a new object in the account of the call."""
        return self.store.add(self.account, item, hidden)
