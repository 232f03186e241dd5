"""Previews: every mail with sample data, as a branch's customers and staff get it."""

from services.chassis.work import Work
from services.contracts.errors import forbidden, not_found
from services.contracts.identity.portals import GetBranch
from services.contracts.notifications.previews import (
    ListMailTemplates,
    MailPreview,
    MailTemplatesView,
    MailTemplateView,
    PreviewMail,
)
from services.contracts.permissions import may_in_office
from services.notifications import letters, rules, samples

NOBODY = "nobody@portico.test"


def page(work: Work, _: ListMailTemplates) -> MailTemplatesView:
    """Every template once, in the table's order."""
    _check(work)
    told = {
        notice.template: MailTemplateView(template=notice.template, audience=notice.audience, kind=notice.preference)
        for notice in rules.NOTICES
    }
    return MailTemplatesView(items=list(told.values()))


def preview(work: Work, query: PreviewMail) -> MailPreview:
    """The mail as it is sent, but with samples for what happened."""
    _check(work)
    branch = work.ask(GetBranch(branch_id=query.branch_id))
    notice = next((each for each in rules.NOTICES if each.template == query.template), None)
    if notice is None:
        raise not_found("There is no such mail.")
    told = samples.of(notice.template, branch)
    letter = letters.write(notice.template, told, samples.RECIPIENT, NOBODY, "", work.now, query.language)
    return MailPreview(subject=letter.subject, text=letter.text, html=letter.html)


def _check(work: Work) -> None:
    """Administrators, who can change what the mails say of their company."""
    if not may_in_office(work.principal, "company.write"):
        raise forbidden("Your role at the company does not include this.")
