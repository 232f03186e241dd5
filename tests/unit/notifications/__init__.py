"""Notifications' rules and texts."""
