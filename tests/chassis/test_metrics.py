"""What a process tells of itself it tells this machine alone, unless it is told otherwise."""

import httpx
import psutil

from tests.chassis.client import Client
from tests.chassis.conftest import Sample, until
from tests.sample.contracts.sample import Echo, Sleep


def test_metrics_are_for_this_machine_alone(running: Sample) -> None:
    process = running.stack.supervisor.process("sample", 1)
    assert process and process.metrics_port
    listening = [
        each.laddr for each in psutil.Process(process.pid).net_connections("inet") if each.status == psutil.CONN_LISTEN
    ]
    assert listening == [("127.0.0.1", process.metrics_port)]


def test_a_process_tells_that_it_lives_and_takes_calls_until_it_is_stopped(running: Sample) -> None:
    process = running.stack.supervisor.process("sample", 1)
    assert process and process.metrics_port
    with httpx.Client(base_url=f"http://127.0.0.1:{process.metrics_port}", trust_env=False, timeout=10) as http:
        answers = {path: http.get(path).status_code for path in ("/healthz", "/readyz", "/metrics", "/else")}
        assert answers == {"/healthz": 200, "/readyz": 200, "/metrics": 200, "/else": 404}
        assert "portico_rpc_seconds" in http.get("/metrics").text


def test_a_process_that_is_being_stopped_takes_no_more_calls_and_still_lives(running: Sample, client: Client) -> None:
    process = running.stack.supervisor.process("sample", 1)
    assert process and process.metrics_port
    query = Sleep(seconds=2)
    sent = client.send(query)
    client.ask(Echo(text="it has taken the call before this one"))
    process.ask_to_stop()
    with httpx.Client(base_url=f"http://127.0.0.1:{process.metrics_port}", trust_env=False, timeout=10) as http:
        until(lambda: http.get("/readyz").status_code == 503, "it says that it takes no more calls")
        assert http.get("/healthz").status_code == 200
    assert client.take(query, sent).text == "slept"
    running.stop()
