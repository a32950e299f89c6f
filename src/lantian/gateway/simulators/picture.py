"""A made-up camera picture (模拟抓拍): sky, blocks, a site, its dust, the time; PNG written with zlib alone."""

import struct
import zlib
from datetime import datetime

import numpy as np

from lantian.gateway.simulators.noise import bell, seed_of, uniform
from lantian.kernel.instants import BEIJING

WIDTH, HEIGHT = 480, 270
_GROUND = 190
_FONT = {
    "0": "7555557", "1": "2622227", "2": "7117447", "3": "7117117", "4": "5557111", "5": "7447117", "6": "7447557",
    "7": "7111222", "8": "7557557", "9": "7557117", ":": "0200020", "-": "0007000", " ": "0000000",
}  # fmt: skip
"""Digits three dots wide, a row a letter: 7 is all three."""

Pixels = np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]


def picture(name: str, at: datetime, dust: float) -> bytes:
    """Return the picture of a camera at a moment as PNG; dust: how thick the cloud is, 0 to 1."""
    local = at.astimezone(BEIJING)
    light = max(0.25, 1 - ((local.hour + local.minute / 60 - 12.5) / 9) ** 2)
    scene = _scene(seed_of("camera", name)) * light
    share = _cloud(seed_of("cloud", name, int(at.timestamp()) // 30)) * min(max(dust, 0.0), 1.0)
    scene += (np.array([186, 160, 122]) * light - scene) * share[:, :, np.newaxis]
    pixels: Pixels = np.clip(scene, 0, 255).astype(np.uint8)
    _write(pixels, f"{local:%Y-%m-%d %H:%M:%S}")
    return png(pixels)


def _scene(seed: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.float64]]:
    """Paint sky and ground, a row of blocks behind, and a pit with a heap of earth in front."""
    rows = np.arange(HEIGHT)[:, np.newaxis, np.newaxis]
    scene: np.ndarray[tuple[int, int, int], np.dtype[np.float64]]
    scene = np.array([150.0, 178, 205]) + rows * np.array([0.35, 0.22, 0.08]) + np.zeros((1, WIDTH, 1))
    scene[_GROUND:] = (148, 132, 108)
    left = 0
    for number, (wide, tall) in enumerate(
        zip(uniform(seed, np.arange(14)), uniform(seed + 1, np.arange(14)), strict=True)
    ):
        right, top = left + 26 + int(44 * wide), _GROUND - 30 - int(95 * tall)
        grey = 112 + 10 * (number % 4)
        scene[top:_GROUND, left:right] = (grey, grey + 4, grey + 10)
        scene[top + 6 : _GROUND : 11, left + 4 : right - 4] -= 22
        left = right + 3
    columns = np.arange(WIDTH)
    heap = _GROUND + 50 - 42 * np.exp(-((columns - 300) ** 2) / 5200)
    scene[np.arange(HEIGHT)[:, np.newaxis] > heap[np.newaxis, :]] = (121, 98, 70)
    scene[228:236] = (92, 92, 90)
    return scene


def _cloud(seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return how much a cloud of dust over the heap hides, 0 to 1: a few soft balls."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    hidden = np.zeros((HEIGHT, WIDTH))
    for dx, dy in zip(bell(seed, np.arange(9)), bell(seed + 1, np.arange(9)), strict=True):
        hidden += 0.42 * np.exp(-((x - 290 - 62 * dx) ** 2) / 4200 - (y - 150 - 24 * dy) ** 2 / 1500)
    found: np.ndarray[tuple[int, int], np.dtype[np.float64]] = np.minimum(hidden, 0.94)
    return found


def _write(pixels: Pixels, text: str, *, size: int = 2) -> None:
    """Write digits into the upper left corner, white on a dark bar."""
    pixels[6 : 6 + 9 * size, 6 : 10 + 4 * size * len(text)] //= 3
    for place, letter in enumerate(text):
        for row, dots in enumerate(_FONT[letter]):
            for column in range(3):
                if int(dots) >> (2 - column) & 1:
                    y, x = 8 + row * size, 9 + (4 * place + column) * size
                    pixels[y : y + size, x : x + size] = 255


def png(pixels: Pixels) -> bytes:
    """Return an RGB image as PNG (RFC 2083): header, one compressed block, end."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\x00" + pixels[row].tobytes() for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
