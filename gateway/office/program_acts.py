"""What the agency does with a program by a form: offers it, bills, cancels, endorses it, raises its payoff."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.auth import Caller
from gateway.office.entry import ProgramsWriter
from gateway.office.sending import Rejected, Typed, send, typed_in
from gateway.office.showing import done, show
from gateway.pages.formats import read_amount
from gateway.pages.forms import Form
from services.contracts.billing.finance import EndorseAgreement, RaisePayoff
from services.contracts.billing.programs import BillProgram, CancelProgram, GetProgram, OfferProgram, ProgramView
from services.contracts.errors import invalid, not_found
from services.contracts.messages import Command
from services.contracts.money import Money

router = APIRouter()

CURRENCY = "USD"
Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Entry:
    """One thing that a form asks for; `sentence` says what it must be."""

    name: str
    label: str
    sentence: str
    kind: Literal["text", "date", "money", "long", "ticks", "select"] = "text"
    hint: str = ""
    required: bool = True
    options: Options = ()
    preset: str = ""

    @property
    def ticks(self) -> list[tuple[str, str, str]]:
        """The options, with nothing more said of each."""
        return [(value, label, "") for value, label in self.options]


@dataclass(frozen=True)
class Act:
    """A form and the command that it gives; `said` is what the program's page says afterwards."""

    title: str
    about: str
    button: str
    said: str
    entries: Sequence[Entry]
    make: Callable[[UUID, UUID, Typed], Command[Any]]
    hurts: bool = False


PLANS: Options = (("pay_in_full", "Pay in full"), ("financed", "Finance it"))
METHODS: Options = (("card", "Card"), ("us_bank_account", "Bank account"))
KEEPS: Options = (("term", "The last due date"), ("payment", "The amount of an installment"))
_DAY = "Choose a day."
_AMOUNT = "Enter an amount such as 1250.00."
_REASON = "Say why; the customer reads it."


def _money(text: str, name: str) -> Money:
    """An amount; raises `invalid` where it is none."""
    amount = read_amount(text, CURRENCY)
    if amount is None:
        raise invalid(_AMOUNT, field=name)
    return amount


def _change(text: str, name: str) -> Money:
    """An amount that may be below zero."""
    amount = _money(text.strip().removeprefix("-"), name)
    return amount.with_amount(-amount.amount) if text.strip().startswith("-") else amount


def _offer(program_id: UUID, new_id: UUID, typed: Typed) -> OfferProgram:
    loan = ("annual_rate", "installments", "first_due_on", "down_payment_percent", "late_fee_policy")
    terms = {name: typed[name].strip() for name in loan} if "financed" in typed.ticked("allowed_plans") else None
    return OfferProgram.model_validate(
        {
            "id": new_id,
            "program_id": program_id,
            "allowed_plans": typed.ticked("allowed_plans"),
            "allowed_payment_methods": typed.ticked("allowed_payment_methods"),
            "terms": terms,
        }
    )


def _bill(program_id: UUID, new_id: UUID, typed: Typed) -> BillProgram:
    told = {"description": typed["description"], "amount": _money(typed["amount"], "amount"), "due_on": typed["due_on"]}
    return BillProgram.model_validate({"id": new_id, "program_id": program_id, **told})


def _cancel(program_id: UUID, new_id: UUID, typed: Typed) -> CancelProgram:
    premium = typed["return_premium"].strip()
    told = {
        "cancelled_on": typed["cancelled_on"],
        "reason": typed["reason"],
        "return_premium": _money(premium, "return_premium") if premium else None,
    }
    return CancelProgram.model_validate({"id": new_id, "program_id": program_id, **told})


def _payoff(program_id: UUID, new_id: UUID, typed: Typed) -> RaisePayoff:
    told = {"good_through": typed["good_through"] or None}
    return RaisePayoff.model_validate({"id": new_id, "program_id": program_id, **told})


def _endorse(program_id: UUID, new_id: UUID, typed: Typed) -> EndorseAgreement:
    told = {
        "effective_on": typed["effective_on"],
        "change": _change(typed["change"], "change"),
        "keep": typed["keep"],
        "reason": typed["reason"],
    }
    return EndorseAgreement.model_validate({"id": new_id, "program_id": program_id, **told})


