"""Notifications' messages: mails, what people want to be mailed, staff members' activities, integrators' webhooks."""
