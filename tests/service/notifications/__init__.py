"""Notifications on a real database, a real SMTP server and a stand-in for identity."""
