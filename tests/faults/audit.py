"""The invariants: each check answers one sentence, with its evidence, for everything that breaks it."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from tests.faults import mails
from tests.faults.evidence import Evidence
from tests.faults.journal import Command, Journal

Check = Callable[[Evidence, Journal], list[str]]

PAYMENTS = "SELECT id::text, status, subtotal + fee, currency, account, number FROM payment"
SIGNED = "SELECT document_id::text FROM signature WHERE kind = 'proposal'"


def safety(evidence: Evidence, journal: Journal) -> list[str]:
    """What must hold at every moment, in the midst of faults too."""
    return _all(SAFETY, evidence, journal)


def everything(evidence: Evidence, journal: Journal) -> list[str]:
    """What must hold once nothing is left to be done."""
    return _all(SAFETY + LIVENESS, evidence, journal)


def _all(checks: tuple[Check, ...], evidence: Evidence, journal: Journal) -> list[str]:
    return [f"{check.__name__}: {found}" for check in checks for found in check(evidence, journal)]


# At every moment


def the_books_are_right(evidence: Evidence, _: Journal) -> list[str]:
    """Billing's own audit: the ledger sums to nothing for each company and currency, no invoice is over-paid."""
    return evidence.books()


def no_payment_is_charged_twice(evidence: Evidence, _: Journal) -> list[str]:
    """At the provider, whatever intents there are."""
    charged = Counter(_payment_id(charge) for charge in evidence.charges())
    return [f"payment {payment_id} was charged {times} times" for payment_id, times in charged.items() if times > 1]


def no_proposal_is_signed_twice(evidence: Evidence, _: Journal) -> list[str]:
    twice = "SELECT document_id, count(*) FROM signature GROUP BY document_id, document_version HAVING count(*) > 1"
    return [f"proposal {row[0]} has {row[1]} signatures" for row in evidence.rows("proposals", twice)]


def no_event_is_dead(evidence: Evidence, _: Journal) -> list[str]:
    dead = "SELECT handler, message_id, error FROM inbox WHERE state = 'dead'"
    return [f"{row[0]}: {row[1]} met event {row[2]}: {row[3]}" for row in evidence.everywhere(dead)]


def nobody_is_told_what_should_not_be(_: Evidence, journal: Journal) -> list[str]:
    """No 500, and no session that is suddenly unknown."""
    return list(journal.surprises)


# Once all is quiet


def every_command_is_answered(_: Evidence, journal: Journal) -> list[str]:
    silent = [each for each in journal.commands if not each.status]
    return [f"{each.kind} {each.key} of {each.asker}, sent {each.sent} times" for each in silent]


def what_was_made_is_there_once(evidence: Evidence, journal: Journal) -> list[str]:
    """Invoices, proposals and requests: each answered one under the answered id, and no other with its mark."""
    sources = {
        "invoice": ("billing", "SELECT lines -> 0 ->> 'service', id::text FROM invoice"),
        "proposal": ("proposals", "SELECT title, id::text FROM proposal"),
        "request": ("fieldwork", "SELECT title, id::text FROM request"),
    }
    found = []
    for kind, (service, statement) in sources.items():
        there = _grouped(evidence.rows(service, statement))
        for command in journal.of(kind):
            expected = [command.answer["id"]] if command.done else []
            if command.status and there[command.about] != expected:
                found.append(f"{kind} {command.about} should be {expected}, and is {there[command.about]}")
    return found


def what_was_done_to_it_is_done(evidence: Evidence, journal: Journal) -> list[str]:
    """Invoices shared, proposals delivered."""
    shared = {row[0] for row in evidence.rows("billing", "SELECT id::text FROM invoice WHERE shared_at IS NOT NULL")}
    delivered = "SELECT id::text FROM proposal WHERE delivered_at IS NOT NULL"
    done = shared | {row[0] for row in evidence.rows("proposals", delivered)}
    acts = [each for each in journal.of("share", "deliver") if each.done]
    return [f"{each.kind} {each.about} was answered and has not happened" for each in acts if each.about not in done]


