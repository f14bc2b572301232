"""A case file proves itself: whoever changes a byte, a word or the order of events is found out."""

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
import pytest_asyncio
from tests.marketplace import BUYER, SUPPORT, Marketplace

from amends.actions.commands import ClaimReview, Escalate, GivenProof, Reject, Rule
from amends.exchange.case_check import against_checkpoints, against_database, check
from amends.exchange.case_file import gather, packed
from amends.exchange.case_pdf import case_pdf
from amends.exchange.paper import Page
from amends.exchange.policies import read_policies
from amends.store.database import connect, transaction

CHINESE = "收音机没有声音"
EXPONENTS = {"USD": 2}
WORDS = {word: term.says.zh for word, term in read_policies().vocabulary.words("paper").items()}


@pytest_asyncio.fixture
async def made(marketplace: Marketplace, tmp_path: Path) -> Path:
    """The file of a case that was rejected, disputed and ruled on."""
    sold = await marketplace.order()
    asked = await marketplace.ask(sold, "refund_only", "defective", proof=["photo_defect"], note=CHINESE)
    case = (sold.shop_id, asked.case_id)
    await marketplace.do(case, Reject, ground="works_as_intended", proof=(GivenProof(kind="video_function", text="it plays"),))
    await marketplace.do(case, Escalate, by=BUYER, note=CHINESE)
    await marketplace.do(case, ClaimReview, by=SUPPORT)
    await marketplace.do(case, Rule, by=SUPPORT, ruling="buyer", liability="seller", rationale="视频里是另一台")
    async with transaction(marketplace.desk.pool, [sold.shop_id]) as connection:
        folder = await gather(connection, *case, lambda _: None)
        assert await gather(connection, sold.shop_id, sold.id, lambda _: None) is None
    assert folder is not None
    path = tmp_path / "case.zip"
    path.write_bytes(packed(folder, case_pdf(folder, EXPONENTS, WORDS)))
    assert packed(folder, b"x") == packed(folder, b"x")
    return path


def altered(path: Path, change: Callable[[dict[str, bytes]], None], *, manifest: bool = True) -> Path:
    """The same file with something changed; with `manifest`, whoever changed it has brought the manifest along."""
    from hashlib import sha256

    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    if manifest:
        said = json.loads(files["manifest.json"])
        said["files"] = [
            {"path": name, "size": len(content), "sha256": sha256(content).hexdigest()}
            for name, content in files.items()
            if name != "manifest.json"
        ]
        files["manifest.json"] = json.dumps(said).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


async def test_a_case_file_has_everything_and_holds(made: Path, marketplace: Marketplace) -> None:
    checked = check(made)
    assert checked.faults == ()
    assert checked.links == 5
    with zipfile.ZipFile(made) as archive:
        assert {
            "manifest.json",
            "case.pdf",
            "case.json",
            "timeline.json",
            "rulings.json",
            "evidence.json",
            "messages.json",
        } <= set(archive.namelist())
        assert archive.read("case.pdf").startswith(b"%PDF")
        proof = [archive.read(name).decode() for name in archive.namelist() if name.startswith("proof/")]
        assert CHINESE in proof
        assert json.loads(archive.read("rulings.json"))[0]["rationale"] == "视频里是另一台"
        assert json.loads(archive.read("case.json"))["verdict"]
    connection = await connect(marketplace.dsn, "amends_reviewer")
    assert await against_database(checked, connection) == []
    await connection.close()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda f: f.update({"timeline.json": f["timeline.json"].replace(b'"seller"', b'"buyer"', 1)}), "does not fit its hash"),
        (lambda f: f.update({"timeline.json": json.dumps(json.loads(f["timeline.json"])[1:]).encode()}), "is missing"),
        (lambda f: f.update({"rulings.json": f["rulings.json"].replace("另".encode(), "同".encode())}), "rationale of ruling"),
        (lambda f: f.update({next(n for n in f if n.startswith("proof/")): b"else"}), "is not the proof"),
    ],
    ids=["event", "first event", "rationale", "proof"],
)
async def test_what_was_changed_is_found_even_with_a_new_manifest(
    made: Path, change: Callable[[dict[str, bytes]], None], fault: str
) -> None:
    assert any(fault in said for said in check(altered(made, change)).faults)


async def test_a_file_that_was_added_removed_or_changed_is_found_by_the_manifest(made: Path) -> None:
    added = check(altered(made, lambda f: f.update({"more.txt": b"x"}), manifest=False))
    assert added.faults == ("more.txt is not in the manifest",)
    gone = check(altered(made, lambda f: f.pop("case.pdf") and None, manifest=False))
    assert "case.pdf is missing" in gone.faults


async def test_a_checkpoint_and_the_database_see_a_chain_that_was_written_anew(made: Path, marketplace: Marketplace) -> None:
    checked = check(made)
    last = checked.timeline[-1]
    assert checked.shop is not None
    marks = [(checked.shop, last["chain_seq"], last["hash"])]
    assert against_checkpoints(checked, marks) == []
    assert against_checkpoints(checked, [(checked.shop, last["chain_seq"], "00" * 32)]) != []
    await marketplace.administrator.execute("set session_replication_role = replica")
    await marketplace.administrator.execute(r"update amends.event set hash = '\x05' where seq = 1")
    connection = await connect(marketplace.dsn, "amends_reviewer")
    assert await against_database(checked, connection) == ["the database holds another event 1"]
    await connection.close()


def test_what_is_no_case_file_is_said_to_be_none(tmp_path: Path) -> None:
    for content in (b"", b"PK", b"%PDF-1.7"):
        path = tmp_path / "x.zip"
        path.write_bytes(content)
        assert check(path).faults[0].startswith("this is no case file")


def test_words_that_the_page_cannot_show_are_named_by_their_hash() -> None:
    page = Page(datetime(2026, 11, 2, tzinfo=UTC), WORDS)
    assert (page.shown("café"), page.shown(CHINESE), page.shown("喆堃")) == ("café", CHINESE, "喆堃")
    assert page.shown("สวัสดี").startswith("[words in another script, SHA-256 ")
    page.bytes()


async def test_the_page_of_a_case_shows_what_was_said_in_chinese(made: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        pages = pypdfium2.PdfDocument(archive.read("case.pdf"))
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    for words in ("视频里是另一台", "售后档案", "裁决", "经过"):
        assert words in text, words
