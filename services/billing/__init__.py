"""Billing: invoices, payment methods, payments, the ledger."""
