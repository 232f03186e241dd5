"""How the office's pages are shown: with what was just done, and only what the staff member may."""

from functools import partial
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from gateway.auth import Caller
from gateway.exports import lists as exported
from gateway.office import words
from gateway.pages.addresses import address, see
from gateway.pages.render import page
from services.contracts.messages import Page
from services.contracts.permissions import may_in_office

SAID = {
    "added": "Added.",
    "saved": "Saved.",
    "deleted": "Deleted.",
    "invited": "The invitation is on its way by e-mail.",
    "many-invited": "The invitations are on their way by e-mail.",
    "disabled": "Disabled. Every open session ends at once.",
    "enabled": "Enabled again.",
    "revoked": "The key is revoked and opens nothing any more.",
    "reset": "The second factor was taken away.",
    "password": "Your password is changed. Every other session was signed out.",
    "ended": "The session was signed out.",
    "said": "Your comment is there.",
    "closed": "Closed. The customer is told, where they see it.",
    "reopened": "Open again.",
    "became-job": "A job was made of it.",
    "became-quote": "A quote was made of it.",
    "visit-completed": "Completed.",
    "visit-cancelled": "Cancelled. The customer sees it no longer.",
    "noted": "The note is there.",
    "read": "Marked as read.",
    "drafted": "The draft is kept. Deliver it when it is ready.",
    "deliver": "Delivered. Those who can sign are told by e-mail.",
    "approve": "Approved.",
    "start-production": "In production.",
    "mark-won": "Marked as won.",
    "mark-lost": "Marked as lost.",
    "take-back": "Taken back. It is a draft now.",
    "finalized": "The quote is answered, and its proposal drafted.",
    "program-drafted": "The draft is kept. Offer it when it is ready.",
    "offered": "Offered. Those who can choose are told by e-mail.",
    "billed": "Billed. Those who can pay it are told by e-mail.",
    "payoff-raised": "The payoff is raised. Those who can pay it are told by e-mail.",
    "payoff-withdrawn": "The payoff is taken back. Its installments are owed again.",
    "endorsed": "Endorsed. This is a new version of the agreement.",
    "program-cancelled": "The program is cancelled.",
    "asked": "Those who can pay it are reminded by e-mail.",
    "invoice-drafted": "The draft is kept. Share it when it is ready.",
    "shared": "Shared. It is owed now, and those who can pay it are told by e-mail.",
    "voided": "The invoice is void. Nothing is owed of it any more.",
    "link-renewed": "There is a new pay link. All that were handed out before open nothing any more.",
    "recorded": "The payment is recorded.",
    "refunded": "The refund is on its way. The payer is told by e-mail.",
    "granted": "The credit is granted. It reduces nothing until you apply it.",
    "applied": "The credit is applied.",
    "unapplied": "The credit is free again, and the invoice owed.",
    "mail-resent": "It is on its way once more.",
    "suppressed": "The address is suppressed.",
    "lifted": "Mails go to the address again.",
    "replayed": "It is being read at the provider once more.",
    "archived": "Archived. It is in the list of archived programs.",
    "restored": "It is in the list again.",
    "removed": "Your second factor is off.",
    "webhook-on": "On. It is told what happens from now on.",
    "webhook-off": "Off. It is told nothing more.",
    "webhook-sent": "On its way.",
    "webhooks-resent": "On their way once more.",
    "webhooks-none-failed": "Nothing failed in that time.",
    "import-started": "The file is there, and is being checked.",
    "import-confirmed": "It is being imported.",
    "import-cancelled": "The import is cancelled. Nothing was imported.",
}
"""What a page says of what was just done; the address names it."""

SIGN_IN_SAID = {"password": "Your new password is set. Sign in with it."}


def show(request: Request, member: Caller, template: str, http_status: int = 200, **values: Any) -> HTMLResponse:
    """The page of a template; in it, `may(scope)` tells what the staff member may, `csv(list)` where it is as CSV."""
    return page(
        request,
        template,
        http_status,
        said=SAID.get(request.query_params.get("said", "")),
        may=partial(may_in_office, member.principal),
        words=words,
        csv=partial(exported.address_of, request.query_params),
        **values,
    )


def show_list(
    request: Request, member: Caller, template: str, items: Page[Any], cursor: str | None, **values: Any
) -> HTMLResponse:
    """A page of a list; its ways to the first and the next page keep what the list was asked for."""
    asked = {name: request.query_params[name] for name in request.query_params if name not in ("cursor", "said")}
    path = request.url.path
    return show(
        request,
        member,
        template,
        items=items.items,
        first=address(path, asked) if cursor else None,
        next=address(path, {**asked, "cursor": items.next_cursor}) if items.next_cursor else None,
        **values,
    )


def done(path: str, said: str) -> RedirectResponse:
    """After a form: the browser goes on to a page that says what was done."""
    return see(address(path, {"said": said}))
