"""Run with one release's modules: prints which handler of which service hears which event, a JSON list a line."""

import importlib
import json
import os

from deploy.local.world import SERVICES
from services.chassis.events import EventListener
from services.chassis.service import Service


def heard(name: str) -> list[tuple[str, str, str]]:
    """Each handler of a service, with the event's name: (event, service, handler)."""
    module = importlib.import_module(f"services.{name}.service")
    (service,) = (each for each in vars(module).values() if isinstance(each, type) and each in Service.__subclasses__())
    return [
        (f"{kind.event.service()}.{kind.event.__name__}", name, entry)
        for entry in dir(service)
        for kind in getattr(getattr(service, entry), "nameko_entrypoints", ())
        if isinstance(kind, EventListener)
    ]


found = []
for service_name in SERVICES:
    # Each service in a process of its own, as it runs: their tables bear the same names.
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.write(writing, json.dumps(heard(service_name)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        found += json.load(told)
    os.wait()
print(json.dumps(found))
