"""Billing's table of contents: what it answers, what it listens to, what it does by itself."""

from uuid import UUID

from services.billing import (
    companies,
    credits,
    documents,
    invoices,
    invoicing,
    methods,
    offline_payments,
    payments,
    provider_events,
    receipts,
    refunds,
    settlement,
    setups,
    statements,
)
from services.billing.autopay import authorizations, charges, outcomes, plans, previews, runs
from services.billing.finance import agreements, endorsements, late_fees, payoffs
from services.billing.guests import bounds, links, third_parties
from services.billing.guests import invoices as guest_invoices
from services.billing.guests import payments as guest_payments
from services.billing.programs import bills, cancellations, drafts, elections, lists, offers
from services.chassis.process import Chassis
from services.chassis.service import Service, every, on, rpc, worklist
from services.chassis.work import Steps, Work
from services.contracts.billing.autopay import (
    AutopayAttemptView,
    AutopayRunView,
    AutopayTermsView,
    AutopayView,
    ChangeAutopay,
    GetAutopay,
    GetAutopayRun,
    GetAutopayTerms,
    ListAutopayAttempts,
    ListAutopayRuns,
    PreviewAutopayRun,
    PreviewedDebit,
    SkipDebit,
)
from services.contracts.billing.credits import (
    ApplyCredit,
    CreateCredit,
    CreditView,
    GetCredit,
    GetStatement,
    GetStatementPdf,
    ListCredits,
    StatementView,
    UnapplyCredit,
)
from services.contracts.billing.finance import (
    EndorseAgreement,
    FinanceAgreementView,
    GetFinanceAgreement,
    GetFinanceAgreementPdf,
    PayoffQuoteView,
    QuotePayoff,
    RaisePayoff,
    WithdrawPayoff,
)
from services.contracts.billing.invoices import (
    BalanceView,
    ChangeInvoice,
    CreateInvoice,
    GetBalance,
    GetInvoice,
    GetInvoicePdf,
    InvoiceSummary,
    InvoiceView,
    ListInvoices,
    ShareInvoice,
    VoidInvoice,
)
from services.contracts.billing.methods import (
    DeleteMethod,
    FinishSetups,
    GetProviderForm,
    ListPaymentMethods,
    PaymentMethodView,
    ProviderFormView,
    SetDefaultMethod,
    SetupView,
    StartSetup,
)
from services.contracts.billing.pay_links import (
    BeginGuestPayment,
    GetGuestInvoice,
    GetPayLink,
    GuestInvoiceView,
    GuestPaymentView,
    HostedPageView,
    OpenedPayLink,
    OpenHostedPage,
    OpenPayLink,
    PayLinkView,
    QuoteGuestPayment,
    RenewPayLink,
)
from services.contracts.billing.payments import (
    ClientSecretView,
    GetPayment,
    GetPaymentSecret,
    GetReceiptPdf,
    ListPayments,
    PayInvoices,
    PaymentQuoteView,
    PaymentView,
    QuotePayment,
    RecordPayment,
    RefreshPayment,
    RefundPayment,
)
from services.contracts.billing.programs import (
    ArchiveProgram,
    BillProgram,
    CancelProgram,
    ChangeProgram,
    ChoosePlan,
    CreateProgram,
    GetProgram,
    ListPrograms,
    OfferProgram,
    ProgramSummary,
    ProgramView,
    RenewProgram,
    RequestPayment,
)
from services.contracts.billing.provider import ReceiveProviderEvent
from services.contracts.billing.third_parties import (
    GetGuestProgram,
    GuestProgramView,
    GuestSessionView,
    LookUpProgram,
    OpenedGuestSession,
    OpenGuestSession,
)
from services.contracts.files import FileView
from services.contracts.identity.portals import CompanyChanged, CompanyOpened, GetBranch
from services.contracts.messages import Nothing, Page
from services.contracts.proposals.signing import DocumentSigned