def every_answered_payment_is_as_answered(evidence: Evidence, journal: Journal) -> list[str]:
    """What was told as succeeded has succeeded, what was told as declined has not."""
    status = {row[0]: row[1] for row in evidence.rows("billing", PAYMENTS)}
    found = []
    for command in journal.of("pay"):
        payment_id, told = _told(command)
        now = status.get(payment_id) if payment_id else None
        if payment_id and (now is None or (told in ("succeeded", "failed") and now != told)):
            found.append(f"payment {payment_id} of {command.key} was answered as {told}, and is {now}")
    return found


def no_payment_is_of_nobodys_making(evidence: Evidence, journal: Journal) -> list[str]:
    """Each key makes one payment at most: a second one would be nobody's answer."""
    known = {_told(command)[0] for command in journal.of("pay")}
    ours = "','".join(command.answer["id"] for command in journal.of("invoice") if command.done)
    made = f"SELECT DISTINCT payment_id::text FROM allocation WHERE invoice_id::text IN ('{ours}')"
    silent = sum(1 for command in journal.of("pay") if not command.status)
    strange = {row[0] for row in evidence.rows("billing", made)} - known
    return [f"{sorted(strange)} with {silent} unanswered commands"] if len(strange) > silent else []


def what_was_captured_is_what_was_paid(evidence: Evidence, _: Journal) -> list[str]:
    """Provider and payments agree to the cent, one by one, in both directions."""
    charged = {
        _payment_id(each): (each["amount"], each["currency"].upper(), each["account"]) for each in evidence.charges()
    }
    paid = {row[0]: row[2:5] for row in evidence.rows("billing", PAYMENTS) if row[1] == "succeeded"}
    return [
        f"payment {payment_id}: charged {charged.get(payment_id)}, booked as {paid.get(payment_id)}"
        for payment_id in sorted(charged.keys() | paid.keys())
        if charged.get(payment_id) != paid.get(payment_id)
    ]


def invoices_owe_what_was_not_captured(evidence: Evidence, _: Journal) -> list[str]:
    """Paid from charges and credits alone: what is off an invoice's balance came from succeeded payments and from
    credits that the office applied."""
    statement = """
        SELECT i.number, i.total, i.balance, paid.amount, credited.amount
        FROM invoice i
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(a.amount), 0) AS amount FROM allocation a
            JOIN payment p ON p.id = a.payment_id AND p.status = 'succeeded' WHERE a.invoice_id = i.id
        ) paid
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(c.amount), 0) AS amount FROM credit_application c
            WHERE c.invoice_id = i.id AND c.taken_back_at IS NULL
        ) credited
        WHERE i.shared_at IS NOT NULL AND i.total - i.balance <> paid.amount + credited.amount
    """
    found = [
        f"{row[0]}: total {row[1]}, balance {row[2]}, paid {row[3]}, credited {row[4]}"
        for row in evidence.rows("billing", statement)
    ]
    spread = """
        SELECT p.number, p.subtotal, sum(a.amount) FROM payment p JOIN allocation a ON a.payment_id = p.id
        WHERE p.status = 'succeeded' GROUP BY p.id HAVING p.subtotal <> sum(a.amount)
    """
    return found + [f"{row[0]} of {row[1]} took {row[2]} off invoices" for row in evidence.rows("billing", spread)]


def every_signature_is_the_answered_one(evidence: Evidence, journal: Journal) -> list[str]:
    """One for each proposal, that of the answer; a refused one left nothing."""
    rows = evidence.rows("proposals", "SELECT document_id::text, id::text FROM signature")
    signed, granted = _grouped(rows), _grouped([(c.about, c.answer["id"]) for c in journal.of("sign") if c.done])
    asked = sorted({command.about for command in journal.of("sign") if command.status})
    return [
        f"proposal {each}: {signed[each]}, answered {granted[each]}" for each in asked if signed[each] != granted[each]
    ]


