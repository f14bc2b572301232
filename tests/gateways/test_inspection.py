import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import av
import pikepdf
import pytest
from PIL import Image, ImageFilter, PngImagePlugin
from tools.photos import darkened, made

from amends.gateways import inspection
from amends.gateways.inspection import Clean, Refused, inspect

GPS_MARK = b"N40.7128 W74.0060 the buyer's home"


def picture(kind: str, size: tuple[int, int] = (64, 48), **words: object) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, kind, **words)
    return out.getvalue()


def jpeg_with_a_place() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = GPS_MARK.decode()
    exif[0x0112] = 6
    return picture("JPEG", exif=exif, comment=b"<?php system($_GET[0]); ?>")


def png_with_words() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", GPS_MARK.decode())
    return picture("PNG", pnginfo=words)


def png_bomb(side: int) -> bytes:
    """A small file that says it is a huge picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress(b"\0" * (side // 8 + 1) * side, 9)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def animated(kind: str) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    return out.getvalue()


def pdf(
    pages: int = 1, *, password: str = "", root: dict[str, object] | None = None, page: dict[str, object] | None = None
) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page()
        for name, value in (root or {}).items():
            made.Root[name] = made.make_indirect(pikepdf.Dictionary(value))
        for name, value in (page or {}).items():
            made.pages[0].obj[name] = value
        made.docinfo["/Author"] = GPS_MARK.decode()
        if password:
            made.save(out, encryption=pikepdf.Encryption(owner=password, user=password))
        else:
            made.save(out)
    return out.getvalue()


def film(seconds: float = 0.4, size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4", options={"movflags": "use_metadata_tags"}) as made:
        made.metadata["location"] = GPS_MARK.decode()
        made.metadata["comment"] = GPS_MARK.decode()
        stream = made.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(int(seconds * 10)):
            frame = av.VideoFrame.from_image(Image.new("RGB", size, (number % 256, 0, 0)))
            made.mux(stream.encode(frame))
        made.mux(stream.encode())
    return out.getvalue()


SCRIPT = {"/S": pikepdf.Name("/JavaScript"), "/JS": pikepdf.String("app.alert(1)")}
GOOD = {
    "a photo": (jpeg_with_a_place, "image/jpeg"),
    "a screenshot": (png_with_words, "image/png"),
    "a webp": (lambda: picture("WEBP"), "image/webp"),
    "a receipt": (pdf, "application/pdf"),
    "a film": (film, "video/mp4"),
    "a photo with a zip behind it": (lambda: picture("JPEG") + zipped(), "image/jpeg"),
    "a photo with a page behind it": (lambda: picture("JPEG") + b"<html><script>alert(1)</script>" + GPS_MARK, "image/jpeg"),
    "a picture with a pdf behind it": (lambda: picture("PNG") + pdf(), "image/png"),
}
BAD = {
    "html": (lambda: b"<html><script>alert(1)</script></html>", "image/jpeg", "upload_unreadable"),
    "svg": (
        lambda: b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "image/png",
        "upload_unreadable",
    ),
    "svg as itself": (lambda: b"<svg/>", "image/svg+xml", "upload_type_not_allowed"),
    "zip": (zipped, "application/pdf", "upload_type_not_allowed"),
    "gif": (lambda: picture("GIF"), "image/png", "upload_type_not_allowed"),
    "an image that says it is another": (lambda: picture("PNG"), "image/jpeg", "upload_contents_disagree"),
    "a pdf that says it is an image": (pdf, "image/jpeg", "upload_contents_disagree"),
    "a cut photo": (lambda: picture("JPEG", (640, 480))[:900], "image/jpeg", "upload_unreadable"),
    "only a magic number": (lambda: b"\xff\xd8\xff\xe0", "image/jpeg", "upload_unreadable"),
    "noise": (lambda: bytes(range(256)) * 10, "image/png", "upload_unreadable"),
    "one byte": (lambda: b"x", "image/png", "upload_unreadable"),
    "a pixel bomb": (lambda: png_bomb(20_000), "image/png", "upload_too_many_pixels"),
    "a png a little over the limit": (lambda: png_bomb(6_328), "image/png", "upload_too_many_pixels"),
    "an animated png": (lambda: animated("PNG"), "image/png", "upload_too_many_frames"),
    "an animated webp": (lambda: animated("WEBP"), "image/webp", "upload_too_many_frames"),
    "a locked pdf": (lambda: pdf(password="secret"), "application/pdf", "upload_encrypted"),
    "a pdf with a script": (lambda: pdf(root={"/OpenAction": SCRIPT}), "application/pdf", "upload_scripted"),
    "a pdf with a script further in": (
        lambda: pdf(page={"/Custom": pikepdf.Dictionary(SCRIPT)}),
        "application/pdf",
        "upload_scripted",
    ),
    "a pdf with a script in a list": (
        lambda: pdf(page={"/Annots": pikepdf.Array([pikepdf.Dictionary(A=pikepdf.Dictionary(SCRIPT))])}),
        "application/pdf",
        "upload_scripted",
    ),
    "a pdf that starts programs": (
        lambda: pdf(page={"/X": pikepdf.Dictionary(S=pikepdf.Name("/Launch"))}),
        "application/pdf",
        "upload_scripted",
    ),
    "a pdf with files in it": (
        lambda: pdf(root={"/Names": {"/EmbeddedFiles": pikepdf.Dictionary()}}),
        "application/pdf",
        "upload_scripted",
    ),
    "a long pdf": (lambda: pdf(31), "application/pdf", "upload_too_many_pages"),
    "a broken pdf": (lambda: b"%PDF-1.7\nnothing", "application/pdf", "upload_unreadable"),
    "a long film": (lambda: film(121, (16, 16)), "video/mp4", "upload_too_long"),
    "a playlist that says it is a film": (lambda: b"#EXTM3U\nhttp://127.0.0.1/x.ts\n", "video/mp4", "upload_unreadable"),
    "a film without a picture": (lambda: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 100, "video/mp4", "upload_unreadable"),
}


async def looked_at(folder: Path, data: bytes, declared: str) -> Clean | Refused:
    (folder / "work").mkdir()
    (folder / "file").write_bytes(data)
    return await inspect(folder / "file", declared, folder / "work")


@pytest.mark.parametrize("name", GOOD)
async def test_a_good_file_is_served_as_a_copy_without_places_comments_or_what_was_appended(tmp_path: Path, name: str) -> None:
    make, declared = GOOD[name]
    data = make()
    found = await looked_at(tmp_path, data, declared)
    assert isinstance(found, Clean), found
    copy = found.derivative.read_bytes()
    assert found.media_type == declared
    for foreign in (GPS_MARK, b"<?php", b"<script", b"PK\x03\x04"):
        assert foreign not in copy
    if not declared.startswith("image/"):
        return
    assert b"%PDF" not in copy
    with Image.open(io.BytesIO(copy)) as image:
        assert image.size == (found.width, found.height)
        assert not image.getexif()
    assert (found.width, found.height) == ((48, 64) if name == "a photo" else (64, 48)), "turned the way it was taken"


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_file_is_refused_with_the_reason(tmp_path: Path, name: str) -> None:
    make, declared, code = BAD[name]
    assert await looked_at(tmp_path, make(), declared) == Refused(code=code)


def test_the_good_files_do_carry_what_must_not_come_through() -> None:
    assert GPS_MARK in jpeg_with_a_place()
    assert b"<?php" in jpeg_with_a_place()
    assert GPS_MARK in film()
    assert GPS_MARK in pdf()


def pdf_with_a_photo() -> bytes:
    """A receipt into which a phone's photo was put, with the place where it was taken."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        page = made.add_blank_page()
        photo = pikepdf.Stream(made, jpeg_with_a_place())
        photo.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=64, Height=48, BitsPerComponent=8,
            ColorSpace=pikepdf.Name.DeviceRGB, Filter=pikepdf.Name.DCTDecode,
        )  # fmt: skip
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=made.make_indirect(photo)))
        page.obj.Contents = pikepdf.Stream(made, b"q 64 0 0 48 0 0 cm /Im0 Do Q")
        made.save(out)
    return out.getvalue()


