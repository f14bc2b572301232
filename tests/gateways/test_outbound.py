import asyncio
import ipaddress
import os
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.gateways.outbound import Forbidden, Streams, Target, address_allowed, read_url, resolve
from amends.gateways.signatures import secret_of
from amends.gateways.webhooks import Failed, send

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
SECRET = secret_of(b"x" * 32)

HOSTILE_URLS = """
http://hooks.shop.com/in
ftp://hooks.shop.com/in
file:///etc/passwd
gopher://hooks.shop.com:443/_x
javascript:alert(1)
data:text/plain,x
//hooks.shop.com/in
hooks.shop.com/in
https:hooks.shop.com
https:///in
https://
https://:443/
https://hooks.shop.com:80/
https://hooks.shop.com:22/
https://hooks.shop.com:5432/
https://hooks.shop.com:0/
https://hooks.shop.com:99999/
https://hooks.shop.com:-1/
https://hooks.shop.com:44x/
https://user@hooks.shop.com/
https://user:pass@hooks.shop.com/
https://hooks.shop.com@127.0.0.1/
https://127.0.0.1@hooks.shop.com/
https://127.0.0.1/
https://127.0.0.1:8443/
https://127.1/
https://127.0.1/
https://2130706433/
https://017700000001/
https://0177.0.0.1/
https://0x7f.1/
https://0x7f000001/
https://0x7f.0x0.0x0.0x1/
https://0/
https://0.0.0.0/
https://10.0.0.1/
https://169.254.169.254/latest/meta-data/
https://172.16.0.1/
https://192.168.1.1/
https://100.64.0.1/
https://8.8.8.8/
https://[::1]/
https://[::]/
https://[::ffff:127.0.0.1]/
https://[::127.0.0.1]/
https://[64:ff9b::7f00:1]/
https://[64:ff9b:1::a9fe:a9fe]/
https://[2002:7f00:1::]/
https://[fe80::1%25eth0]/
https://[fec0::1]/
https://[fd00::1]/
https://[ff02::1]/
https://[2606:4700::1111]/
https://[::1/
https://localhost/
https://LOCALHOST/
https://localhost./
https://foo.localhost/
https://printer.local/
https://metadata.google.internal/
https://server.lan/
https://1.0.0.127.in-addr.arpa/
https://hidden.onion/
https://nas/
https://shop.test/
https://①②⑦.⓪.⓪.①/
https://ⓛocalhost.com/
https://hooks。shop.com/
https://hooks.shop.com/a b
https://hooks..shop.com/
https://-hooks.shop.com/
https://hooks.shop.1/
https://hooks.shop.0x1/
https://127.0.0.1.0x7f/
"""
URLS = HOSTILE_URLS.strip().splitlines()
URLS += [
    "https://hooks.shop.com\\@127.0.0.1/",
    "https://hooks.shop.com/\ta",
    "https://hooks.shop.com/\r\nHost: evil",
    "https://hooks.shop.com/\0",
]
URLS += ["", " ", "https://" + "a." * 200 + "com/", "https://hooks.shop.com/" + "a" * 3000]

HOSTILE_ADDRESSES = """
127.0.0.1 127.255.255.254 0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1
192.0.0.170 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::a9fe:a9fe
100::1 2001::1 2001:db8::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2002:7f00:1:: 2002:808:808::1 3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1
fe80::1%eth0 fec0::1 ff02::1 ff0e::1 2620:4f:8000::1 4000::1 nonsense 127.1 2130706433 0x7f.1 1.2.3.4.5
""".split()  # noqa: SIM905 - a table of what must not be reached


