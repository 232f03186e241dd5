"""What really happened, read where it cannot be argued with: the databases, the provider's ledger, inbox, files."""

from contextlib import closing
from typing import Any

import httpx
import psycopg2

from deploy.local import world
from deploy.local.stack import Stack
from services.billing import audit as billing_audit
from services.chassis.database import connect

Json = dict[str, Any]
Row = tuple[Any, ...]

CURRENT_PAGE = 1000


class Evidence:
    """Reads as the database's administrator, who sees every company."""

    def __init__(self, stack: Stack) -> None:
        self._server = stack.server.admin_url.rpartition("/")[0]
        self._site = stack.site
        self._billing = connect(stack.database("billing").url, pool_size=1)

    def rows(self, service: str, statement: str) -> list[Row]:
        """What a statement finds in a service's database."""
        url = f"{self._server}/portico_{service}"
        with closing(psycopg2.connect(url, connect_timeout=5)) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def everywhere(self, statement: str) -> list[Row]:
        """The same in every service's database; each row begins with the service's name."""
        return [(service, *row) for service in world.SERVICES for row in self.rows(service, statement)]

    def books(self) -> list[str]:
        """What billing's own audit, which works as billing's own role, finds wrong."""
        self._billing.dispose()
        return billing_audit.discrepancies(self._billing)

    def charges(self) -> list[Json]:
        """Every charge that moved money at the payment provider."""
        return self._get(f"{self._site.payments_url}/sandbox/ledger")["items"]  # type: ignore[no-any-return]

    def undelivered_webhooks(self) -> int:
        """How many of the provider's events still wait to be accepted."""
        return len(self._get(f"{self._site.payments_url}/sandbox/deliveries")["items"])

    def mails(self) -> list[Json]:
        """Every mail that arrived, newest first."""
        found: list[Json] = []
        page = self._mails({"limit": CURRENT_PAGE})
        while page:
            found += page
            page = self._mails({"limit": CURRENT_PAGE, "before": found[-1]["id"]})
        return found

    def file(self, key: str) -> bytes | None:
        """A stored document, or None where there is none."""
        path = self._site.files / key
        return path.read_bytes() if path.is_file() else None

    def _mails(self, params: dict[str, int]) -> list[Json]:
        page: list[Json] = self._get(f"{self._site.mail_url}/api/messages", params)
        return page

    def _get(self, url: str, params: dict[str, int] | None = None) -> Any:
        return httpx.get(url, params=params, timeout=20, trust_env=False).raise_for_status().json()