def every_signed_proposal_has_its_document(evidence: Evidence, _: Journal) -> list[str]:
    statement = """
        SELECT p.number, coalesce(x.document = p.document, false), coalesce(s.document_id = p.id, false),
               p.document ->> 'key', p.document ->> 'sha256'
        FROM proposal p LEFT JOIN signature s ON s.id = p.signature_id LEFT JOIN seal x ON x.signature_id = s.id
        WHERE p.signed_at IS NOT NULL
    """
    found = []
    for number, same_document, same_signature, key, sha256 in evidence.rows("proposals", statement):
        content = evidence.file(key)
        intact = content is not None and hashlib.sha256(content).hexdigest() == sha256
        if not (same_document and same_signature and intact):
            found.append(f"{number}: document {same_document}, signature {same_signature}, file intact {intact}")
    return found


def every_effect_is_announced_once(evidence: Evidence, _: Journal) -> list[str]:
    """As many events as effects, and each of them handled."""
    effects = (
        ("billing", "SELECT id::text FROM payment WHERE status = 'succeeded'", "payment_succeeded", "{payment,id}"),
        ("proposals", SIGNED, "proposal_signed", "{proposal_id}"),
        ("fieldwork", "SELECT id::text FROM request", "request_created", "{request,id}"),
    )
    answered = "SELECT message_id::text FROM inbox WHERE state = 'answered'"
    handled = {row[0] for row in evidence.rows("notifications", answered)}
    found = []
    for service, effect, event, path in effects:
        sent = evidence.rows(service, f"SELECT payload #>> '{path}', id::text FROM outbox WHERE type = '{event}'")
        happened = Counter(row[0] for row in evidence.rows(service, effect))
        differing = (Counter(row[0] for row in sent) - happened) + (happened - Counter(row[0] for row in sent))
        found += [f"{event} of {subject} is announced too often or not" for subject in differing]
        found += [f"{event} of {row[0]} was not handled by notifications" for row in sent if row[1] not in handled]
    return found


def no_command_is_left_half_way(evidence: Evidence, _: Journal) -> list[str]:
    """Every command that a client repeated until its answer has kept that answer."""
    statement = (
        "SELECT handler, message_id FROM inbox WHERE state = 'started' AND handler IN ('pay_invoices', "
        "'sign_proposal', 'create_request', 'create_invoice', 'share_invoice', 'create_proposal', 'deliver_proposal')"
    )
    return [f"{row[1]} {row[2]}" for row in evidence.everywhere(statement)]


SAFETY: tuple[Check, ...] = (
    the_books_are_right,
    no_payment_is_charged_twice,
    no_proposal_is_signed_twice,
    no_event_is_dead,
    nobody_is_told_what_should_not_be,
)
LIVENESS: tuple[Check, ...] = (
    every_command_is_answered,
    what_was_made_is_there_once,
    what_was_done_to_it_is_done,
    every_answered_payment_is_as_answered,
    no_payment_is_of_nobodys_making,
    what_was_captured_is_what_was_paid,
    invoices_owe_what_was_not_captured,
    every_signature_is_the_answered_one,
    every_signed_proposal_has_its_document,
    every_effect_is_announced_once,
    no_command_is_left_half_way,
    mails.every_expected_mail_arrives,
    mails.no_mail_is_sent_twice_for_nothing,
)


def _payment_id(charge: dict[str, Any]) -> str:
    return str(charge["metadata"].get("payment_id", f"charge {charge['charge']} without a payment"))


def _told(command: Command) -> tuple[str | None, str | None]:
    """Which payment an answer was about, and as what; (None, None) where it was refused before it began."""
    if command.done:
        return command.answer["id"], command.answer["status"]
    return command.answer.get("payment_id"), "failed" if command.status == 402 else None


def _grouped(rows: list[Any]) -> defaultdict[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in rows:
        groups[name].append(value)
    return groups
