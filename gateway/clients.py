"""Where a call came from, as evidence for a signature and to slow down guessing."""

from fastapi import Request

from gateway import context
from services.contracts.identity.people import Client

LONGEST_USER_AGENT = 500


def client_of(request: Request) -> Client:
    """The caller's address, with trusted proxies looked through, and what its browser calls itself."""
    agent = request.headers.get("user-agent", "")[:LONGEST_USER_AGENT]
    return Client(ip=context.current().client_ip, user_agent=agent)
