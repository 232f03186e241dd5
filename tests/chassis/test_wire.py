"""The wire is plain nameko: a stock client calls any method and reads any answer."""

import json
import subprocess
import sys
from uuid import uuid4

import pytest

from deploy.local.sites import CHECKOUT
from tests.chassis.client import contact_of
from tests.chassis.conftest import Sample

STOCK = """
import json, sys
from nameko.standalone.rpc import ClusterRpcProxy
from nameko.exceptions import RemoteError
with ClusterRpcProxy({"AMQP_URI": sys.argv[1]}, timeout=10) as rpc:
    try:
        print(json.dumps(getattr(rpc.sample, sys.argv[2])(**json.loads(sys.argv[3]))))
    except RemoteError as error:
        print(json.dumps({"refused": error.exc_type, "value": error.value}))
"""


def call(sample: Sample, method: str, **arguments: object) -> dict[str, object]:
    """What a stock nameko client gets."""
    argv = [sys.executable, "-W", "ignore", "-c", STOCK, sample.stack.broker.url, method, json.dumps(arguments)]
    printed = subprocess.run(argv, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout
    answer: dict[str, object] = json.loads(printed)
    return answer


def test_a_stock_nameko_client_calls_a_query(running: Sample) -> None:
    assert call(running, "echo", message={"text": "hello"})["text"] == "hello"


def test_a_stock_nameko_client_calls_a_command_as_somebody(running: Sample) -> None:
    principal = contact_of(uuid4()).model_dump(mode="json")
    note = call(running, "add_note", message={"id": str(uuid4()), "text": "from outside"}, principal=principal)
    assert running.rows("SELECT id::text, text FROM note") == [(note["id"], "from outside")]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"message": {"text": "nobody says this"}}, "DomainError"),
        ({"message": {"text": 5}}, "DomainError"),
        ({"nothing": 1}, "MalformedRequest"),
    ],
)
def test_a_stock_nameko_client_reads_a_refusal(running: Sample, arguments: dict[str, object], kind: str) -> None:
    assert call(running, "add_note", **arguments)["refused"] == kind
