"""Runs a service, migrates its database, or looks after its dead events.

    python -m services.chassis run billing
    python -m services.chassis migrate billing
    python -m services.chassis dead billing
    python -m services.chassis replay billing [MESSAGE_ID]

Each command imports what it needs and no more: a service must patch the standard library before anything
else is imported.
"""

import sys


def main(arguments: list[str]) -> None:
    """Dispatches one command line."""
    match arguments:
        case ["run", service]:
            from services.chassis import host

            host.run(service)
        case ["migrate", service]:
            from services.chassis import migrate

            migrate.upgrade(service, migrate.main_url())
        case ["dead", service]:
            from services.chassis import operate

            operate.print_dead_events(service)
        case ["replay", service, *message_id]:
            from services.chassis import operate

            operate.replay_dead_events(service, *message_id)
        case _:
            sys.exit(__doc__)


main(sys.argv[1:])
