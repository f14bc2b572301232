"""The process that opens strangers' files. It limits itself before it reads a byte, and says what it found in one line of JSON."""

import io
import json
import resource
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

from amends.gateways.measuring import LONGEST_SIDE, measure

MEMORY = 700 * 1024 * 1024
CPU_S = 10
LARGEST_COPY = 200 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_PAGES = 30
LONGEST_S = 120
MOST_STREAMS = 4
MOST_VIDEO_PIXELS = 4096 * 2304
JPEG_QUALITY = 88
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
SCRIPTED = (
    "/JS",
    "/JavaScript",
    "/Launch",
    "/EmbeddedFile",
    "/EmbeddedFiles",
    "/RichMedia",
    "/XFA",
    "/AA",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/GoToE",
)
TELLING = ("/Metadata", "/PieceInfo", "/Thumb")
JPEG_STARTS, JPEG_MARK, JPEG_SCAN = b"\xff\xd8", 0xFF, 0xDA
JPEG_TELLS = frozenset({0xFE, *range(0xE1, 0xF0)}) - {0xEE}
"""Comments and application data; E0 (JFIF) and EE (Adobe's colours) say how the pixels are to be read."""
FRAMES = 4
"""So many places of a film are looked at; the clearest counts."""

Found = dict[str, str | int | None]


class UnfitError(Exception):
    """The file is refused; the message is the code."""