async def test_a_photo_inside_a_paper_loses_the_place_where_it_was_taken_and_none_of_its_pixels(tmp_path: Path) -> None:
    data = pdf_with_a_photo()
    assert GPS_MARK in data
    found = await looked_at(tmp_path, data, "application/pdf")
    assert isinstance(found, Clean)
    copy = found.derivative.read_bytes()
    assert GPS_MARK not in copy
    assert b"<?php" not in copy
    with pikepdf.open(found.derivative) as paper:
        kept = Image.open(io.BytesIO(bytes(paper.pages[0].obj.Resources.XObject.Im0.read_raw_bytes())))
        assert kept.tobytes() == Image.open(io.BytesIO(jpeg_with_a_place())).tobytes()


@pytest.mark.requirement("V-17")
@pytest.mark.parametrize(
    ("spoil", "finding"),
    [
        (lambda photo: photo, "clear"),
        (lambda photo: photo.filter(ImageFilter.GaussianBlur(7)), "blurred"),
        (lambda photo: darkened(photo, 0.05), "dark"),
        (lambda photo: Image.new("RGB", photo.size, "white"), "blank"),
    ],
)
async def test_a_photo_is_measured_where_it_is_opened(
    tmp_path: Path, spoil: Callable[[Image.Image], Image.Image], finding: str
) -> None:
    out = io.BytesIO()
    spoil(made(5, (640, 480))).save(out, "JPEG", quality=85)
    found = await looked_at(tmp_path, out.getvalue(), "image/jpeg")
    assert isinstance(found, Clean)
    assert found.clarity is not None
    assert found.clarity.finding == finding


