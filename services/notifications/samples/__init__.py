"""A sample of what each mail tells, for the office's preview and for the tests of templates."""

from services.contracts.identity.portals import BranchView
from services.notifications.contents.shape import OFFICE, Content, in_office, in_portal
from services.notifications.rules import Template
from services.notifications.samples import paying, people, working
from services.notifications.samples.shape import Link
from services.notifications.settings import notifications_settings

RECIPIENT = "Priya Shah"


def of(template: Template, branch: BranchView) -> Content:
    """The sample in the branch's brand, with links to its portal that lead to nothing in particular."""

    def link(*path: str, office: bool = False) -> str:
        return notifications_settings().link(OFFICE if office else branch.slug, *path)

    content = told(template, link)
    is_for_staff = content.get("url") and content["url"].startswith(link(office=True) + "/")
    return {**(in_office(branch) if is_for_staff else in_portal(branch)), **content}


def told(template: Template, link: Link) -> Content:
    """What the template is told besides the brand."""
    samples = {**people.samples(link), **paying.samples(link), **working.samples(link)}
    return samples[template]