class Billing(Service):
    """Invoices, payment methods, payments and the ledger."""

    name = "billing"
    chassis = Chassis(asks=(GetBranch,))

    # Invoices

    @rpc
    def create_invoice(self, work: Work, command: CreateInvoice) -> InvoiceView:
        return invoicing.create(work, command)

    @rpc
    def change_invoice(self, work: Work, command: ChangeInvoice) -> InvoiceView:
        return invoicing.change(work, command)

    @rpc
    def share_invoice(self, work: Work, command: ShareInvoice) -> InvoiceView:
        return invoicing.share(work, command)

    @rpc
    def void_invoice(self, work: Work, command: VoidInvoice) -> InvoiceView:
        return invoicing.void(work, command)

    @rpc
    def list_invoices(self, work: Work, query: ListInvoices) -> Page[InvoiceSummary]:
        return invoices.page(work, query)

    @rpc
    def get_invoice(self, work: Work, query: GetInvoice) -> InvoiceView:
        return invoices.get(work, query)

    @rpc
    def get_invoice_pdf(self, work: Work, query: GetInvoicePdf) -> FileView:
        return documents.invoice_pdf(work, query)

    @rpc
    def get_balance(self, work: Work, query: GetBalance) -> BalanceView:
        return invoices.balance(work, query)

    # Credits and statements

    @rpc
    def create_credit(self, work: Work, command: CreateCredit) -> CreditView:
        return credits.create(work, command)

    @rpc
    def apply_credit(self, work: Work, command: ApplyCredit) -> CreditView:
        return credits.apply(work, command)

    @rpc
    def unapply_credit(self, work: Work, command: UnapplyCredit) -> CreditView:
        return credits.unapply(work, command)

    @rpc
    def list_credits(self, work: Work, query: ListCredits) -> Page[CreditView]:
        return credits.page(work, query)

    @rpc
    def get_credit(self, work: Work, query: GetCredit) -> CreditView:
        return credits.get(work, query)

    @rpc
    def get_statement(self, work: Work, query: GetStatement) -> StatementView:
        return statements.get(work, query)

    @rpc
    def get_statement_pdf(self, work: Work, query: GetStatementPdf) -> FileView:
        return statements.pdf(work, query)

    # Payment methods

    @rpc
    def list_payment_methods(self, work: Work, query: ListPaymentMethods) -> Page[PaymentMethodView]:
        return methods.page(work, query)

    @rpc
    def get_provider_form(self, work: Work, query: GetProviderForm) -> ProviderFormView:
        return methods.provider_form(work, query)

    @rpc
    def start_setup(self, work: Work, command: StartSetup) -> Steps[SetupView]:
        return setups.start_setup(work, command)

    @rpc
    def finish_setups(self, work: Work, command: FinishSetups) -> Steps[Page[PaymentMethodView]]:
        return setups.finish_setups(work, command)

    @rpc
    def set_default_method(self, work: Work, command: SetDefaultMethod) -> PaymentMethodView:
        return methods.set_default(work, command)

    @rpc
    def delete_method(self, work: Work, command: DeleteMethod) -> Nothing:
        return methods.delete(work, command)

    @worklist(seconds=60, due="due_detachments")
    def detach_methods(self, work: Work, method_id: UUID) -> Steps[None]:
        return methods.detach(work, method_id)

    # Payments

    @rpc
    def quote_payment(self, work: Work, query: QuotePayment) -> PaymentQuoteView:
        return payments.quote(work, query)

    @rpc
    def pay_invoices(self, work: Work, command: PayInvoices) -> Steps[PaymentView]:
        return payments.pay(work, command)

    @rpc
    def refresh_payment(self, work: Work, command: RefreshPayment) -> Steps[PaymentView]:
        return payments.refresh(work, command)

    @rpc
    def get_payment(self, work: Work, query: GetPayment) -> PaymentView:
        return payments.get(work, query)

    @rpc
    def list_payments(self, work: Work, query: ListPayments) -> Page[PaymentView]:
        return payments.page(work, query)

    @rpc
    def get_payment_secret(self, work: Work, query: GetPaymentSecret) -> Steps[ClientSecretView]:
        return payments.secret(work, query)

    @rpc
    def get_receipt_pdf(self, work: Work, query: GetReceiptPdf) -> FileView:
        return receipts.pdf(work, query)

    @rpc
    def record_payment(self, work: Work, command: RecordPayment) -> PaymentView:
        return offline_payments.record(work, command)

    @rpc
    def refund_payment(self, work: Work, command: RefundPayment) -> Steps[PaymentView]:
        return refunds.refund(work, command)

    @worklist(seconds=5, due="due_payments")
    def reconcile(self, work: Work, payment_id: UUID) -> Steps[None]:
        return settlement.reconcile(work, payment_id)

    @worklist(seconds=5, due="due_refunds")
    def reconcile_refunds(self, work: Work, refund_id: UUID) -> Steps[None]:
        return refunds.reconcile(work, refund_id)

    # Programs

    @rpc
    def create_program(self, work: Work, command: CreateProgram) -> ProgramView:
        return drafts.create(work, command)

    @rpc
    def change_program(self, work: Work, command: ChangeProgram) -> ProgramView:
        return drafts.change(work, command)

    @rpc
    def offer_program(self, work: Work, command: OfferProgram) -> ProgramView:
        return offers.offer(work, command)

    @rpc
    def choose_plan(self, work: Work, command: ChoosePlan) -> ProgramView:
        return elections.choose(work, command)

    @rpc
    def cancel_program(self, work: Work, command: CancelProgram) -> ProgramView:
        return cancellations.cancel(work, command)

    @rpc
    def archive_program(self, work: Work, command: ArchiveProgram) -> ProgramView:
        return drafts.archive(work, command)

    @rpc
    def renew_program(self, work: Work, command: RenewProgram) -> ProgramView:
        return drafts.renew(work, command)

    @rpc
    def bill_program(self, work: Work, command: BillProgram) -> InvoiceView:
        return bills.bill(work, command)

    @rpc
    def request_payment(self, work: Work, command: RequestPayment) -> InvoiceView:
        return bills.request(work, command)

    @rpc
    def list_programs(self, work: Work, query: ListPrograms) -> Page[ProgramSummary]:
        return lists.page(work, query)

    @rpc
    def get_program(self, work: Work, query: GetProgram) -> ProgramView:
        return lists.get(work, query)

    # Guests

    @rpc
    def get_pay_link(self, work: Work, query: GetPayLink) -> PayLinkView:
        return links.get(work, query)

    @rpc
    def renew_pay_link(self, work: Work, command: RenewPayLink) -> Nothing:
        return links.renew(work, command)

    @rpc
    def open_pay_link(self, work: Work, query: OpenPayLink) -> OpenedPayLink:
        return links.open_link(work, query)

    @rpc
    def get_guest_invoice(self, work: Work, query: GetGuestInvoice) -> GuestInvoiceView:
        return guest_invoices.get(work, query)

    @rpc
    def quote_guest_payment(self, work: Work, query: QuoteGuestPayment) -> PaymentQuoteView:
        return guest_payments.quote(work, query)

    @rpc
    def begin_guest_payment(self, work: Work, command: BeginGuestPayment) -> Steps[GuestPaymentView]:
        return guest_payments.begin(work, command)

    @rpc
    def open_hosted_page(self, work: Work, command: OpenHostedPage) -> Steps[HostedPageView]:
        return guest_payments.open_page(work, command)

    @rpc
    def look_up_program(self, work: Work, command: LookUpProgram) -> Steps[GuestSessionView]:
        return third_parties.look_up(work, command)

    @rpc
    def open_guest_session(self, work: Work, query: OpenGuestSession) -> OpenedGuestSession:
        return third_parties.open_session(work, query)

    @rpc
    def get_guest_program(self, work: Work, query: GetGuestProgram) -> GuestProgramView:
        return third_parties.get(work, query)

    @every(seconds=3600)
    def forget_tries(self, work: Work) -> None:
        return bounds.forget(work)

    # Autopay

    @rpc
    def get_autopay(self, work: Work, query: GetAutopay) -> AutopayView:
        return authorizations.get(work, query)

    @rpc
    def get_autopay_terms(self, work: Work, query: GetAutopayTerms) -> AutopayTermsView:
        return authorizations.terms(work, query)

    @rpc
    def change_autopay(self, work: Work, command: ChangeAutopay) -> AutopayView:
        return authorizations.change(work, command)

    @rpc
    def skip_debit(self, work: Work, command: SkipDebit) -> AutopayView:
        return authorizations.skip(work, command)

    @rpc
    def list_autopay_runs(self, work: Work, query: ListAutopayRuns) -> Page[AutopayRunView]:
        return runs.page(work, query)

    @rpc
    def get_autopay_run(self, work: Work, query: GetAutopayRun) -> AutopayRunView:
        return runs.get(work, query)

    @rpc
    def list_autopay_attempts(self, work: Work, query: ListAutopayAttempts) -> Page[AutopayAttemptView]:
        return runs.attempts(work, query)

    @rpc
    def preview_autopay_run(self, work: Work, query: PreviewAutopayRun) -> Page[PreviewedDebit]:
        return previews.preview(work, query)

    @worklist(seconds=60, due="due_autopay_plans")
    def plan_autopay(self, work: Work, autopay_id: UUID) -> None:
        return plans.plan(work, autopay_id)

    @worklist(seconds=30, due="due_autopay_runs")
    def open_autopay_runs(self, work: Work, branch_id: UUID) -> None:
        return runs.open_run(work, branch_id)

    @worklist(seconds=5, due="due_autopay_attempts", at_once=16)
    def charge_autopay(self, work: Work, attempt_id: UUID) -> Steps[None]:
        return charges.charge(work, attempt_id)

    @worklist(seconds=5, due="due_autopay_outcomes")
    def follow_autopay(self, work: Work, attempt_id: UUID) -> None:
        return outcomes.follow(work, attempt_id)

    # Finance agreements

    @rpc
    def get_finance_agreement(self, work: Work, query: GetFinanceAgreement) -> FinanceAgreementView:
        return agreements.get(work, query)

    @rpc
    def get_finance_agreement_pdf(self, work: Work, query: GetFinanceAgreementPdf) -> FileView:
        return agreements.document(work, query)

    @rpc
    def quote_payoff(self, work: Work, query: QuotePayoff) -> PayoffQuoteView:
        return payoffs.quote(work, query)

    @rpc
    def raise_payoff(self, work: Work, command: RaisePayoff) -> InvoiceView:
        return payoffs.raise_invoice(work, command)

    @rpc
    def withdraw_payoff(self, work: Work, command: WithdrawPayoff) -> FinanceAgreementView:
        return payoffs.withdraw(work, command)

    @rpc
    def endorse_agreement(self, work: Work, command: EndorseAgreement) -> FinanceAgreementView:
        return endorsements.endorse(work, command)

    @on(DocumentSigned)
    def on_document_signed(self, work: Work, event: DocumentSigned) -> None:
        agreements.sign(work, event)

    @worklist(seconds=60, due="due_payoffs")
    def lapse_payoffs(self, work: Work, invoice_id: UUID) -> None:
        return payoffs.lapse(work, invoice_id)

    @worklist(seconds=60, due="due_late_fees")
    def charge_late_fees(self, work: Work, installment_id: UUID) -> None:
        return late_fees.charge(work, installment_id)

    # The provider and the neighbours

    @rpc
    def receive_provider_event(self, work: Work, command: ReceiveProviderEvent) -> Nothing:
        return provider_events.receive(work, command)

    @worklist(seconds=5, due="due_provider_events")
    def apply_provider_events(self, work: Work, event_id: UUID) -> Steps[None]:
        return provider_events.apply(work, event_id)

    @worklist(seconds=60, due="due_catch_ups")
    def catch_up(self, work: Work, company_id: UUID) -> Steps[None]:
        return provider_events.catch_up(work, company_id)

    @on(CompanyOpened)
    def on_company_opened(self, work: Work, event: CompanyOpened) -> None:
        companies.remember(work, event)

    @on(CompanyChanged)
    def on_company_changed(self, work: Work, event: CompanyChanged) -> None:
        companies.remember(work, event)