async def test_a_film_is_as_clear_as_its_clearest_place_and_a_paper_is_not_measured(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    filmed = await looked_at(tmp_path / "a", film(), "video/mp4")
    assert isinstance(filmed, Clean)
    assert filmed.clarity is not None
    assert filmed.clarity.finding == "dark"
    paper = await looked_at(tmp_path / "b", pdf(), "application/pdf")
    assert isinstance(paper, Clean)
    assert paper.clarity is None


async def test_transparency_survives(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(out, "PNG")
    found = await looked_at(tmp_path, out.getvalue(), "image/png")
    assert isinstance(found, Clean)
    with Image.open(found.derivative) as image:
        assert image.getpixel((0, 0)) == (255, 0, 0, 0)


@pytest.mark.parametrize(
    "mischief",
    ["import time; time.sleep(60)", "x = bytearray(10**10)", "import os; os.abort()", "print('no json')", "while True: pass"],
)
async def test_a_child_that_hangs_bursts_or_babbles_means_no(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mischief: str
) -> None:
    limited = f"import sys; sys.path[:] = {sys.path!r}; from amends.gateways.inspection_child import limit; limit(); {mischief}"
    if "while" in mischief:
        limited = limited.replace("while True: pass", "exec('while True: pass')")
    monkeypatch.setattr(inspection, "_bootstrap", lambda: limited)
    (tmp_path / "work").mkdir()
    (tmp_path / "file").write_bytes(picture("PNG"))
    assert await inspect(tmp_path / "file", "image/png", tmp_path / "work", wall_s=0.8) == Refused(code="upload_refused")


async def test_where_no_inspection_can_be_run_the_file_may_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    monkeypatch.setattr(inspection, "_bubblewrap", lambda: None)
    assert await looked_at(tmp_path, picture("PNG"), "image/png") == Refused(code="scanner_away")
