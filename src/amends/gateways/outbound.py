"""Which addresses on the internet we are willing to connect to when somebody else names them, and the connection itself.

`ipaddress.is_global` alone is not enough: it lets through the NAT64 and 6to4 forms of private addresses, multicast and others,
and the system's resolver understands 0177.1 and 2130706433. So: names only, resolved once, every answer checked against a list
of our own, and the connection made to the very address that was checked.
"""

import asyncio
import functools
import ipaddress
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from urllib.parse import SplitResult, urlsplit

import msgspec

PORTS: Final = frozenset({443, 8443})
LONGEST_URL: Final = 2048
LONGEST_NAME: Final = 253
NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])\.?", re.ASCII)
VISIBLE = re.compile(r"[!-~]+", re.ASCII)
LOCAL_ENDINGS = (
    ".localhost",
    ".local",
    ".internal",
    ".intranet",
    ".lan",
    ".home",
    ".corp",
    ".arpa",
    ".onion",
    ".test",
    ".invalid",
    ".example",
)

DENIED: Final = tuple(
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# Of IPv6 only what is handed out to the public internet, and of that nothing that carries an IPv4 address or is documentation.
PUBLIC_6: Final = ipaddress.ip_network("2000::/3")
DENIED_6: Final = tuple(
    ipaddress.ip_network(net)
    for net in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16")
)

THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[str, int, str | None], Awaitable[Streams]]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A URL that passed: where to connect and what to ask for."""

    host: str
    port: int
    path: str
    secure: bool
    host_header: str


class Forbidden(msgspec.Struct, frozen=True, kw_only=True):
    """Why we do not connect there: bad_url, not_https, port_not_allowed, host_not_allowed, address_not_allowed, name_unknown."""

    code: str


def read_url(url: str, *, allow_loopback: bool = False) -> Target | Forbidden:
    """Judge a URL by its letters alone. `allow_loopback` is for sandbox and tests: plain http to this machine, on any port."""
    if len(url) > LONGEST_URL or not VISIBLE.fullmatch(url) or "\\" in url:
        return Forbidden(code="bad_url")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return Forbidden(code="bad_url")
    secure = parts.scheme == "https"
    local = allow_loopback and host in THIS_MACHINE and parts.scheme in ("http", "https")
    if port is None:
        port = 443 if secure else 80
    if not local and (reason := _refusal(parts, host, port)) is not None:
        return Forbidden(code=reason)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host=host.rstrip("."), port=port, path=path, secure=secure, host_header=parts.netloc)


def _refusal(parts: SplitResult, host: str, port: int) -> str | None:
    if "@" in parts.netloc:
        return "bad_url"
    if parts.scheme != "https":
        return "not_https"
    if port not in PORTS:
        return "port_not_allowed"
    if not NAME.fullmatch(host) or len(host) > LONGEST_NAME or f".{host.rstrip('.')}".endswith(LOCAL_ENDINGS):
        return "host_not_allowed"
    return None


def address_allowed(address: str, *, allow_loopback: bool = False) -> bool:
    """Whether this address belongs to the public internet (or to this machine, where that is allowed)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if allow_loopback:
        return found.is_loopback
    if isinstance(found, ipaddress.IPv6Address):
        return found in PUBLIC_6 and not any(found in net for net in DENIED_6) and found.scope_id is None
    return not any(found in net for net in DENIED)


LOOK_UPS: Final = ThreadPoolExecutor(32, thread_name_prefix="look_up")
"""Threads for names that others give us: a name whose server never answers holds a thread long after we gave up on it, and the loop's
own few threads look up the names of the payments provider."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of a name, as the system's resolver gives them."""
    look_up = functools.partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    rows = await asyncio.get_running_loop().run_in_executor(LOOK_UPS, look_up)
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Reading the system's certificates takes tens of milliseconds, in which nothing else would go on."""
    return ssl.create_default_context()


async def connect(address: str, port: int, server_name: str | None) -> Streams:
    """Connect to exactly this address; with a server name, over TLS with a certificate for that name."""
    context = _trusted() if server_name is not None else None
    return await asyncio.open_connection(address, port, ssl=context, server_hostname=server_name)


async def open_guarded(
    target: Target, *, allow_loopback: bool, resolver: Resolve = resolve, connector: Connect = connect
) -> Streams | Forbidden:
    """Resolve once, check every answer, connect to the first. One forbidden address among them forbids the name.

    Raises OSError where the connection cannot be made.
    """
    local = allow_loopback and target.host in THIS_MACHINE
    try:
        addresses = await resolver(target.host, target.port)
    except (OSError, UnicodeError):
        return Forbidden(code="name_unknown")
    if not addresses:
        return Forbidden(code="name_unknown")
    if not all(address_allowed(address, allow_loopback=local) for address in addresses):
        return Forbidden(code="address_not_allowed")
    return await connector(addresses[0], target.port, target.host if target.secure else None)