def image(path: Path, declared: str, copy: Path) -> Found:
    """Decode with limits and write anew: pixels only, upright, in sRGB."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(path, formats=(FORMATS[declared],)) as found:
        if found.width * found.height > MOST_PIXELS:
            raise UnfitError("upload_too_many_pixels")
        if getattr(found, "n_frames", 1) != 1:
            raise UnfitError("upload_too_many_frames")
        found.load()
        upright = ImageOps.exif_transpose(found)
        plain = _in_srgb(upright)
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    bare.info.clear()
    bare.save(copy, FORMATS[declared], **({} if declared == "image/png" else {"quality": JPEG_QUALITY}))
    return {"width": bare.width, "height": bare.height, **_measured(bare)}


def _measured(*photos: Image.Image) -> Found:
    """What was measured of the clearest of these."""
    best = max((measure(photo) for photo in photos), key=lambda found: (found.finding == "clear", found.sharpness))
    return {"sharpness": best.sharpness, "brightness": best.brightness, "contrast": best.contrast, "print": best.print}


def _in_srgb(found: Image.Image) -> Image.Image:
    mode = "RGBA" if found.has_transparency_data and found.format != "JPEG" else "RGB"
    profile = found.info.get("icc_profile")
    if profile and found.mode in ("RGB", "RGBA", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            found = (
                ImageCms.profileToProfile(
                    found, source, ImageCms.createProfile("sRGB"), outputMode=mode if found.mode == "RGBA" else "RGB"
                )
                or found
            )
        except ImageCms.PyCMSError:
            pass  # a broken profile is dropped with the rest of what is no pixel
    return found.convert(mode)


def document(path: Path, _declared: str, copy: Path) -> Found:
    """Refuse what is locked or alive; write the rest anew without metadata."""
    import pikepdf

    try:
        with pikepdf.open(path) as found:
            if found.is_encrypted:
                raise UnfitError("upload_encrypted")
            if not 1 <= len(found.pages) <= MOST_PAGES:
                raise UnfitError("upload_too_many_pages" if len(found.pages) else "upload_unreadable")
            if "/OpenAction" in found.Root or any(_alive(thing) for thing in found.objects):
                raise UnfitError("upload_scripted")
            for thing in found.objects:
                _silence(thing)
            if "/Info" in found.trailer:
                del found.trailer["/Info"]
            found.save(copy)
    except pikepdf.PasswordError as trouble:
        raise UnfitError("upload_encrypted") from trouble
    return {"width": 0, "height": 0}


def _silence(thing: object) -> None:
    """Take out what tells of whoever made it: metadata, and the places that a phone writes into its photos."""
    import pikepdf

    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for name in TELLING:
            if name in thing:
                del thing[name]
    if isinstance(thing, pikepdf.Stream) and thing.get("/Filter") in ("/DCTDecode", pikepdf.Array([pikepdf.Name("/DCTDecode")])):
        parameters: Any = thing.get("/DecodeParms")
        thing.write(silent_jpeg(thing.read_raw_bytes()), filter=pikepdf.Name("/DCTDecode"), decode_parms=parameters)


def silent_jpeg(data: bytes) -> bytes:
    """A JPEG without its comments and application data (EXIF, XMP, makers' notes), its pixels untouched. Bytes that are none stay."""
    if data[:2] != JPEG_STARTS:
        return data
    kept, at = [JPEG_STARTS], 2
    while at + 4 <= len(data) and data[at] == JPEG_MARK and data[at + 1] != JPEG_SCAN:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if data[at + 1] not in JPEG_TELLS:
            kept.append(data[at:end])
        at = end
    return b"".join([*kept, data[at:]])


def _alive(thing: object) -> bool:
    import pikepdf

    if isinstance(thing, pikepdf.Array):
        return any(_alive(part) for part in thing if not getattr(part, "is_indirect", False))
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return False
    if any(name in thing for name in SCRIPTED) or str(thing.get("/S", "")) in SCRIPTED or str(thing.get("/Type", "")) in SCRIPTED:
        return True
    return any(_alive(part) for part in thing.values() if not getattr(part, "is_indirect", False))


def video(path: Path, _declared: str, copy: Path) -> Found:
    """Check length, size and that it can be decoded; write the streams anew without metadata (phones put places there)."""
    try:
        import av
    except ModuleNotFoundError as trouble:
        raise UnfitError("upload_type_not_allowed") from trouble
    with av.open(str(path), format="mp4", options={"protocol_whitelist": "file"}) as found:
        if len(found.streams) > MOST_STREAMS or len(found.streams.video) != 1:
            raise UnfitError("upload_refused")
        picture = found.streams.video[0]
        if found.duration is None or found.duration > LONGEST_S * av.time_base:
            raise UnfitError("upload_too_long")
        if picture.width * picture.height > MOST_VIDEO_PIXELS:
            raise UnfitError("upload_too_many_pixels")
        seen = _frames(found, picture)
        if not seen:
            raise UnfitError("upload_unreadable")
        found.seek(0)
        with av.open(str(copy), "w", format="mp4") as fresh:
            kept = {stream.index: fresh.add_stream_from_template(stream) for stream in (picture, *found.streams.audio)}
            for packet in found.demux(*(found.streams[index] for index in kept)):
                if packet.dts is not None:
                    packet.stream = kept[packet.stream.index]
                    fresh.mux(packet)
        return {"width": picture.width, "height": picture.height, **_measured(*seen)}


def _frames(film: Any, picture: Any) -> list[Image.Image]:
    """The frames nearest to a few places of a film, small."""
    seen = []
    for step in range(FRAMES):
        film.seek((film.duration or 0) * step // FRAMES)
        frame = next(film.decode(picture), None)
        if frame is not None:
            small = frame.to_image()
            small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            seen.append(small)
    return seen


READERS: dict[str, Callable[[Path, str, Path], Found]] = {
    **dict.fromkeys(FORMATS, image),
    "application/pdf": document,
    "video/mp4": video,
}


def look(path: Path, declared: str, copy: Path) -> Found:
    """Contents, declared type and reader must agree; anything unexpected is a refusal."""
    import filetype

    kind = filetype.guess(str(path))  # type: ignore[no-untyped-call]
    sniffed = "" if kind is None else kind.mime.replace("image/apng", "image/png")
    if sniffed not in READERS:
        return {"code": "upload_type_not_allowed" if sniffed else "upload_unreadable"}
    if sniffed != declared:
        return {"code": "upload_contents_disagree"}
    try:
        return READERS[declared](path, declared, copy)
    except UnfitError as unfit:
        return {"code": str(unfit)}
    except Exception as trouble:  # noqa: BLE001 - a stranger's file may break a library in any way; all of them mean no
        bomb = type(trouble).__name__.startswith("DecompressionBomb")
        return {"code": "upload_too_many_pixels" if bomb else "upload_unreadable"}


def limit() -> None:
    """Little memory, little time, no large files, no core."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, LARGEST_COPY),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (most, most))


def main() -> None:
    """`inspection_child PATH DECLARED_TYPE COPY`."""
    limit()
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    path, declared, copy = sys.argv[1:4]
    sys.stdout.write(json.dumps(look(Path(path), declared, Path(copy))))


if __name__ == "__main__":
    main()
