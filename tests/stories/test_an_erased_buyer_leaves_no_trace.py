"""A buyer asks to be forgotten. A live case holds it; once that has ended, nothing of them is left in database, files or logs."""

import asyncio
import io
import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import structlog
from PIL import Image
from tests.marketplace import SUPPORT
from tests.stories.telling import Case, Story

from amends.actions.commands import Approve, GivenProof, OpenCase, Reject, SubmitEvidence
from amends.domain.facts.people import Actor
from amends.gateways.files import LocalFiles, Quarantined
from amends.store.database import queries, transaction
from amends.store.embedded_place import wheel_binaries
from amends.worker.erasing import Erasures, read_retention

CANARY = "canary7Zq"
NAME = f"{CANARY}-lihua"
ANNA = Actor(kind="seller", id="seller:anna", permissions=frozenset({"*"}))
LIHUA = Actor(kind="buyer", id=f"buyer:{NAME}", buyer=NAME)


async def uploaded(story: Story, files: LocalFiles, sold: Any) -> tuple[Any, Path]:
    """A photo of the buyer as it lies on the disk, with the canary in it."""
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "PNG")
    content.write(f"{CANARY}-in-the-photo".encode())
    digest = sha256(content.getvalue())
    path = await asyncio.to_thread(_written, files, content.getvalue(), digest.hexdigest())
    made = story.desk.make_id(datetime.now(UTC))
    async with transaction(story.desk.pool, [sold.shop_id]) as connection:
        await connection.fetchrow(queries("insert_proof"), sold.shop_id, made, sold.id, "buyer", "photo_defect", None, "clean",
                                  digest.digest(), digest.digest(), "image/png", 8, LIHUA.id, None, None)  # fmt: skip
    return made, path


def _written(files: LocalFiles, content: bytes, digest: str) -> Path:
    waiting = files.workspace() / "file"
    waiting.write_bytes(content)
    return files.keep(Quarantined(path=waiting, sha256=digest, size=len(content)))


async def told(story: Story, home: Path) -> tuple[Case, Path]:
    """A buyer who leaves traces everywhere: note, photo, chat, destination, statement of the seller, message, note of staff, kept answers."""
    sold = await story.order(buyer=NAME)
    photo, path = await uploaded(story, LocalFiles(home / "files"), sold)
    chat = GivenProof(kind="chat_in_app", channel="platform_messages", text=f"{CANARY} wrote this")
    asked = OpenCase(shop_id=sold.shop_id, actor=LIHUA, order_id=sold.id, kind="refund_only", reason="damaged", key="k1",
                     note=f"{CANARY} broken", destination=f"iban {CANARY}",
                     proof=(GivenProof(kind="photo_defect", upload_id=photo), chat))  # fmt: skip
    case = Case(story, sold, await story.say(asked))
    await story.say(
        OpenCase(shop_id=sold.shop_id, actor=LIHUA, order_id=sold.id, kind="refund_only", reason="better_price", key="k2")
    )
    await case.seller_asks_for("photo_six_view")  # of which the buyer is told
    await story.say(
        SubmitEvidence(
            shop_id=sold.shop_id, case_id=case.id, actor=LIHUA, proof=(GivenProof(kind="photo_six_view", text=CANARY),)
        )
    )
    await story.do((sold.shop_id, case.id), Reject, by=ANNA, key="k3", ground="other", note=f"{CANARY} says otherwise")
    for table, columns in (
        ("message (shop_id, id, case_id, seq, side, author, sort, personal, text, salt, sha256, at)",
         f"$1, gen_random_uuid(), $2, 1, 'buyer', 'buyer:{NAME}', 'personal', true, '{CANARY} hello', '\\x01', '\\x00', amends.moment()"),
        ("case_note (shop_id, id, case_id, side, author, sort, text, at)",
         f"$1, gen_random_uuid(), $2, 'seller', 'seller:anna', 'note', '{CANARY} called', amends.moment()"),
    ):  # fmt: skip
        await story.administrator.execute(f"insert into amends.{table} select {columns}", sold.shop_id, case.id)
    await story.administrator.execute(
        "update amends.parcel set tracking_number = $2 where shop_id = $1 and order_id = $3",
        sold.shop_id,
        CANARY.upper(),
        sold.id,
    )
    for table, columns in (
        ("parcel_reading (shop_id, parcel_id, source, event_id, postcode)",
         f"shop_id, id, 'usps', 'seen', '{CANARY}' from amends.parcel where order_id = $1"),
        ("parked (shop_id, id, source, event_id, why, body, received_at)",
         (f"0, gen_random_uuid(), 'usps', 'stray', 'parcel_unknown', '{{\"tracking_number\": \"{CANARY.upper()}\"}}', amends.moment()"
         " where $1::uuid is not null")),
        ("parked (shop_id, id, source, event_id, why, body, received_at, note)",
         (f"shop_id, gen_random_uuid(), 'refund', 'one', 'unknown', jsonb_build_object('case_id', id), amends.moment(), '{CANARY} rang'"
         " from amends.cases where order_id = $1")),
        (("chargeback (shop_id, id, source, reference, order_id, payment_id, amount, held, state, opened_at, closed_at, updated_at,"
         " override_by, override_at, override_why)"),
         ("shop_id, gen_random_uuid(), 'bank', 'cb', order_id, id, 1, 0, 'withdrawn', amends.moment(), amends.moment(), amends.moment(),"
         f" 'support:omar', amends.moment(), '{CANARY} was right' from amends.payment where order_id = $1")),
    ):  # fmt: skip
        await story.administrator.execute(f"insert into amends.{table} select {columns}", sold.id)
    await story.administrator.execute(
        "insert into amends.token (id, hash, kind, label, subject) values ('t1', '\\x00', 'buyer', $1, $1)", NAME
    )
    return case, path


