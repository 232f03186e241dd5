"""Billing's messages: invoices, credits, payment methods, payments, receipts."""
