"""What the office finds in identity: customers, their contacts and their properties."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from services.chassis.searching import begins
from services.chassis.work import Work
from services.contracts.identity.search import SearchPeople
from services.contracts.permissions import may_in_office
from services.contracts.search import MOST_HITS, Hit, HitsView
from services.identity.models import Contact, Customer, Property


def search(work: Work, query: SearchPeople) -> HitsView:
    """At most ten of each kind, by how their names, last words, e-mails or streets begin; nothing for a customer."""
    if not may_in_office(work.principal, "customers.read"):
        return HitsView(items=[])
    sought = query.sought.lower()
    return HitsView(items=[*_customers(work, sought), *_contacts(work, sought), *_properties(work, sought)])


def _customers(work: Work, sought: str) -> Iterable[Hit]:
    for each in _found(work, Customer, sought, Customer.folded_name, Customer.last_word):
        town = each.mailing_address
        yield Hit(kind="customer", id=each.id, title=each.name, detail=f"{town['city']}, {town['state']}")


def _contacts(work: Work, sought: str) -> Iterable[Hit]:
    for each in _found(work, Contact, sought, Contact.folded_name, Contact.last_word, Contact.email):
        yield Hit(kind="contact", id=each.id, title=each.name, detail=each.email, status=each.status)


def _properties(work: Work, sought: str) -> Iterable[Hit]:
    for each in _found(work, Property, sought, Property.folded_name, Property.folded_line1, Property.folded_street):
        place = each.address
        yield Hit(kind="property", id=each.id, title=each.name, detail=f"{place['line1']}, {place['city']}")


def _found(work: Work, table: type[Any], sought: str, *columns: InstrumentedAttribute[Any]) -> list[Any]:
    """Those of which a column begins so, each column by its own index; what the first columns find comes first."""
    found: dict[object, Any] = {}
    for column in columns:
        if len(found) < MOST_HITS:
            wanted = select(table).where(table.company_id == work.company_id, begins(column, sought))
            rows = work.session.scalars(wanted.order_by(column, table.id).limit(MOST_HITS))
            found |= {each.id: each for each in rows}
    return list(found.values())[:MOST_HITS]
