"""Notifications' messages: mails, what people want to be mailed, and the feed of each staff member's activities."""
