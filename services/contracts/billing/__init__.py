"""Billing's messages: invoices, credits, methods, payments, pay links, programs, loans, autopay, reminders, imports."""
