"""Every route of the API, and what it answers those who may not use it as it is asked for here.

All that is asked for is Lakeside's, at Evergreen Grounds. `{names}` in paths and bodies are ids that
`access_world.py` makes.
"""

from tests.e2e.access import autopay, exchange, fieldwork, integrations, jobs, money, people, programs, proposals, talk

PUBLIC = frozenset(
    {
        "GET /portals/{portal}",
        "POST /portals/{portal}/login-codes",
        "POST /portals/{portal}/sessions",
        "POST /portals/{portal}/guest-sessions",
        "POST /portal-links",
        "POST /password-resets",
        "POST /password-resets/completion",
        "POST /invitations/acceptance",
        "POST /office/sessions",
        "POST /webhooks/stripe",
        "POST /verifications",
    }
)
"""3-http.md: what anybody may call."""

_AREAS = (people, programs, money, autopay, proposals, fieldwork, talk, jobs, exchange, integrations)

ANYBODY = people.ANYBODY
PORTAL = tuple(row for area in _AREAS for row in area.PORTAL)
OFFICE = tuple(row for area in _AREAS for row in area.OFFICE)
