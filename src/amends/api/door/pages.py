"""The built files of the console and the buyer's page: found by name in an index, so that no path ever reaches the disk."""

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from amends.api.door.messages import Headers, Scope, Send
from amends.api.door.problems import SUCCESS

OURS: Final = ("/v1/", "/health", "/ready", "/metrics")
"""Where the interface lives: what is unknown there is a problem and never a page."""
ENCODINGS: Final = ((b"br", ".br"), (b"gzip", ".gz"))
NAMED: Final = {"/": "index.html", "/buyer": "buyer.html"}
_DEVICES: Final = b"camera=(self), microphone=(self), payment=(), usb=(), "
FOR_EVER: Final = b"public, max-age=31536000, immutable"
ALWAYS_ASKED: Final = b"no-cache"
_TYPES: Final = {
    ".html": b"text/html; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".mjs": b"text/javascript; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".json": b"application/json",
    ".svg": b"image/svg+xml",
    ".wasm": b"application/wasm",
    ".webmanifest": b"application/manifest+json",
    ".woff2": b"font/woff2",
}
_NOT_BUILT: Final = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Amends</title>
<h1>The console is not built yet</h1><p>Build it with <code>make console</code> and load this page again.
The interface answers at <a href="/v1/openapi.json">/v1/openapi.json</a>.</p>
<p lang="zh">\xe6\x8e\xa7\xe5\x88\xb6\xe5\x8f\xb0\xe5\xb0\x9a\xe6\x9c\xaa\xe6\x9e\x84\xe5\xbb\xba\xef\xbc\x9a\xe8\xaf\xb7\xe8\xbf\x90\xe8\xa1\x8c <code>make console</code></p></html>
"""


class Held(msgspec.Struct, frozen=True):
    """One built file: where it lies, its type, and the suffixes of its compressed copies."""

    path: Path
    media_type: bytes
    encodings: tuple[tuple[bytes, str], ...]


class Pages:
    """Answers GET and HEAD for what `make console` has built; everything else is not its business.

    `hosts` are the origins of marketplaces that may show the buyer's page in a frame; none may by default.
    """

    def __init__(self, folder: Path, hosts: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.framed_by = " ".join(hosts).encode() or b"'none'"
        self.held: dict[str, Held] = {}
        self.built = 0

    async def answer(self, scope: Scope, send: Send) -> int | None:
        """Send the file that a path names; None where it names none."""
        path: str = scope["path"]
        if scope["method"] not in ("GET", "HEAD") or path.startswith(OURS) or path == "/v1":
            return None
        self._look_again()
        name = self._name_of(path, scope)
        if name is None:
            return None
        held = self.held.get(name)
        if held is None:
            return None if self.built else await _sent(scope, send, _NOT_BUILT, self._headers("index.html", _TYPES[".html"]))
        try:
            return await self._send_file(scope, send, name, held)
        except FileNotFoundError:  # it is being built anew just now
            self.built = 0
            return None

    def _look_again(self) -> None:
        """Read the folder anew when it was built anew; its first page tells by its age."""
        index = self.folder / "index.html"
        age = index.stat().st_mtime_ns if index.is_file() else 0
        if age != self.built:
            self.built, self.held = age, dict(_files_in(self.folder)) if age else {}

    def _name_of(self, path: str, scope: Scope) -> str | None:
        """The file of a path. Unknown paths that a browser asks for as a page are the console's own, drawn by its router."""
        name = NAMED.get(path) or path[1:]
        if name in self.held or path in NAMED:
            return name
        if path.startswith("/buyer/"):
            return "buyer.html"
        last = path.rsplit("/", 1)[1]
        return "index.html" if "." not in last and b"text/html" in _header(scope, b"accept") else None

    async def _send_file(self, scope: Scope, send: Send, name: str, held: Held) -> int:
        accepted = {part.split(b";")[0].strip() for part in _header(scope, b"accept-encoding").split(b",")}
        encoding, suffix = next((pair for pair in held.encodings if pair[0] in accepted), (b"", ""))
        path = held.path.with_name(held.path.name + suffix)
        known = path.stat()
        tag = b'"%x-%x"' % (known.st_mtime_ns, known.st_size)
        headers = (*self._headers(name, held.media_type), (b"etag", tag), (b"vary", b"accept-encoding"))
        if _header(scope, b"if-none-match") == tag:
            return await _sent(scope, send, None, headers)
        if encoding:
            headers = (*headers, (b"content-encoding", encoding))
        return await _sent(scope, send, path.read_bytes(), headers)

    def _headers(self, name: str, media_type: bytes) -> Headers:
        headers: Headers = (
            (b"content-type", media_type),
            (b"cache-control", FOR_EVER if name.startswith("assets/") else ALWAYS_ASKED),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-resource-policy", b"cross-origin" if name == "embed.js" else b"same-origin"),
        )
        if media_type != _TYPES[".html"]:
            return headers
        buyers = name == "buyer.html"
        return (
            *headers,
            (b"content-security-policy", _policy(self.framed_by if buyers else b"'none'", drawn_by_a_kit=not buyers)),
            (b"permissions-policy", _DEVICES + (b"geolocation=(self)" if buyers else b"geolocation=()")),
            (b"cross-origin-opener-policy", b"same-origin"),
        )


def _policy(framed_by: bytes, *, drawn_by_a_kit: bool) -> bytes:
    """What a page may load: ours alone, and no script that stands in the page. The console's kit writes its style sheets while it runs."""
    styles = b"'self' 'unsafe-inline'" if drawn_by_a_kit else b"'self'"
    return (
        b"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src " + styles + b"; img-src 'self' blob: data:; "
        b"media-src 'self' blob: data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
        b"frame-ancestors " + framed_by
    )


def _files_in(folder: Path) -> Iterator[tuple[str, Held]]:
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    for name, path in paths.items():
        suffix = path.suffix.lower()
        if suffix in (".br", ".gz", ".map"):
            continue
        kind = _TYPES.get(suffix) or (mimetypes.guess_type(path.name)[0] or "application/octet-stream").encode()
        yield name, Held(path, kind, tuple(pair for pair in ENCODINGS if name + pair[1] in paths))


def _header(scope: Scope, name: bytes) -> bytes:
    found: bytes = next((value for known, value in scope["headers"] if known == name), b"")
    return found


async def _sent(scope: Scope, send: Send, body: bytes | None, headers: Headers) -> int:
    """One answer; no body means that what the browser has is still right."""
    status = SUCCESS["ok" if body is not None else "unchanged"]
    length = () if body is None else ((b"content-length", str(len(body)).encode()),)
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *length]})
    await send({"type": "http.response.body", "body": b"" if body is None or scope["method"] == "HEAD" else body})
    return status
