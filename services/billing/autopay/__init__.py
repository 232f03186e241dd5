"""Autopay: authorized by customers, planned, announced, and charged by each branch's run of the day."""
