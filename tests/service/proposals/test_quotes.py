"""A customer asks for an offer, the office sees it at once and makes a proposal of it."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.contracts.errors import DomainError
from services.contracts.money import Money
from services.contracts.principals import Permission, Principal
from services.contracts.proposals.proposals import ChangeProposal, CreateProposal
from services.contracts.proposals.quotes import (
    ChangeQuote,
    CreateQuote,
    FinalizeQuote,
    GetQuote,
    ListQuotes,
    QuoteCreated,
    QuoteFinalized,
    QuoteView,
)
from services.contracts.snapshots import CustomerSnapshot, PropertySnapshot
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import ADDRESS, ROSA, World, dollars, offer

ALL: frozenset[Permission] = frozenset({"quotes.view", "quotes.view_own", "quotes.create", "proposals.view"})
SECTIONS = ["quotes", "proposals"]


def asker(world: World, *permissions: Permission, **said: Any) -> Principal:
    """A contact of the customer who may do this with quotes, or everything."""
    return world.contact(permissions=frozenset(permissions) or ALL, **{"sections": SECTIONS, **said})


def asking(world: World, description: str = "A hedge\nby the gate", **said: Any) -> CreateQuote:
    """The command that asks for an offer for the clubhouse."""
    known: dict[str, Any] = {
        "branch_id": world.branch,
        "time_zone": world.time_zone,
        "customer": CustomerSnapshot(id=world.customer, name="Lakeside HOA", address=ADDRESS),
        "property": PropertySnapshot(id=world.clubhouse, name="Clubhouse", address=ADDRESS),
        "description": description,
        "price_estimate": dollars(90_000),
    }
    return CreateQuote(**{**known, **said})


def finalizing(quote: QuoteView, **said: Any) -> FinalizeQuote:
    """The command that answers it."""
    return FinalizeQuote(**{"quote_id": quote.id, "assigned_to": ROSA, **said})


def test_a_quote_is_numbered_seen_by_the_office_at_once_and_announced(office: Office, world: World) -> None:
    contact = asker(world)
    quote = office.ask(asking(world), contact)
    assert (quote.status, quote.contact_id, quote.created_by) == ("open", contact.id, "Priya Shah")
    assert quote.number.startswith("QUO-") and quote.price_estimate == dollars(90_000)
    assert [each.id for each in office.ask(ListQuotes(), office.staff).items] == [quote.id]
    (event,) = office.events(QuoteCreated)
    assert (event.quote.id, event.created_by_kind, event.branch_id) == (quote.id, "contact", world.branch)


def test_finalizing_settles_who_and_when_and_drafts_the_proposal(office: Office, world: World) -> None:
    contact = asker(world)
    quote = office.ask(asking(world), contact)
    answered = office.ask(finalizing(quote, note="We come by.", services=[offer("Hedge", 40_000)]), office.staff)
    assert (answered.status, answered.note, answered.assigned_to) == ("finalized", "We come by.", ROSA)
    (draft,) = answered.proposals
    proposal = office.seen_by(office.staff, draft.id)
    assert (proposal.office_status, proposal.title, proposal.quote_id) == ("draft", "A hedge", quote.id)
    assert (proposal.total.amount, proposal.sales_rep) == (80_000, ROSA)
    # Drafts are invisible: the customer sees the answer, and the proposal once it is delivered.
    assert office.ask(GetQuote(quote_id=quote.id), contact).proposals == []
    office.deliver(draft.id)
    assert [each.id for each in office.ask(GetQuote(quote_id=quote.id), contact).proposals] == [draft.id]
    (event,) = office.events(QuoteFinalized)
    assert event.quote.contact_id == contact.id


def test_without_services_the_proposal_offers_what_was_asked_for(office: Office, world: World) -> None:
    quote = office.ask(asking(world), asker(world))
    (draft,) = office.ask(finalizing(quote), office.staff).proposals
    proposal = office.seen_by(office.staff, draft.id)
    assert (proposal.total.amount, proposal.services[0].description) == (90_000, "A hedge\nby the gate")
    unpriced = office.ask(asking(world, price_estimate=None), asker(world))
    refusal = office.refusal(finalizing(unpriced), office.staff)
    assert (refusal.code, refusal.details["field"]) == ("invalid", "services")
    assert office.ask(GetQuote(quote_id=unpriced.id), office.staff).status == "open"


def test_a_quote_is_finalized_once_and_may_get_further_proposals(office: Office, world: World) -> None:
    quote = office.ask(asking(world), asker(world))
    further: dict[str, Any] = {"quote_id": quote.id}
    assert office.refusal(world.create(**further), office.staff).details["field"] == "quote_id"
    command = finalizing(quote)
    assert office.ask(command, office.staff) == office.ask(command, office.staff)
    refusal = office.refusal(finalizing(quote), office.staff)
    assert (refusal.code, refusal.details["reason"]) == ("conflict", "finalized")
    office.ask(world.create(**further), office.staff)
    assert len(office.ask(GetQuote(quote_id=quote.id), office.staff).proposals) == 2
    elsewhere = world.create(property_id=uuid4(), **further)
    assert office.refusal(elsewhere, office.staff).details["field"] == "quote_id"


def test_an_open_quote_is_changed_by_the_office_and_an_answered_one_stays(office: Office, world: World) -> None:
    contact = asker(world)
    quote = office.ask(asking(world), contact)
    change = ChangeQuote(quote_id=quote.id, description="A taller hedge", price_estimate="unset")
    changed = office.ask(change, office.staff)
    assert (changed.description, changed.price_estimate) == ("A taller hedge", None)
    priced = office.ask(ChangeQuote(quote_id=quote.id, price_estimate=Money(amount=70_000)), office.staff)
    assert (priced.description, priced.price_estimate) == ("A taller hedge", Money(amount=70_000))
    assert office.refusal(ChangeQuote(quote_id=quote.id, description="Mine"), contact).code == "forbidden"
    assert office.refusal(ChangeQuote(quote_id=uuid4()), office.staff).code == "not_found"
    office.ask(finalizing(quote), office.staff)
    late = ChangeQuote(quote_id=quote.id, description="A lower hedge")
    assert office.refusal(late, office.staff).details["reason"] == "finalized"


@pytest.mark.parametrize("amount", [0, -1])
def test_an_estimate_is_more_than_nothing(office: Office, world: World, amount: int) -> None:
    refusal = office.refusal(asking(world, price_estimate=Money(amount=amount)), asker(world))
    assert (refusal.code, refusal.details["field"]) == ("invalid", "price_estimate")


def test_own_and_all_quotes(office: Office, world: World) -> None:
    mine, other = asker(world, "quotes.view_own", "quotes.create"), asker(world)
    own, others = office.ask(asking(world), mine), office.ask(asking(world), other)
    written_down = office.ask(asking(world, contact_id=mine.id), office.staff)

    def listed(reader: Principal) -> set[UUID]:
        return {each.id for each in office.ask(ListQuotes(), reader).items}

    assert listed(mine) == {own.id, written_down.id}
    assert listed(other) == {own.id, others.id, written_down.id}
    assert office.refusal(GetQuote(quote_id=others.id), mine).code == "not_found"
    elsewhere = asker(world, at=[uuid4()])
    assert listed(elsewhere) == set()
    assert office.refusal(GetQuote(quote_id=own.id), elsewhere).code == "not_found"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"permissions": frozenset({"quotes.view"})}, "forbidden"),
        ({"sections": ["proposals"]}, "not_found"),
        ({"at": [uuid4()]}, "not_found"),
        ({"branch": uuid4()}, "not_found"),
        ({"customer": uuid4()}, "not_found"),
    ],
    ids=["without the right", "where quotes are off", "elsewhere", "in another portal", "for another customer"],
)
def test_a_contact_asks_only_for_their_own_properties(
    office: Office, world: World, said: dict[str, Any], code: str
) -> None:
    known = {"permissions": ALL, "sections": SECTIONS}
    assert office.refusal(asking(world), world.contact(**{**known, **said})).code == code
    assert office.rows("SELECT count(*) FROM quote") == [(0,)]


def test_a_contact_names_nobody_else_as_the_asker(office: Office, world: World) -> None:
    contact = asker(world)
    assert office.ask(asking(world, contact_id=uuid4()), contact).contact_id == contact.id


def test_who_may_not_answer_does_not(office: Office, world: World) -> None:
    quote = office.ask(asking(world), asker(world))
    nobody: list[Principal | None] = [asker(world), world.staff("account_owner"), None]
    for principal in nobody:
        assert office.refusal(finalizing(quote), principal).code == "forbidden"
    assert office.refusal(asking(world), world.staff("account_owner")).code == "forbidden"
    assert office.ask(finalizing(quote), world.staff("sales_rep")).status == "finalized"


def test_another_companys_quotes_do_not_exist(office: Office, world: World) -> None:
    quote = office.ask(asking(world), asker(world))
    stranger = Office(office.databases, World())
    lookalike = World(stranger.world.company, world.branch, world.customer, world.clubhouse)
    for reader in (stranger.staff, asker(lookalike)):
        assert stranger.ask(ListQuotes(), reader).items == []
        assert stranger.refusal(GetQuote(quote_id=quote.id), reader).code == "not_found"
    assert stranger.refusal(finalizing(quote), stranger.staff).code == "not_found"
    answering: CreateProposal = stranger.world.create(quote_id=quote.id)
    assert stranger.refusal(answering, stranger.staff).details["field"] == "quote_id"


def test_the_list_is_paged_and_filtered(office: Office, world: World) -> None:
    made = [office.ask(asking(world, f"Number {number}"), asker(world)) for number in range(3)]
    office.ask(finalizing(made[1]), office.staff)
    first = office.ask(ListQuotes(limit=2), office.staff)
    rest = office.ask(ListQuotes(limit=2, cursor=first.next_cursor), office.staff)
    assert [each.description for each in [*first.items, *rest.items]] == ["Number 2", "Number 1", "Number 0"]
    assert rest.next_cursor is None
    opened = office.ask(ListQuotes(status="open"), office.staff).items
    assert [each.description for each in opened] == ["Number 2", "Number 0"]
    assert office.ask(ListQuotes(property_ids=[uuid4()]), office.staff).items == []


def test_a_change_order_names_what_it_changes(office: Office, world: World) -> None:
    contract = office.delivered(kind="contract")
    extra = [offer("More", 100)]
    order = office.draft(kind="change_order", services=extra, changes_proposal_id=contract.id)
    assert order.changes is not None
    assert (order.changes.id, order.changes.number) == (contract.id, contract.number)
    reader = world.contact()
    assert office.seen_by(reader, contract.id).change_orders == []
    office.deliver(order.id)
    assert [each.id for each in office.seen_by(reader, contract.id).change_orders] == [order.id]

    def refusal(**said: Any) -> DomainError:
        return office.refusal(world.create(**{"services": extra, **said}), office.staff)

    elsewhere = office.delivered(property_id=uuid4())
    for changed in (office.draft().id, elsewhere.id, uuid4()):
        wrong = refusal(kind="change_order", changes_proposal_id=changed)
        assert (wrong.code, wrong.details["field"]) == ("invalid", "changes_proposal_id")
    assert refusal(kind="contract", changes_proposal_id=contract.id).code == "invalid"
    unlinked = office.draft(kind="change_order", services=extra)
    linked = office.ask(ChangeProposal(proposal_id=unlinked.id, changes_proposal_id=contract.id), office.staff)
    assert linked.changes is not None
    freed = office.ask(ChangeProposal(proposal_id=unlinked.id, kind="contract"), office.staff)
    assert freed.changes is None
