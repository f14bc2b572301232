"""The session's cookie, and whether a write comes from our own pages (CSRF): a browser sends cookies along whoever asks it to."""

import re
from hmac import compare_digest
from typing import Final

from amends.api.door.messages import Scope
from amends.store.accounts import SESSION_CHARACTERS, csrf_of

BOUND: Final = "__Host-amends"
LOCAL: Final = "amends_here"
"""The name on this very machine, where there is no TLS; a browser keeps `__Host-` for secure places."""
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
READS: Final = frozenset({"GET", "HEAD"})
CSRF: Final = b"x-csrf-token"
_SHOWN: Final = re.compile(rf"[A-Za-z0-9_-]{{{SESSION_CHARACTERS}}}", re.ASCII)


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of that lower-case name."""
    return next((value.decode("latin-1") for known, value in scope["headers"] if known == name), None)


def is_local(scope: Scope) -> bool:
    """Whether the browser calls this machine by a name that can mean no other."""
    host = (header(scope, b"host") or "").lower()
    return (host.rsplit(":", 1)[0] if not host.endswith("]") else host) in LOOPBACK


def session_in(scope: Scope) -> str | None:
    """What the browser shows as its session; None where it is nothing of ours."""
    cookies = header(scope, b"cookie")
    if cookies is None:
        return None
    wanted = LOCAL if is_local(scope) else BOUND
    for part in cookies.split(";"):
        name, _, value = part.strip().partition("=")
        if name == wanted:
            return value if _SHOWN.fullmatch(value) else None
    return None


def keeping(scope: Scope, text: str) -> tuple[bytes, bytes]:
    """The header that gives a browser its session, until it is closed."""
    return b"set-cookie", _cookie(scope, text).encode()


def forgetting(scope: Scope) -> tuple[bytes, bytes]:
    """The header that takes it away."""
    return b"set-cookie", (_cookie(scope, "") + "; Max-Age=0").encode()


def _cookie(scope: Scope, value: str) -> str:
    local = is_local(scope)
    return f"{LOCAL if local else BOUND}={value}; Path=/; HttpOnly; SameSite=Strict" + ("" if local else "; Secure")


def from_elsewhere(scope: Scope) -> bool:
    """Whether a browser says that the page which asks is not ours. What is no browser says nothing."""
    site, origin = header(scope, b"sec-fetch-site"), header(scope, b"origin")
    if site is not None and site != "same-origin":
        return True
    host = (header(scope, b"host") or "").lower()
    ours = {f"https://{host}"} | ({f"http://{host}"} if is_local(scope) else set())
    return origin is not None and origin.lower() not in ours


def forged(scope: Scope, text: str) -> bool:
    """Whether a write that shows this session may come from somebody else's page."""
    shown = header(scope, CSRF) or ""
    return from_elsewhere(scope) or not compare_digest(shown.encode(), csrf_of(text).encode())
