"""Notifications: turns what happened into mails, and delivers each at least once."""
