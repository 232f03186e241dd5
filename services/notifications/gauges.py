"""What notifications tells of all companies: mails that wait or failed, webhooks that wait, endpoints that fail."""

from services.chassis.gauges import Standing, looked_up

MAILS = Standing(
    "mails",
    "Mails that wait, of these those that are due, and those that failed in the last days",
    ("waiting", "due", "failed"),
    looked_up("standing_mails"),
)
WEBHOOKS = Standing("webhooks", "Webhooks that wait to be delivered", ("waiting",), looked_up("waiting_webhooks"))
ENDPOINTS = Standing(
    "webhook_endpoints", "Endpoints that do not take what they are sent", ("failing",), looked_up("failing_endpoints")
)
