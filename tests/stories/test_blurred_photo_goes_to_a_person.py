"""A buyer sends a photo of the flaw, out of focus. The machine sees it and decides nothing: a person of the platform looks (V-17, F-01)."""

import io
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image, ImageFilter
from tests.stories.telling import Story
from tools.photos import made

from amends.actions.commands import GivenProof
from amends.api.proof.photo_checks import keep, mark
from amends.gateways.inspection import Clean, inspect
from amends.store.database import queries, transaction


def kept(folder: Path, photo: Image.Image) -> bytes:
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=85)
    (folder / "work").mkdir(parents=True)
    (folder / "file").write_bytes(out.getvalue())
    return sha256(out.getvalue()).digest()


async def uploaded(story: Story, folder: Path, sold: tuple[int, UUID], photo: Image.Image) -> UUID:
    """The photo as it comes through the real inspection, beside the order."""
    content = kept(folder, photo)
    seen = await inspect(folder / "file", "image/jpeg", folder / "work")
    assert isinstance(seen, Clean)
    assert seen.clarity is not None
    made_id = story.desk.make_id(datetime.now(UTC))
    async with transaction(story.desk.pool, [sold[0]], buyer="mei") as connection:
        marked = await mark(connection, sold, "buyer", content, seen.clarity)
        await connection.fetchrow(queries("insert_proof"), sold[0], made_id, sold[1], "buyer", "photo_defect", None, "clean", content,
                                  content, "image/jpeg", len(content), "buyer:mei", marked.legible, marked.matches_claim)  # fmt: skip
        await keep(connection, sold, made_id, "buyer", content, marked)
    return made_id


@pytest.mark.requirement("V-17", "F-01")
async def test_a_blurred_photo_waits_for_a_person_and_a_clear_one_goes_on(story: Story, tmp_path: Path) -> None:
    photo = made(3, (800, 600))
    sold = await story.order(sale_format="live_auction")
    blurred = await uploaded(story, tmp_path / "1", (sold.shop_id, sold.id), photo.filter(ImageFilter.GaussianBlur(8)))
    case = await story.open(sold, "return_refund", "damaged", proof=[GivenProof(kind="photo_defect", upload_id=blurred)])
    assert await case.state() == "in_recheck"
    assert case.said.body["verdict"]["kind"] in ("undecided", "needs")
    await case.platform_decides("ask_proof", kinds=("photo_defect",))
    assert await case.state() == "awaiting_proof"
    clear = await uploaded(story, tmp_path / "2", (sold.shop_id, sold.id), photo)
    await case.buyer_shows(GivenProof(kind="photo_defect", upload_id=clear))
    assert await case.state() == "pending_review"
    rows = await story.administrator.fetch("select finding from amends.evidence_check order by measured_at")
    assert [row["finding"] for row in rows] == ["blurred", "clear"]


@pytest.mark.requirement("V-17")
async def test_the_same_photo_for_a_second_order_waits_for_a_person_who_may_admit_it(story: Story, tmp_path: Path) -> None:
    photo = made(4, (800, 600))
    first, second = await story.order(), await story.order()
    for number, sold in enumerate((first, second)):
        shown = await uploaded(
            story, tmp_path / str(number), (sold.shop_id, sold.id), photo.resize((800 - 100 * number, 600 - 75 * number))
        )
        case = await story.open(sold, "refund_only", "damaged", proof=[GivenProof(kind="photo_defect", upload_id=shown)])
        assert await case.state() == ("in_recheck" if number else "pending_review")
    await case.platform_decides("admit")
    assert await case.state() == "pending_review"
