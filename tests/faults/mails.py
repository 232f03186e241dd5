"""The invariants of mail: each expected one arrives, and twice only where a send was interrupted."""

from collections import Counter, defaultdict

from tests.faults.evidence import Evidence
from tests.faults.journal import Journal

SENT = "SELECT message_id, resends, status, recipient FROM mail"


def every_expected_mail_arrives(evidence: Evidence, journal: Journal) -> list[str]:
    """At least once, and whatever arrives again is the same mail."""
    arrived: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for mail in evidence.mails():
        arrived[mail["to"]].append((mail["subject"], mail["message_id"]))
    found = []
    for recipient, word in _expected(evidence, journal):
        ids = {message_id for subject, message_id in arrived[recipient] if word in subject}
        if len(ids) != 1:
            found.append(f"{recipient} has {len(ids)} different mails about {word}: {sorted(ids)}")
    return found


def _expected(evidence: Evidence, journal: Journal) -> list[tuple[str, str]]:
    """Recipient, and a word of the subject that no other mail to them has."""
    paid = {row[0] for row in evidence.rows("billing", "SELECT id::text FROM payment WHERE status = 'succeeded'")}
    receipts = [(c.asker, c.answer["number"]) for c in journal.of("pay") if c.done and c.answer["id"] in paid]
    return receipts + [c.mailed for c in journal.of("sign", "request") if c.done and c.mailed]


def no_mail_is_sent_twice_for_nothing(evidence: Evidence, _: Journal) -> list[str]:
    """As many copies as were sent, and no more than one besides each interrupted send."""
    copies = Counter(mail["message_id"] for mail in evidence.mails())
    known = {row[0]: row[1:] for row in evidence.rows("notifications", SENT)}
    found = [f"{message_id} arrived and was never sent" for message_id in copies.keys() - known.keys()]
    for message_id, (resends, status, recipient) in known.items():
        came = copies[message_id]
        if status != "sent" or not 1 <= came <= 1 + resends:
            found.append(f"{message_id} to {recipient} is {status}, arrived {came} times with {resends} resends")
    return found


def figures(evidence: Evidence) -> dict[str, int]:
    """How many mails arrived, how many of them again, and how many sends were made that might be second ones."""
    ids = [mail["message_id"] for mail in evidence.mails()]
    resends = sum(row[1] for row in evidence.rows("notifications", SENT))
    return {"mails": len(ids), "duplicates": len(ids) - len(set(ids)), "resends": resends}
