"""What a process tells of itself it tells this machine alone, unless it is told otherwise."""

import psutil

from tests.chassis.conftest import Sample


def test_metrics_are_for_this_machine_alone(running: Sample) -> None:
    process = running.stack.supervisor.process("sample", 1)
    assert process and process.metrics_port
    listening = [
        each.laddr for each in psutil.Process(process.pid).net_connections("inet") if each.status == psutil.CONN_LISTEN
    ]
    assert listening == [("127.0.0.1", process.metrics_port)]
