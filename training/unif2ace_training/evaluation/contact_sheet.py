"""Pictures with texts beneath them, and the use of experts as shades: what a person looks at first."""

# n pictures, W pixels of a side, L layers, E experts

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

_COLUMNS = 8
_GAP = 8
_FONT_PIXELS, _LINE_PIXELS = 11, 13
_LINES = 7
_CELL = 22  # pixels of an expert's square
_NAMES = 60  # pixels for the layers' names
_LEAST_WIDTH = 280  # room for a heading
_LEAST_SIDE = 128  # smaller pictures are shown larger, pixel by pixel


@dataclass(frozen=True, slots=True)
class Band:
    """A heading and pictures uint8 [n, W, W, 3] in reading order, each with its text."""

    heading: str
    pictures: NDArray[np.uint8]
    texts: Sequence[str]


def contact_sheet(bands: Sequence[Band], columns: int = _COLUMNS) -> Image.Image:
    """All bands below each other, uncurated, with so many pictures a row."""
    return _stacked([_drawn(band, columns) for band in bands])


def expert_sheet(report: Mapping[str, Any]) -> Image.Image:
    """Shares of each layer's choices by expert, darker for more: both levels of both groups of `expert_report`."""
    parts = []
    for task in ("generate", "understand"):
        kinds = report[task]["sequence_expert_kinds"]
        routed = np.array(report[task]["routed_experts"])
        parts.append(_shaded(f"{task}: routed experts", routed, [str(i + 1) for i in range(routed.shape[1])]))
        sequence = np.array(report[task]["sequence_experts"])
        parts.append(_shaded(f"{task}: sequence-level experts", sequence, [kind[:2] for kind in kinds]))
    return _stacked(parts)


def _drawn(band: Band, most: int) -> Image.Image:
    pictures = band.pictures
    larger = -(-_LEAST_SIDE // pictures.shape[1])
    pictures = pictures.repeat(larger, axis=1).repeat(larger, axis=2)
    side = pictures.shape[1]
    columns = min(most, len(band.pictures))
    rows = -(-len(band.pictures) // columns)
    letters = int(side / (_FONT_PIXELS * 0.52))
    wrapped = [textwrap.wrap(text, letters, max_lines=_LINES, placeholder=" …") for text in band.texts]
    text_lines = max(map(len, wrapped), default=0)
    step_x, step_y = side + _GAP, side + text_lines * _LINE_PIXELS + _GAP
    sheet = Image.new("RGB", (columns * step_x + _GAP, rows * step_y + 3 * _GAP + _LINE_PIXELS), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(_FONT_PIXELS)
    draw.text((_GAP, _GAP), band.heading, "black", font)
    for index, (picture, lines) in enumerate(zip(pictures, wrapped, strict=True)):
        left, top = _GAP + index % columns * step_x, 2 * _GAP + _LINE_PIXELS + index // columns * step_y
        sheet.paste(Image.fromarray(picture), (left, top))
        for number, line in enumerate(lines):
            draw.text((left, top + side + 2 + number * _LINE_PIXELS), line, "black", font)
    return sheet


def _shaded(heading: str, shares_LE: NDArray[np.float64], names: Sequence[str]) -> Image.Image:
    layers, experts = shares_LE.shape
    width = max(_LEAST_WIDTH, experts * _CELL + 2 * _GAP + _NAMES)
    sheet = Image.new("RGB", (width, (layers + 2) * _CELL + _GAP), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(_FONT_PIXELS)
    draw.text((_GAP, 4), heading, "black", font)
    for expert, name in enumerate(names):
        draw.text((_NAMES + expert * _CELL + 4, _CELL + 4), name, "black", font)
    for layer in range(layers):
        # The top layer, nearest to the prediction head, stands on top.
        top = (layers - layer + 1) * _CELL
        draw.text((_GAP, top + 4), f"layer {layer + 1}", "black", font)
        for expert in range(experts):
            shade = round(255 * (1 - min(1.0, shares_LE[layer, expert])))
            left = _NAMES + expert * _CELL
            draw.rectangle((left, top, left + _CELL - 2, top + _CELL - 2), fill=(shade, shade, 255), outline="grey")
    return sheet


def _stacked(parts: Sequence[Image.Image]) -> Image.Image:
    sheet = Image.new("RGB", (max(part.width for part in parts), sum(part.height for part in parts)), "white")
    top = 0
    for part in parts:
        sheet.paste(part, (0, top))
        top += part.height
    return sheet
