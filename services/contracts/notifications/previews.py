"""Messages about the templates of mails: which there are, and what each looks like with sample data."""

from uuid import UUID

from services.contracts.messages import Query, View
from services.contracts.notifications.preferences import Kind
from services.contracts.principals import Language


class MailTemplateView(View):
    """A kind of mail; `kind` is what its recipient can switch off, None where it is essential."""

    template: str
    audience: str
    kind: Kind | None


class MailTemplatesView(View):
    items: list[MailTemplateView]


class ListMailTemplates(Query[MailTemplatesView]):
    """Every mail that Portico writes, for administrators."""


class MailPreview(View):
    subject: str
    text: str
    html: str


class PreviewMail(Query[MailPreview]):
    """A mail with sample data in a branch's brand; not_found where there is no such template."""

    template: str
    branch_id: UUID
    language: Language = "en"
