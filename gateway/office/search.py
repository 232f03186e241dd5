"""The office's one box that finds everything: customers, people, places, and documents by number."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup, escape

from gateway.office.entry import Member
from gateway.office.showing import show
from gateway.searching import Findings, search
from services.contracts.search import Hit, HitKind

router = APIRouter()

LEAST = 2
"""Characters: with one, half of everything would be found."""

GROUPS: Mapping[HitKind, tuple[str, str]] = {
    "customer": ("Customers", "/office/customers"),
    "contact": ("Contacts", "/office/contacts"),
    "property": ("Properties", "/office/properties"),
    "invoice": ("Invoices", "/office/invoices"),
    "payment": ("Payments", "/office/payments"),
    "credit": ("Credits", "/office/credits"),
    "program": ("Programs", "/office/programs"),
    "proposal": ("Proposals", "/office/proposals"),
    "quote": ("Quotes", "/office/quotes"),
    "job": ("Jobs", "/office/jobs"),
    "request": ("Requests", "/office/requests"),
    "equipment": ("Equipment", "/office/equipment"),
}
"""What each kind is called, and where its pages lie."""


@router.get("/office/search")
async def search_all(request: Request, member: Member, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """What begins as it was typed, by kind; too little typed finds nothing, and the page says why."""
    sought = " ".join(q.split())
    long_enough = len(sought) >= LEAST and sought.isprintable()
    found = await search(member, sought) if long_enough else Findings(items=[], missing=[])
    return show(
        request,
        member,
        "office/search.html",
        here="search",
        q=sought,
        least=LEAST,
        long_enough=long_enough,
        groups=_grouped(found.items),
        missing=found.missing,
        marked=lambda text: marked(text, sought),
    )


def _grouped(hits: Sequence[Hit]) -> list[tuple[str, str, list[Hit]]]:
    """The hits by kind, in the order of the kinds: what they are called, where their pages lie, and they."""
    order = list(GROUPS)
    known = sorted((hit for hit in hits if hit.kind in GROUPS), key=lambda hit: order.index(hit.kind))
    return [(*GROUPS[kind], list(each)) for kind, each in groupby(known, key=lambda hit: hit.kind)]


def marked(text: str, sought: str) -> Markup:
    """The text, escaped, with what was sought marked where it first stands in it."""
    at = text.lower().find(sought.lower())
    # Folding may change a text's length, and then its places are not those of what is shown.
    if at < 0 or len(text.lower()) != len(text):
        return escape(text)
    before, found, after = text[:at], text[at : at + len(sought)], text[at + len(sought) :]
    return Markup("{}<mark>{}</mark>{}").format(before, found, after)
