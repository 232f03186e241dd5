"""Who reads what a secret address opens, such as a calendar, while nobody is signed in."""

from uuid import UUID

from services.contracts.messages import Query
from services.contracts.principals import Principal


class ResolveReader(Query[Principal]):
    """A contact as their calendar program reads a portal: what they may do there now, as far as it is looking.

    not_found where they may not enter that portal any more. Asked without a principal, by the gateway alone, after
    the secret address was found.
    """

    company_id: UUID
    contact_id: UUID
    branch_id: UUID
