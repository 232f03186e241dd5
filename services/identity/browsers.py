"""New sign-ins: a person is told when their account is opened by a browser that they had not used before."""

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Work
from services.contracts.identity.people import Client
from services.contracts.identity.sessions import NewSignIn
from services.identity import branches, browser_names, people
from services.identity.account_models import KnownBrowser
from services.identity.models import Branch, Contact, StaffMember


def remember(work: Work, person: Contact | StaffMember, client: Client, branch: Branch | None) -> None:
    """Keeps the browser; a new one is announced, but for the person's first."""
    browser = browser_names.name(client.user_agent)
    is_first = not work.session.scalar(select(exists().where(KnownBrowser.person_id == person.id)))
    row = insert(KnownBrowser).values(
        person_id=person.id, browser=browser, company_id=work.company_id, first_seen_at=work.now
    )
    is_new = work.session.scalar(row.on_conflict_do_nothing().returning(KnownBrowser.browser)) is not None
    if is_new and not is_first:
        work.announce(
            NewSignIn(
                company_id=work.company_id,
                person_kind=person.kind,
                person_id=person.id,
                signed_in_at=work.now,
                device="" if browser == browser_names.OTHER else browser,
                ip=client.ip,
                portal_slug=branch.slug if branch else None,
                brand=branches.brand(branch) if branch else people.company_brand(work),
            )
        )