class Canary:
    """Stands where the network would be; a connection to it is the fault."""

    def __init__(self, *answers: str) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.connected: list[tuple[str, int, str | None]] = []

    async def resolve(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers

    async def connect(self, address: str, port: int, server_name: str | None) -> Streams:
        self.connected.append((address, port, server_name))
        raise ConnectionRefusedError


async def attempt(url: str, canary: Canary) -> Failed:
    outcome = await send(url, [SECRET], "m", b"{}", sent_at=NOW, resolver=canary.resolve, connector=canary.connect)
    assert isinstance(outcome, Failed)
    return outcome


def test_the_list_of_hostile_urls_is_long_enough() -> None:
    assert len(set(URLS)) >= 60


@pytest.mark.parametrize("url", URLS)
async def test_a_hostile_url_is_neither_looked_up_nor_connected_to(url: str) -> None:
    canary = Canary("93.184.216.34")
    assert (await attempt(url, canary)).code in {"bad_url", "not_https", "port_not_allowed", "host_not_allowed"}
    assert canary.asked == []
    assert canary.connected == []


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
async def test_a_good_name_that_leads_to_a_hostile_address_is_not_connected_to(address: str) -> None:
    for answers in ((address,), ("93.184.216.34", address), (address, "93.184.216.34")):
        canary = Canary(*answers)
        assert (await attempt("https://hooks.shop.com/in", canary)).code == "address_not_allowed"
        assert canary.asked == ["hooks.shop.com"]
        assert canary.connected == []


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::6810:84e5"])
async def test_the_canary_sings_where_the_address_is_public(address: str) -> None:
    canary = Canary(address)
    assert (await attempt("https://hooks.shop.com:8443/in", canary)).code == "unreachable"
    assert canary.connected == [(address, 8443, "hooks.shop.com")]


async def test_the_name_is_looked_up_once_and_the_connection_goes_to_what_was_checked() -> None:
    canary = Canary("93.184.216.34")
    await attempt("https://hooks.shop.com/in", canary)
    assert canary.asked == ["hooks.shop.com"]
    assert canary.connected == [("93.184.216.34", 443, "hooks.shop.com")]


async def test_a_name_that_leads_nowhere_is_said_so() -> None:
    assert (await attempt("https://hooks.shop.com/in", Canary())).code == "name_unknown"


async def test_names_that_are_never_answered_for_keep_no_other_name_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    loops_own = min(32, (os.cpu_count() or 1) + 4)

    def look_up(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        if host == "blackhole.example":
            answered.wait(10)
        return [(2, 1, 6, "", ("93.184.216.34", 443))]

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    waiting = [asyncio.create_task(asyncio.wait_for(resolve("blackhole.example", 443), 0.01)) for _ in range(loops_own)]
    try:
        await asyncio.gather(*waiting, return_exceptions=True)
        async with asyncio.timeout(5):
            rows = await asyncio.get_running_loop().getaddrinfo("payments.example", 443)
    finally:
        answered.set()
    assert rows[0][4] == ("93.184.216.34", 443)


def test_the_sandbox_may_speak_to_this_machine_and_nothing_else_changes() -> None:
    assert read_url("http://127.0.0.1:8080/x?y=1", allow_loopback=True) == Target(
        host="127.0.0.1", port=8080, path="/x?y=1", secure=False, host_header="127.0.0.1:8080"
    )
    assert read_url("http://127.0.0.1:8080/x") == Forbidden(code="not_https")
    assert read_url("http://192.168.1.1/", allow_loopback=True) == Forbidden(code="not_https")
    assert read_url("https://192.168.1.1/", allow_loopback=True) == Forbidden(code="host_not_allowed")
    assert address_allowed("127.0.0.1", allow_loopback=True)
    assert not address_allowed("10.0.0.1", allow_loopback=True)


async def test_in_the_sandbox_another_name_still_may_not_lead_to_this_machine() -> None:
    canary = Canary("127.0.0.1")
    outcome = await send(
        "https://hooks.shop.com/",
        [SECRET],
        "m",
        b"{}",
        sent_at=NOW,
        allow_loopback=True,
        resolver=canary.resolve,
        connector=canary.connect,
    )
    assert outcome == Failed(code="address_not_allowed")
    assert canary.connected == []


@given(st.text(max_size=200))
def test_any_text_is_judged_without_an_error(url: str) -> None:
    assert isinstance(read_url(url), Target | Forbidden)


@given(st.ip_addresses())
def test_whatever_the_library_calls_private_is_never_allowed(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert not address_allowed(str(address))


@given(st.text(max_size=50))
def test_any_text_is_no_address(text: str) -> None:
    assert address_allowed(text) in (True, False)
