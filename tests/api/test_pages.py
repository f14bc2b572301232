"""The built console is served with the headers that keep strangers out, and nothing else of the disk is."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from tests.api.marketplace import Market, is_problem

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HOST = "https://market.example"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web")
    (folder / "assets").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>console</title>")
    (folder / "buyer.html").write_text("<!doctype html><title>buyer</title>")
    (folder / "embed.js").write_text("// embed")
    (folder / "sw.js").write_text("// worker")
    (folder / "manifest.webmanifest").write_text("{}")
    (folder / "assets" / "main-1a2b.js").write_text("plain")
    (folder / "assets" / "main-1a2b.js.gz").write_bytes(gzip.compress(b"small"))
    (folder / "assets" / "main-1a2b.js.br").write_bytes(b"smaller")
    (folder.parent / "secret.txt").write_text("secret")
    return folder


@pytest.fixture(scope="module")
def settings_more(web: Path) -> dict[str, Any]:
    return {"web": web, "hosts": (HOST,)}


async def get(market: Market, path: str, **headers: str) -> Any:
    return await market.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


async def test_the_console_is_asked_for_anew_each_time_and_loads_nothing_of_others(market: Market) -> None:
    page = await get(market, "/", **BROWSER)
    assert (page.status_code, page.text) == (200, "<!doctype html><title>console</title>")
    assert page.headers["cache-control"] == "no-cache"
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts == "script-src 'self' 'wasm-unsafe-eval'"
    assert "camera=(self), microphone=(self)" in page.headers["permissions-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    again = await get(market, "/", if_none_match=page.headers["etag"], **BROWSER)
    assert (again.status_code, again.content) == (304, b"")


async def test_only_a_marketplace_that_is_named_may_frame_the_buyers_page(market: Market) -> None:
    for path in ("/buyer", "/buyer/cases/1"):
        page = await get(market, path, **BROWSER)
        assert "<title>buyer</title>" in page.text
        assert page.headers["content-security-policy"].endswith(f"frame-ancestors {HOST}")
        assert "unsafe-inline" not in page.headers["content-security-policy"]
    embed = await get(market, "/embed.js")
    assert embed.headers["cross-origin-resource-policy"] == "cross-origin"


async def test_what_is_named_by_its_content_is_kept_for_ever_and_sent_compressed(market: Market) -> None:
    path = "/assets/main-1a2b.js"
    assert (await get(market, path, accept_encoding="identity")).content == b"plain"
    squeezed = await get(market, path, accept_encoding="gzip")
    assert (squeezed.headers["content-encoding"], squeezed.content) == ("gzip", b"small")
    async with market.client.stream("GET", path, headers={"accept-encoding": "gzip, br"}) as best:
        assert best.headers["content-encoding"] == "br"
        assert best.headers["content-length"] == "7"
        assert best.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert best.headers["vary"] == "accept-encoding"
    assert (await get(market, "/sw.js")).headers["cache-control"] == "no-cache"
    assert (await get(market, "/manifest.webmanifest")).headers["content-type"] == "application/manifest+json"


async def test_an_unknown_path_is_a_page_for_a_browser_and_a_problem_for_a_program(market: Market) -> None:
    assert "console" in (await get(market, "/cases/0199", **BROWSER)).text
    is_problem(await get(market, "/cases/0199", accept="application/json"), 404, "not_found")
    for path in ("/v1/nothing", "/assets/gone.js", "/health/x", "/v1"):
        is_problem(await get(market, path, **BROWSER), 404, "not_found")
    is_problem(await market.client.post("/"), 404, "not_found")
    head = await market.client.head("/", headers=BROWSER)
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "//etc/passwd",
             "/assets/main-1a2b.js.br"],
)  # fmt: skip
async def test_no_path_leads_out_of_the_folder(market: Market, path: str) -> None:
    answer = await get(market, path)
    assert b"secret" not in answer.content
    assert answer.status_code == 404


async def test_files_that_were_built_anew_are_found(market: Market, web: Path) -> None:
    (web / "assets" / "new-9f.css").write_text("a{}")
    (web / "index.html").write_text("<!doctype html><title>newer</title>")
    assert "newer" in (await get(market, "/", **BROWSER)).text
    assert (await get(market, "/assets/new-9f.css")).headers["content-type"].startswith("text/css")


async def test_where_nothing_is_built_it_says_how(market: Market, tmp_path: Path) -> None:
    pages = market.app.door.pages
    before, pages.folder = pages.folder, tmp_path
    try:
        assert "make console" in (await get(market, "/", **BROWSER)).text
        is_problem(await get(market, "/assets/x.js", **BROWSER), 404, "not_found")
    finally:
        pages.folder = before
