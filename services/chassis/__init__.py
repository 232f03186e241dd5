"""What every service stands on: transactions, inbox, outbox, isolation, deadlines, timers, traces.

The only package that imports nameko, eventlet or kombu.
"""