def dumped(dsn: str) -> str:
    """The whole database as text."""
    done = subprocess.run([str(wheel_binaries() / "pg_dump"), f"--dbname={dsn}"], capture_output=True, text=True, check=True)
    return done.stdout


def traces(dump: str) -> list[str]:
    """Lines of a dump with the canary in them; columns of bytes stand there as hexadecimal numbers."""
    signs = (CANARY, CANARY.upper(), CANARY.encode().hex())
    return [line[:300] for line in dump.splitlines() if any(sign in line for sign in signs)]


def in_files(home: Path) -> list[str]:
    return [str(path) for path in home.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


@pytest.mark.requirement("T-07")
async def test_an_erased_buyer_leaves_no_trace(story: Story, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with structlog.testing.capture_logs() as logs:
        await live_and_forgotten(story, tmp_path)
    seen = str(logs) + "".join(capfd.readouterr())
    assert "buyer_forgotten" in seen
    assert CANARY not in seen


async def live_and_forgotten(story: Story, home: Path) -> None:
    erasures = story.worker.erasures
    case, path = await told(story, home)
    before = await asyncio.to_thread(dumped, story.dsn)
    assert before.count(CANARY) >= 12, "the canaries are planted"
    await ask(story, SUPPORT.id)
    assert await erasures.step() == 0
    held = await story.administrator.fetchval("select held_by from amends.erasure")
    assert held == [f"case {case.id}"], "a live case needs what is known"
    assert CANARY in await asyncio.to_thread(dumped, story.dsn)

    await story.do((case.sold.shop_id, case.id), Approve, by=ANNA)
    await story.settle()
    assert await case.state() == "completed: refunded"
    await story.later(hours=2)
    after = await asyncio.to_thread(dumped, story.dsn)
    assert traces(after) == []
    assert not await asyncio.to_thread(in_files, home)
    assert not await asyncio.to_thread(path.exists)
    await story.check()  # chains hold, postings add up, decisions still cite the hashes they rested on


async def ask(story: Story, by: str) -> None:
    made = story.desk.make_id(datetime.now(UTC))
    await story.administrator.fetchrow(
        "insert into amends.erasure (id, buyer, state, why, asked_by, asked_at) values ($1, $2, 'waiting', 'asked', $3, amends.moment())"
        " returning id",
        made,
        NAME,
        by,
    )


async def test_a_legal_hold_keeps_everything_until_it_ends(story: Story, tmp_path: Path) -> None:
    case, _ = await told(story, tmp_path)
    await story.do((case.sold.shop_id, case.id), Approve, by=ANNA)
    await story.settle()
    await story.administrator.execute(
        "insert into amends.legal_hold (id, buyer, why, placed_by, placed_at, until)"
        " values (gen_random_uuid(), $1, 'court', 'support:omar', amends.moment(), amends.moment() + interval '3 days')",
        NAME,
    )
    await ask(story, SUPPORT.id)
    await story.settle()
    assert (await story.administrator.fetchval("select held_by from amends.erasure"))[0].startswith("legal hold")
    await story.later(days=2)
    assert await story.administrator.fetchval("select note from amends.cases") == f"{CANARY} broken"
    await story.later(days=2)
    await story.settle()
    assert await story.administrator.fetchval("select note from amends.cases") is None


async def test_append_only_rows_let_a_buyers_name_go_and_nothing_else(story: Story, tmp_path: Path) -> None:
    case, _ = await told(story, tmp_path)
    await story.do((case.sold.shop_id, case.id), Approve, by=ANNA)
    await story.settle()
    for statement in (
        "update amends.posting set amount = amount + 1",
        "update amends.posting set account = 'shop:1'",
        "update amends.case_note set text = 'another word'",
        "update amends.message set text = 'another word'",
        "delete from amends.message",
    ):
        with pytest.raises(asyncpg.RestrictViolationError, match="append_only"):
            await story.administrator.execute(statement)


async def test_what_was_kept_long_enough_goes_by_itself(story: Story, tmp_path: Path) -> None:
    case, _ = await told(story, tmp_path)
    erasures: Erasures = story.worker.erasures
    await story.do((case.sold.shop_id, case.id), Approve, by=ANNA)
    await story.settle()
    plan = read_retention(erasures.policies).keep
    await story.set_clock(await story.now() + timedelta(days=plan["answers"].days, hours=1))
    gone = await erasures.let_go()
    assert gone["answers"] > 0
    assert gone["messages"] == 0
    await story.set_clock(await story.now() + timedelta(days=plan["messages"].days, hours=1))
    assert (await erasures.let_go())["messages"] == 1
    assert await story.administrator.fetchval("select text from amends.message") is None


HOLDING = {
    "a ruling that may be appealed": (
        (
            "insert into amends.deadline (shop_id, case_id, kind, started_seq, started_at, due_at, state, rule, on_expiry)"
            " select shop_id, id, 'appeal', seq, amends.moment(), amends.moment() + interval '9 days', 'running', 'r', 'final'"
            " from amends.cases where id = $1"
        ),
        "update amends.deadline set state = 'done', ended = 'stopped', ended_at = amends.moment() where kind = 'appeal'",
        "dispute ",
    ),
    "a compensation on its way": (
        (
            "insert into amends.compensation (shop_id, id, order_id, case_id, decided_seq, amount, currency, by_party, to_party, why, rule, status,"
            " created_at, updated_at) select shop_id, gen_random_uuid(), order_id, id, 1, 100, currency, 'seller', 'buyer', 'first_response',"
            " 'r', 'sent', amends.moment(), amends.moment() from amends.cases where id = $1"
        ),
        "update amends.compensation set status = 'failed'",
        "compensation ",
    ),
    "a complaint to the carrier": (
        (
            "insert into amends.interception (shop_id, id, order_id, case_id, parcel_id, state, ordered_by, ordered_at, complaint, complained_at)"
            " select c.shop_id, gen_random_uuid(), c.order_id, c.id, p.id, 'succeeded', 'seller:anna', amends.moment(), 'lodged', amends.moment()"
            " from amends.cases c join amends.parcel p on p.order_id = c.order_id where c.id = $1"
        ),
        "update amends.interception set complaint = 'declined', complaint_ended_at = amends.moment()",
        "complaint ",
    ),
}


@pytest.mark.parametrize("why", HOLDING)
async def test_what_still_needs_the_buyer_holds_what_is_known_of_them(story: Story, tmp_path: Path, why: str) -> None:
    begins, ends, named = HOLDING[why]
    case, _ = await told(story, tmp_path)
    await story.do((case.sold.shop_id, case.id), Approve, by=ANNA)
    await story.settle()
    await story.administrator.execute(begins, case.id)
    await ask(story, SUPPORT.id)
    assert await story.worker.erasures.step() == 0
    assert [held.split()[0] + " " for held in await story.administrator.fetchval("select held_by from amends.erasure")] == [named]
    await story.administrator.execute(ends)
    await story.set_clock(await story.now() + timedelta(hours=2))
    assert await story.worker.erasures.step() == 1
