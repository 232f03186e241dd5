"""Where webhooks may lead, and when one is tried again."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications import webhook_rules as rules

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))


@pytest.mark.parametrize(
    "address",
    [
        "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
        "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.168.1.1",
        "198.18.0.1", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1",
        "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1",
        "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_what_can_be_inside_is_not_public(address: str) -> None:
    assert not rules.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "93.184.215.14", "172.32.0.1", "2606:4700::1111"])
def test_what_is_in_the_internet_is_public(address: str) -> None:
    assert rules.is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_no_public_ipv4_address_is_special_to_the_registry(address: IPv4Address) -> None:
    if rules.is_public(address):
        assert address.is_global
        assert not (address.is_multicast or address.is_reserved or address.is_unspecified)


@given(st.ip_addresses(v=6))
def test_no_public_ipv6_address_is_special_to_the_registry(address: IPv6Address) -> None:
    if rules.is_public(address):
        assert address.is_global
        assert address.ipv4_mapped is None and address.sixtofour is None and address.teredo is None
        assert not (address.is_multicast or address.is_link_local or address.is_site_local)


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_is_let_through_in_another_coat(address: IPv4Address) -> None:
    number = int(address)
    coats = (number, 0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80)
    assert not any(rules.is_public(IPv6Address(each)) for each in coats)


@given(st.lists(st.ip_addresses().map(str), min_size=1, max_size=4))
def test_a_name_is_good_only_where_every_address_is(addresses: list[str]) -> None:
    target = rules.target_of("https://shop.example/hooks")
    if all(rules.is_public(ip_address(each)) for each in addresses):
        rules.check(target, addresses, ())
    else:
        with pytest.raises(rules.NoTarget):
            rules.check(target, addresses, ())


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "authority"),
    [
        ("https://shop.example", "shop.example", 443, "/", "shop.example"),
        ("https://SHOP.example:8443/a?b=c", "shop.example", 8443, "/a?b=c", "shop.example:8443"),
        ("https://[2606:4700::1111]/a", "2606:4700::1111", 443, "/a", "[2606:4700::1111]"),
        ("http://127.0.0.1:9000/a", "127.0.0.1", 9000, "/a", "127.0.0.1:9000"),
    ],
)
def test_an_address_is_read(url: str, host: str, port: int, path: str, authority: str) -> None:
    target = rules.target_of(url)
    assert (target.host, target.port, target.path, target.authority) == (host, port, path, authority)


@pytest.mark.parametrize(
    "url",
    [
        "", "shop.example", "ftp://shop.example", "https://", "https:///a", "https://shop.example:99999/",
        "//shop.example",
        "https://user:word@shop.example/", "https://shop.example/#part", "https://shop.example/a b", "https://[::1",
        "https://shop.example\\@127.0.0.1/", "https://shop.example/\r\nX: y", "https://sh\top.example", "https://ß.example",
        "https://[fe80::1%25eth0]/", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(rules.NoTarget):
        rules.target_of(url)


@pytest.mark.parametrize(
    ("url", "address", "allowed"),
    [
        ("http://shop.example/", "1.1.1.1", ()),
        ("https://shop.example:22/", "1.1.1.1", ()),
        ("https://shop.example/", "127.0.0.1", ()),
        ("http://shop.example/", "1.1.1.1", LOOPBACK),
        ("https://shop.example/", "10.0.0.1", LOOPBACK),
    ],
)
def test_what_is_let_through_is_https_at_a_public_address(
    url: str, address: str, allowed: tuple[rules.Network, ...]
) -> None:
    with pytest.raises(rules.NoTarget):
        rules.check(rules.target_of(url), [address], allowed)


def test_a_network_that_is_let_through_needs_no_encryption() -> None:
    rules.check(rules.target_of("http://shop.example:9000/"), ["127.0.0.1", "::1"], LOOPBACK)
    with pytest.raises(rules.NoTarget, match="public"):
        rules.check(rules.target_of("https://shop.example/"), ["127.0.0.1", "1.1.1.1"], LOOPBACK)


def test_a_delivery_is_tried_for_a_little_more_than_three_days() -> None:
    assert [rules.next_attempt(NOON, attempts) for attempts in (1, 2, 9, 10)] == [
        NOON + timedelta(seconds=5), NOON + timedelta(minutes=5), NOON + timedelta(hours=24), None,
    ]  # fmt: skip
    assert timedelta(days=3) < sum(rules.BACK_OFF, timedelta()) < timedelta(days=4)


@given(st.integers(min_value=1, max_value=100_000))
def test_an_endpoint_never_rests_for_long(failures: int) -> None:
    assert timedelta(seconds=5) <= rules.rest(failures) <= timedelta(minutes=5)
    assert rules.rest(failures) <= rules.rest(failures + 1)
