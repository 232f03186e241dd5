"""Events of what is said of requests, and of their end."""

from typing import Any

from services.contracts.fieldwork.requests import CommentView, RequestClosed, RequestCommented, RequestSummary
from services.contracts.snapshots import Person
from tests.unit.notifications import samples

OMAR = Person(id=samples.OMAR, name="Omar Haddad", email="omar@evergreen.test")


def summary(**said: Any) -> RequestSummary:
    """Priya's request about the Clubhouse, which nobody sees to yet."""
    known = samples.requested().request.model_dump()
    return RequestSummary.model_validate({**known, **said})


def commented(
    by: str = "staff", *, public: bool = True, raised_by: str = "contact", text: str = "On Tuesday.", **said: Any
) -> RequestCommented:
    """A comment on it."""
    comment = CommentView.model_validate(
        {
            "id": samples.REQUEST,
            "text": text,
            "public": public,
            "author": "Omar Haddad" if by == "staff" else "Priya Shah",
            "author_kind": by,
            "created_at": samples.NOON,
        }
    )
    return RequestCommented.model_validate(
        {**_about(summary(**said), raised_by), "comment": comment},
    )


def closed(*, raised_by: str = "contact", **said: Any) -> RequestClosed:
    """Its end."""
    return RequestClosed.model_validate(
        {**_about(summary(status="closed", **said), raised_by), "closed_by": "Omar Haddad"}
    )


def _about(request: RequestSummary, raised_by: str) -> dict[str, Any]:
    return {
        "company_id": samples.EVERGREEN,
        "version": 2,
        "request": request,
        "branch_id": samples.AUSTIN,
        "customer_id": samples.LAKESIDE,
        "raised_by_id": samples.PRIYA,
        "raised_by_kind": raised_by,
    }
