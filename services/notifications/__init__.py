"""Notifications: turns what happened into mails, activities and webhooks, and delivers each at least once."""