ACTS: Mapping[str, Act] = {
    "offer": Act(
        "Offer the program",
        "Those who can choose for the insured are told by e-mail. What they had chosen without signing or paying is "
        "taken back.",
        "Offer it",
        "offered",
        (
            Entry("allowed_plans", "Plans to choose from", "Tick at least one plan.", "ticks", options=PLANS),
            Entry("allowed_payment_methods", "What it is paid with", "Tick at least one.", "ticks", options=METHODS),
            Entry("annual_rate", "Interest a year, in percent", "Enter a rate such as 8.75.", hint="Where financed."),
            Entry("installments", "Monthly installments", "Enter a number from 1 to 36.", preset="10"),
            Entry("first_due_on", "First installment due", _DAY, "date"),
            Entry("down_payment_percent", "Down payment, in percent of the premiums", "Enter a rate such as 20.",
                  hint="Fully earned fees come on top.", preset="20"),
            Entry("late_fee_policy", "Late fees of", "Enter the state's two letters.",
                  hint="A state such as LA, or none."),
        ),
        _offer,
    ),
    "bill": Act(
        "Bill a one-time payment",
        "It is owed at once, and those who can pay it are told by e-mail.",
        "Bill it",
        "billed",
        (
            Entry("description", "What for", "Say what it is for."),
            Entry("amount", "Amount", _AMOUNT, "money"),
            Entry("due_on", "Due", _DAY, "date"),
        ),
        _bill,
    ),
    "payoff": Act(
        "Raise a payoff",
        "Its invoice takes the place of the installments that it covers, and those who can pay it are told by e-mail.",
        "Raise the payoff",
        "payoff-raised",
        (Entry("good_through", "Good through", _DAY, "date", "Ten days from today if you leave it empty.", False),),
        _payoff,
    ),
    "endorse": Act(
        "Endorse the loan",
        "What changes of the premium is lent, or reduces what is owed. The signed agreement stays as it was; this "
        "makes a new version.",
        "Endorse it",
        "endorsed",
        (
            Entry("effective_on", "From", _DAY, "date"),
            Entry("change", "Change of the premium", _AMOUNT, "money", "Below zero, such as -250.00, it is returned."),
            Entry("keep", "What stays as it is", "Choose what stays.", "select", options=KEEPS),
            Entry("reason", "Why", _REASON, "long"),
        ),
        _endorse,
    ),
    "cancel": Act(
        "Cancel the program",
        "This cannot be undone. What the carriers give back reduces the loan first, and what is beyond it becomes "
        "the insured's credit.",
        "Cancel the program",
        "program-cancelled",
        (
            Entry("cancelled_on", "Last day", _DAY, "date"),
            Entry("return_premium", "Return premium", _AMOUNT, "money", required=False),
            Entry("reason", "Why", _REASON, "long"),
        ),
        _cancel,
        hurts=True,
    ),
}  # fmt: skip
_FIELDS = {"terms": "annual_rate", "policies": "", "lines": "amount"}


def acts_for(program: ProgramView) -> list[str]:
    """The names of what can be done with a program as it stands."""
    if program.status == "cancelled":
        return []
    if program.status == "draft":
        return ["offer"]
    if program.finance_agreement and program.finance_agreement.status == "in_force":
        return ["payoff", "endorse", "bill", "cancel"]
    return ["bill", "cancel"] if program.status == "paid" else ["offer", "bill", "cancel"]


@router.get("/office/programs/{program_id:uuid}/{act}")
async def write(request: Request, member: ProgramsWriter, program_id: UUID, act: str) -> Response:
    """The form of an act."""
    known = _known(act)
    program = await member.ask(GetProgram(program_id=program_id))
    preset = {each.name: each.preset for each in known.entries if each.preset}
    return _form(request, member, program, act, Form(preset | _terms(program)), _ticked(program, known))


@router.post("/office/programs/{program_id:uuid}/{act}")
async def carry_out(request: Request, member: ProgramsWriter, program_id: UUID, act: str) -> Response:
    """Does it, once however often the form is sent."""
    known = _known(act)
    typed = await typed_in(request)
    sentences = {each.name: each.sentence for each in known.entries}
    outcome = await send(member, typed, lambda new_id: known.make(program_id, new_id, typed), sentences, _FIELDS)
    if isinstance(outcome, Rejected):
        program = await member.ask(GetProgram(program_id=program_id))
        ticked = {each.name: typed.ticked(each.name) for each in known.entries if each.kind == "ticks"}
        return _form(request, member, program, act, outcome.form, ticked, outcome.status)
    return done(f"/office/programs/{program_id}", known.said)


def _known(act: str) -> Act:
    if act not in ACTS:
        raise not_found()
    return ACTS[act]


def _terms(program: ProgramView) -> dict[str, str]:
    """The loan that was offered before, as it is typed."""
    if program.terms is None:
        return {}
    told = program.terms
    return {
        "annual_rate": f"{told.annual_rate.normalize():f}",
        "installments": str(told.installments),
        "first_due_on": told.first_due_on.isoformat(),
        "down_payment_percent": f"{told.down_payment_percent.normalize():f}",
        "late_fee_policy": told.late_fee_policy,
    }


def _ticked(program: ProgramView, act: Act) -> dict[str, list[str]]:
    """What was offered before, or all."""
    before: Mapping[str, Sequence[str]] = {
        "allowed_plans": program.allowed_plans,
        "allowed_payment_methods": program.allowed_payment_methods,
    }
    return {
        each.name: [*before.get(each.name, ())] or [value for value, _ in each.options]
        for each in act.entries
        if each.kind == "ticks"
    }


def _form(
    request: Request,
    member: Caller,
    program: ProgramView,
    act: str,
    form: Form,
    ticked: Mapping[str, list[str]],
    status: int = 200,
) -> Response:
    template = "office/programs/act.html"
    told = {"program": program, "name": act, "act": ACTS[act], "form": form, "ticked": ticked}
    return show(request, member, template, status, here="programs", **told)
