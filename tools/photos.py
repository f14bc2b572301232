# ruff: noqa: INP001, S311 - made for measuring: the same photos every time
"""Photos made by code, as a buyer may take them: a thing on a table with its label, its flaw and the grain of a camera; and what spoils them."""

import io
import math
import random
from collections.abc import Iterator

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

SIZE = (960, 720)
WORDS = [
    "MODEL",
    "BATCH",
    "2026",
    "FRAGILE",
    "MADE",
    "IN",
    "CARE",
    "WASH",
    "30",
    "SIZE",
    "NET",
    "500ML",
    "KEEP",
    "DRY",
    "LOT",
    "EXP",
    "THIS",
    "SIDE",
    "UP",
]


def made(seed: int, size: tuple[int, int] = SIZE) -> Image.Image:
    """One photo; the same seed makes the same photo."""
    chance = random.Random(seed)
    width, height = size
    photo = _cloud(chance, size, coarse=chance.randint(6, 14), fine=chance.choice((0.05, 0.12, 0.25)))
    photo = ImageChops.multiply(photo, Image.new("RGB", size, _colour(chance, 150, 255)))
    draw = ImageDraw.Draw(photo)
    left, top = chance.randint(width // 8, width // 3), chance.randint(height // 8, height // 3)
    right, bottom = left + chance.randint(width // 3, width // 2), top + chance.randint(height // 3, height // 2)
    draw.rounded_rectangle(
        (left, top, right, bottom), chance.randint(0, 60), fill=_colour(chance, 20, 235), outline=_colour(chance, 0, 90), width=3
    )
    for _ in range(chance.randint(2, 9)):
        _mark(chance, draw, (left, top, right, bottom))
    for _ in range(chance.randint(1, 3)):
        _crack(chance, draw, (left, top, right, bottom))
    grain = _grain(chance, size, chance.choice((6, 10, 16))).convert("RGB")
    photo = Image.blend(photo, ImageChops.overlay(photo, grain), 0.5)
    return photo.filter(ImageFilter.GaussianBlur(0.6))  # no lens draws an edge of one pixel


def _grain(chance: random.Random, size: tuple[int, int], deviation: int) -> Image.Image:
    """Greys around the middle, as strong as a camera's grain of that standard deviation."""
    even = Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))
    return even.point([round(128 + (shade - 127.5) * deviation / 74) for shade in range(256)])


def _colour(chance: random.Random, least: int, most: int) -> tuple[int, int, int]:
    return chance.randint(least, most), chance.randint(least, most), chance.randint(least, most)


def _cloud(chance: random.Random, size: tuple[int, int], *, coarse: int, fine: float) -> Image.Image:
    """Light and shadow over a textured ground."""
    small = Image.new("L", (coarse, coarse))
    small.putdata([chance.randint(90, 220) for _ in range(coarse * coarse)])
    ground = small.resize(size, Image.Resampling.BICUBIC)
    weave = Image.new("L", (size[0] // 3, size[1] // 3))
    weave.putdata([chance.randint(0, 255) for _ in range(weave.width * weave.height)])
    return Image.blend(ground, weave.resize(size, Image.Resampling.BILINEAR), fine).convert("RGB")


def _mark(chance: random.Random, draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int]) -> None:
    x, y = chance.randint(box[0], box[2]), chance.randint(box[1], box[3])
    if chance.choice((True, False)):
        draw.text((x, y), " ".join(chance.sample(WORDS, 3)), fill=_colour(chance, 0, 255), font_size=chance.randint(16, 44))
    else:
        size = chance.randint(10, 70)
        draw.ellipse((x, y, x + size, y + size), fill=_colour(chance, 0, 255))


def _crack(chance: random.Random, draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int]) -> None:
    x, y, turn = float(chance.randint(box[0], box[2])), float(chance.randint(box[1], box[3])), chance.uniform(0, 2 * math.pi)
    for _ in range(chance.randint(8, 20)):
        turn += chance.uniform(-0.8, 0.8)
        on = x + math.cos(turn) * 16, y + math.sin(turn) * 16
        draw.line((x, y, *on), fill=(15, 12, 10), width=chance.randint(1, 3))
        x, y = on


def jpeg(photo: Image.Image, quality: int) -> Image.Image:
    """Saved and opened again."""
    kept = io.BytesIO()
    photo.save(kept, "JPEG", quality=quality)
    return Image.open(io.BytesIO(kept.getvalue())).convert("RGB")


def shaken(photo: Image.Image, steps: int) -> Image.Image:
    """Moved while the shutter was open: the mean of the photo at `steps` places along a line."""
    found = photo
    for step in range(1, steps):
        found = Image.blend(found, ImageChops.offset(photo, step, step // 2), 1 / (step + 1))
    return found


def darkened(photo: Image.Image, share: float) -> Image.Image:
    """Taken with so little light, and with the grain that little light brings."""
    dim = ImageEnhance.Brightness(photo).enhance(share)
    return ImageChops.add(dim, _grain(random.Random(7), photo.size, 4).convert("RGB"), scale=1, offset=-128)


def still_good(photo: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """What a person still reads without trouble: none of these may be turned away."""
    yield "as taken", photo
    for quality in (85, 60, 40):
        yield f"jpeg {quality}", jpeg(photo, quality)
    yield "dim room, 45 % light", darkened(photo, 0.45)
    yield "soft lens, sigma 0.8", photo.filter(ImageFilter.GaussianBlur(0.8))
    yield "half the size", photo.resize((photo.width // 2, photo.height // 2))
    yield "background out of focus", _background_blurred(photo)


def spoiled(photo: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """What nobody can judge a flaw by: each of these should be seen. Sizes are shares of the longer side, as a viewer sees them."""
    side = max(photo.size)
    for share in (0.006, 0.010, 0.016):
        blurred = photo.filter(ImageFilter.GaussianBlur(side * share))
        yield f"out of focus, {share:.1%} of the side", jpeg(blurred, 80)
    for share in (0.03, 0.05):
        yield f"shaken, {share:.0%} of the side", jpeg(shaken(photo, max(2, round(side * share))), 80)
    yield "almost no light, 6 %", jpeg(darkened(photo, 0.06), 80)
    yield "no light, 2 %", jpeg(darkened(photo, 0.02), 80)


def _background_blurred(photo: Image.Image) -> Image.Image:
    """Only the middle is sharp, as with a phone's portrait mode."""
    mask = Image.new("L", photo.size, 0)
    width, height = photo.size
    ImageDraw.Draw(mask).ellipse((width // 5, height // 5, width * 4 // 5, height * 4 // 5), fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(12))
    return Image.composite(photo, photo.filter(ImageFilter.GaussianBlur(max(photo.size) * 0.012)), mask)
