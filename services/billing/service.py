"""Billing's table of contents: what it answers, what it listens to, what it does by itself."""

from services.billing import (
    companies,
    credits,
    documents,
    gauges,
    histories,
    invoices,
    invoicing,
    ledger_proofs,
    methods,
    offline_payments,
    payments,
    provider_events,
    receipts,
    refunds,
    reminders,
    searches,
    settlement,
    setups,
    statements,
)
from services.billing.autopay import authorizations, charges, outcomes, plans, previews, runs
from services.billing.autopay.holding import unless_held
from services.billing.finance import agreements, endorsements, late_fees, payoffs
from services.billing.guests import bounds, breaker, links, third_parties
from services.billing.guests import invoices as guest_invoices
from services.billing.guests import payments as guest_payments
from services.billing.imports import desk as imports
from services.billing.programs import bills, cancellations, drafts, elections, lists, offers
from services.chassis.gauges import EVERY
from services.chassis.process import Chassis
from services.chassis.service import Service, every, everywhere, on, rpc, worklist
from services.contracts.identity.portals import CompanyChanged, CompanyOpened, GetBranch
from services.contracts.identity.references import FindReferences
from services.contracts.proposals.signing import DocumentSigned


class Billing(Service):
    """Invoices, payment methods, payments, programs with their loans, autopay and the ledger."""

    name = "billing"
    chassis = Chassis(asks=(GetBranch, FindReferences), keeps=(GetBranch,))

    # Invoices

    create_invoice = rpc(invoicing.create)
    change_invoice = rpc(invoicing.change)
    share_invoice = rpc(invoicing.share)
    void_invoice = rpc(invoicing.void)
    list_invoices = rpc(invoices.page)
    get_invoice = rpc(invoices.get)
    get_invoice_pdf = rpc(documents.invoice_pdf)
    get_balance = rpc(invoices.balance)
    get_invoice_history = rpc(histories.get)
    search_billing = rpc(searches.search)

    # Credits and statements

    create_credit = rpc(credits.create)
    apply_credit = rpc(credits.apply)
    unapply_credit = rpc(credits.unapply)
    list_credits = rpc(credits.page)
    get_credit = rpc(credits.get)
    get_statement = rpc(statements.get)
    get_statement_pdf = rpc(statements.pdf)

    # Payment methods

    list_payment_methods = rpc(methods.page)
    get_provider_form = rpc(methods.provider_form)
    start_setup = rpc(setups.start_setup)
    finish_setups = rpc(setups.finish_setups)
    set_default_method = rpc(methods.set_default)
    delete_method = rpc(methods.delete)
    detach_methods = worklist(methods.detach, seconds=60, due="due_detachments")

    # Payments

    quote_payment = rpc(payments.quote)
    pay_invoices = rpc(payments.pay)
    refresh_payment = rpc(payments.refresh)
    get_payment = rpc(payments.get)
    list_payments = rpc(payments.page)
    get_payment_secret = rpc(payments.secret)
    get_receipt_pdf = rpc(receipts.pdf)
    record_payment = rpc(offline_payments.record)
    refund_payment = rpc(refunds.refund)
    quote_refund = rpc(refunds.quote)
    reconcile = worklist(settlement.reconcile, seconds=5, due="due_payments")
    reconcile_refunds = worklist(refunds.reconcile, seconds=5, due="due_refunds")

    # Programs

    create_program = rpc(drafts.create)
    change_program = rpc(drafts.change)
    offer_program = rpc(offers.offer)
    choose_plan = rpc(elections.choose)
    cancel_program = rpc(cancellations.cancel)
    archive_program = rpc(drafts.archive)
    renew_program = rpc(drafts.renew)
    bill_program = rpc(bills.bill)
    request_payment = rpc(bills.request)
    list_programs = rpc(lists.page)
    get_program = rpc(lists.get)

    # Guests

    get_pay_link = rpc(links.get)
    renew_pay_link = rpc(links.renew)
    open_pay_link = rpc(links.open_link)
    get_guest_invoice = rpc(guest_invoices.get)
    quote_guest_payment = rpc(guest_payments.quote)
    begin_guest_payment = rpc(guest_payments.begin)
    open_hosted_page = rpc(guest_payments.open_page)
    look_up_program = rpc(third_parties.look_up)
    open_guest_session = rpc(third_parties.open_session)
    get_guest_program = rpc(third_parties.get)
    forget_tries = every(bounds.forget, seconds=3600)

    # Autopay

    get_autopay = rpc(authorizations.get)
    get_autopay_terms = rpc(authorizations.terms)
    change_autopay = rpc(authorizations.change)
    skip_debit = rpc(authorizations.skip)
    list_autopay_runs = rpc(runs.page)
    get_autopay_run = rpc(runs.get)
    list_autopay_attempts = rpc(runs.attempts)
    preview_autopay_run = rpc(previews.preview)
    plan_autopay = worklist(plans.plan, seconds=60, due="due_autopay_plans")
    open_autopay_runs = worklist(unless_held(runs.open_run), seconds=30, due="due_autopay_runs")
    charge_autopay = worklist(unless_held(charges.charge), seconds=5, due="due_autopay_attempts", at_once=16)
    follow_autopay = worklist(outcomes.follow, seconds=5, due="due_autopay_outcomes")

    # Reminders

    remind_payers = worklist(unless_held(reminders.remind_payers), seconds=60, due="due_invoice_reminders")
    remind_of_cards = worklist(reminders.remind_of_card, seconds=60, due="due_payment_method_reminders")

    # Finance agreements

    get_finance_agreement = rpc(agreements.get)
    get_finance_agreement_pdf = rpc(agreements.document)
    quote_payoff = rpc(payoffs.quote)
    raise_payoff = rpc(payoffs.raise_invoice)
    withdraw_payoff = rpc(payoffs.withdraw)
    endorse_agreement = rpc(endorsements.endorse)
    on_document_signed = on(DocumentSigned, agreements.sign)
    lapse_payoffs = worklist(unless_held(payoffs.lapse), seconds=60, due="due_payoffs")
    charge_late_fees = worklist(unless_held(late_fees.charge), seconds=60, due="due_late_fees")

    # Imports

    start_import = rpc(imports.start)
    get_import = rpc(imports.get)
    list_imports = rpc(imports.page)
    list_bad_rows = rpc(imports.bad_rows)
    confirm_import = rpc(imports.confirm)
    cancel_import = rpc(imports.cancel)
    continue_imports = worklist(imports.go_on, seconds=5, due="due_imports")

    # The provider and the neighbours

    receive_provider_event = rpc(provider_events.receive)
    list_provider_events = rpc(provider_events.page)
    replay_provider_event = rpc(provider_events.replay)
    apply_provider_events = worklist(provider_events.apply, seconds=5, due="due_provider_events")
    catch_up = worklist(provider_events.catch_up, seconds=60, due="due_catch_ups")
    on_company_opened = on(CompanyOpened, companies.remember)
    on_company_changed = on(CompanyChanged, companies.remember)

    # What it tells of itself

    prove_ledgers = every(ledger_proofs.prove, seconds=3600)
    measure_ledgers = everywhere(ledger_proofs.measure, seconds=EVERY)
    measure_payments = everywhere(gauges.PAYMENTS.measure, seconds=EVERY)
    measure_refunds = everywhere(gauges.REFUNDS.measure, seconds=EVERY)
    measure_autopay = everywhere(gauges.AUTOPAY.measure, seconds=EVERY)
    measure_guards = everywhere(breaker.measure, seconds=EVERY)
