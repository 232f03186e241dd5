"""What is told of who changed whose access, and who signed in."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from services.contracts.identity.people import Json
from services.contracts.messages import Limit, Page, Query, View
from services.contracts.moments import Moment


class Actor(View):
    """Who did it; where a staff member was looking as a contact it is the staff member."""

    kind: Literal["contact", "staff", "integration", "system", "operator", "nobody"]
    id: UUID | None = None
    name: str = ""


class AuditEventView(View):
    """Who did what, when, from where; `before` and `after` hold what changed and nothing secret."""

    id: UUID
    at: datetime
    actor: Actor
    action: str
    subject_type: str
    subject_id: UUID | None
    subject_name: str
    ip: str
    user_agent: str
    before: Json | None
    after: Json | None


class ListAuditEvents(Query[Page[AuditEventView]]):
    """Newest first."""

    action: Annotated[str, StringConstraints(max_length=100)] | None = None
    """An action such as `contact.changed`, or the part before the dot for all of them."""
    actor_id: UUID | None = None
    subject_id: UUID | None = None
    since: Moment | None = None
    until: Moment | None = None
    """The first moment that is too late."""
    cursor: str | None = None
    limit: Limit = 50
