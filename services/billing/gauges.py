"""What billing tells of all companies' money: payments and refunds that are open, and how far today's autopay has come.

The ledgers' own gauge is beside their proof, and that of guarded branches beside the breaker.
"""

from typing import get_args

from services.billing.autopay_models import AttemptState
from services.billing.payment_rules import OPEN_STATUSES
from services.chassis.gauges import Standing, looked_up

PAYMENTS = Standing("payments", "Payments whose outcome is to come", sorted(OPEN_STATUSES), looked_up("open_payments"))
REFUNDS = Standing(
    "refunds", "Refunds whose outcome is to come", ("created", "unknown", "pending"), looked_up("open_refunds")
)
AUTOPAY = Standing(
    "autopay_attempts", "Attempts of the last 24 hours' runs", get_args(AttemptState), looked_up("todays_autopay")
)
