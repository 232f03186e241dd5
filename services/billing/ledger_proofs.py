"""The ledgers' proof: every hour, once across replicas, all postings are added up, and each replica tells the result.

The audit compares far more, and the provider too; this is the part that is cheap enough never to be forgotten.
"""

import structlog
from prometheus_client import Gauge
from sqlalchemy import Uuid, column, func, select, text
from sqlalchemy.dialects.postgresql import insert

from services.billing.ledger_models import LedgerProof
from services.chassis.gauges import measured
from services.chassis.work import Work

log = structlog.get_logger()

UNBALANCED = Gauge("portico_ledgers_unbalanced", "Companies whose postings of a currency do not add up to nothing")
PROVED = Gauge("portico_ledgers_proved_timestamp_seconds", "When all postings were last added up")


def prove(work: Work) -> None:
    """Adds up each company's postings by currency; names in the log what is not 0."""
    # Nobody waits for an answer, and a look at everything takes what it takes.
    work.session.execute(text("SET LOCAL statement_timeout = 0"))
    found = func.lookups.unbalanced_ledgers().table_valued(column("company_id", Uuid), column("currency"))
    unbalanced = work.session.execute(select(found.c.company_id, found.c.currency)).all()
    for company_id, currency in unbalanced:
        log.error("a ledger does not add up to nothing", company_id=str(company_id), currency=currency)
    proof = {"proved_at": work.now, "unbalanced": len(unbalanced)}
    first = insert(LedgerProof).values(name="all", **proof)
    work.session.execute(first.on_conflict_do_update(index_elements=["name"], set_=proof))


def measure(work: Work) -> None:
    """Tells how the last proof ended, whichever replica made it; before the first, nothing was ever proved."""
    proof = work.session.get(LedgerProof, "all")
    UNBALANCED.set(proof.unbalanced if proof else 0)
    PROVED.set(proof.proved_at.timestamp() if proof else 0)
    measured("ledgers")
