"""The table of every API endpoint of the sandbox."""

from deploy.sandbox.payments import (
    accounts,
    charges,
    checkout,
    customers,
    events,
    methods,
    payment_intents,
    refunds,
    setup_intents,
)
from deploy.sandbox.payments.api import Endpoint
from deploy.sandbox.payments.lists import PAGING

_INTENT_LIST = PAGING | {"customer", "created"}

ENDPOINTS = [
    Endpoint("POST", "/v1/accounts", accounts.create, accounts.CREATE),
    Endpoint("GET", "/v1/accounts", accounts.listed, PAGING),
    Endpoint("GET", "/v1/account", accounts.retrieve_own),
    Endpoint("GET", "/v1/accounts/{id}", accounts.retrieve),
    Endpoint("POST", "/v1/customers", customers.create, customers.WRITE),
    Endpoint("GET", "/v1/customers", customers.listed, PAGING | {"email"}),
    Endpoint("GET", "/v1/customers/{id}", customers.retrieve),
    Endpoint("POST", "/v1/customers/{id}", customers.update, customers.WRITE),
    Endpoint("GET", "/v1/customers/{id}/payment_methods", methods.of_customer, PAGING | {"type"}),
    Endpoint("POST", "/v1/payment_methods", methods.create, methods.CREATE, browser=True),
    Endpoint("GET", "/v1/payment_methods", methods.listed, PAGING | {"customer", "type"}),
    Endpoint("GET", "/v1/payment_methods/{id}", methods.retrieve),
    Endpoint("POST", "/v1/payment_methods/{id}", methods.update, methods.UPDATE),
    Endpoint("POST", "/v1/payment_methods/{id}/attach", methods.attach, frozenset({"customer", "expand"})),
    Endpoint("POST", "/v1/payment_methods/{id}/detach", methods.detach),
    Endpoint("POST", "/v1/payment_intents", payment_intents.create, payment_intents.CREATE),
    Endpoint("GET", "/v1/payment_intents", payment_intents.listed, _INTENT_LIST),
    Endpoint("GET", "/v1/payment_intents/{id}", payment_intents.retrieve, browser=True),
    Endpoint("POST", "/v1/payment_intents/{id}", payment_intents.update, payment_intents.UPDATE),
    Endpoint("POST", "/v1/payment_intents/{id}/confirm", payment_intents.confirm, payment_intents.CONFIRM, True),
    Endpoint("POST", "/v1/payment_intents/{id}/cancel", payment_intents.cancel, payment_intents.CANCEL),
    Endpoint("POST", "/v1/setup_intents", setup_intents.create, setup_intents.CREATE),
    Endpoint("GET", "/v1/setup_intents", setup_intents.listed, _INTENT_LIST),
    Endpoint("GET", "/v1/setup_intents/{id}", setup_intents.retrieve, browser=True),
    Endpoint("POST", "/v1/setup_intents/{id}", setup_intents.update, setup_intents.UPDATE),
    Endpoint("POST", "/v1/setup_intents/{id}/confirm", setup_intents.confirm, setup_intents.CONFIRM, True),
    Endpoint("POST", "/v1/setup_intents/{id}/cancel", setup_intents.cancel, setup_intents.CANCEL),
    Endpoint("GET", "/v1/charges", charges.listed, PAGING | {"customer", "payment_intent"}),
    Endpoint("GET", "/v1/charges/{id}", charges.retrieve),
    Endpoint("GET", "/v1/balance_transactions/{id}", charges.retrieve_balance_transaction),
    Endpoint("POST", "/v1/refunds", refunds.create, refunds.CREATE),
    Endpoint("GET", "/v1/refunds", refunds.listed, PAGING | {"charge", "payment_intent"}),
    Endpoint("GET", "/v1/refunds/{id}", refunds.retrieve),
    Endpoint("POST", "/v1/checkout/sessions", checkout.create, checkout.CREATE),
    Endpoint("GET", "/v1/checkout/sessions", checkout.listed, PAGING | {"customer", "payment_intent", "status"}),
    Endpoint("GET", "/v1/checkout/sessions/{id}", checkout.retrieve),
    Endpoint("POST", "/v1/checkout/sessions/{id}/expire", checkout.expire),
    Endpoint("GET", "/v1/events", events.listed, PAGING | {"type", "types", "created"}),
    Endpoint("GET", "/v1/events/{id}", events.retrieve),
]
