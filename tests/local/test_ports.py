"""Ports are fixed for people, derived from the checkout for the rest, and a clash is explained."""

import socket
from dataclasses import astuple
from pathlib import Path

import pytest

from deploy.local import ports


def test_people_find_portico_at_its_published_addresses() -> None:
    chosen = ports.of_checkout(Path("/a/checkout"), {})
    assert (chosen.gateway, chosen.mail, chosen.payments) == (8080, 8025, 12111)


def test_two_checkouts_keep_out_of_each_others_way() -> None:
    first, again, second = (ports.of_checkout(Path(path), {}) for path in ("/a/one", "/a/one", "/a/two"))
    assert first == again
    assert not {first.broker, first.epmd, first.database, first.smtp} & set(astuple(second))


def test_a_variable_moves_a_port() -> None:
    chosen = ports.of_checkout(Path("/a/checkout"), {"PORTICO_GATEWAY_PORT": "9090", "PORTICO_EPMD_PORT": "4400"})
    assert (chosen.gateway, chosen.mail, chosen.epmd) == (9090, 8025, 4400)


def test_free_ports_differ_and_are_free() -> None:
    chosen = astuple(ports.free_ports())
    assert len(set(chosen)) == len(chosen)
    assert all(ports.is_free(port) for port in chosen)


def test_a_taken_port_is_named_with_the_variable_that_moves_it() -> None:
    chosen = ports.free_ports()
    complaint = pytest.raises(ports.PortTaken, match=rf"{chosen.payments}.*PORTICO_PAYMENTS_PORT")
    with socket.create_server((ports.HOST, chosen.payments)), complaint:
        ports.require_free(chosen, ["gateway", "payments"])
    ports.require_free(chosen, ["gateway", "payments"])
