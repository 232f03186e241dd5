"""What an intent says of its payment: enough to take it into books that were restored from before it was made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

PAYMENT, PAYER, AUTOPAY, KEEPS_FEE, INVOICES = "payment_id", "payer_id", "autopay", "keeps_fee", "invoices"
PARTS_OF_A_VALUE = 8
"""Invoices named in one value, of which the provider takes 50, of 500 characters each."""


@dataclass(frozen=True)
class Part:
    """What a payment pays of one invoice, and what of its fee falls on it, in minor units."""

    invoice_id: UUID
    amount: int
    fee: int


@dataclass(frozen=True)
class Memo:
    """A payment as we left it on its intent: ids and amounts, nobody's name."""

    payment_id: UUID
    parts: Sequence[Part]
    payer_id: UUID | None = None
    by_autopay: bool = False
    keeps_fee: bool = False

    def written(self) -> dict[str, str]:
        """As the provider keeps it."""
        told = {PAYMENT: str(self.payment_id)}
        if self.payer_id:
            told[PAYER] = str(self.payer_id)
        told |= {name: "yes" for name, holds in ((AUTOPAY, self.by_autopay), (KEEPS_FEE, self.keeps_fee)) if holds}
        starts = range(0, len(self.parts), PARTS_OF_A_VALUE)
        return told | {f"{INVOICES}_{at}": _text(self.parts[at : at + PARTS_OF_A_VALUE]) for at in starts}


def read(metadata: Mapping[str, str], amount: int) -> Memo | None:
    """What was left on an intent of this amount; None where it is not ours, or says what we never wrote.

    A company can write there too, in the provider's dashboard.
    """
    try:
        parts = tuple(_parts(metadata))
        payer = UUID(metadata[PAYER]) if PAYER in metadata else None
        memo = Memo(UUID(metadata[PAYMENT]), parts, payer, AUTOPAY in metadata, KEEPS_FEE in metadata)
    except (KeyError, ValueError):
        return None
    return memo if _adds_up(parts, amount) else None


def _adds_up(parts: Sequence[Part], amount: int) -> bool:
    """Whether each invoice is named once, and what is paid of them, with its fees, is all that is charged."""
    is_each_once = len({part.invoice_id for part in parts}) == len(parts)
    is_paid = all(part.amount > 0 and part.fee >= 0 for part in parts)
    return bool(parts) and is_each_once and is_paid and sum(part.amount + part.fee for part in parts) == amount


def _text(parts: Sequence[Part]) -> str:
    return " ".join(f"{part.invoice_id}:{part.amount}:{part.fee}" for part in parts)


def _parts(metadata: Mapping[str, str]) -> Iterator[Part]:
    for value in (told for name, told in metadata.items() if name.startswith(INVOICES)):
        for invoice_id, amount, fee in (each.split(":") for each in value.split()):
            yield Part(UUID(invoice_id), int(amount), int(fee))
