"""Contact sheets that show every attribute beside the same four people without it, to be checked by eye."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from unif2ace_training.portraits.sampler import Person, View, sample_person, sample_view
from unif2ace_training.portraits.studio import Studio

Group = Literal["appearance", "action", "emotion"]
Sex = Literal["all", "men", "women"]
PICTURE_SIZE: Final = 128
_TEXT_HEIGHT, _GAP, _QUALITY = 14, 8, 68
_COLUMNS: Final = 2  # attributes side by side
_SEED: Final = 9
_MEN: Final = (2, 4, 6, 11)
_WOMEN: Final = (0, 1, 3, 5)
_EVERYBODY: Final = (2, 4, 0, 1)

# People and pictures without anything of what is shown.
_PLAIN_PERSON: Final[Mapping[str, Any]] = {
    "narrow_eyes": False, "pointed_nose": False, "high_cheekbones": False, "double_chin": False, "sideburns": False,
    "beard": "none", "freckles": False, "eye_bags": False, "bangs": False, "receding": 0.0, "brow_arch": 0.2,
    "eyebrows": "medium", "nose_width": 0.0, "lip_volume": 0.0, "weight": 0.45, "age_group": "adult",
}  # fmt: skip
_PLAIN_VIEW: Final[Mapping[str, Any]] = {
    "turn": 0.0, "nod": 0.0, "tilt": 0.0, "gaze": "camera", "emotion": "neutral", "action": "none", "light": "soft",
    "glasses": "none", "glasses_colour": "none", "hat": "none", "hat_colour": "none", "earrings": "none",
    "necklace": False, "makeup": "none", "lipstick": False, "rosy_cheeks": False, "background_kind": "plain",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """An attribute, and what a person and a view with it have that plain ones do not."""

    name: str
    group: Group
    person: Mapping[str, Any] = field(default_factory=dict)
    view: Mapping[str, Any] = field(default_factory=dict)
    sex: Sex = "all"


def _worn(kind: str, value: str, colour: str) -> dict[str, Any]:
    return {kind: value, f"{kind}_colour": colour}


SHOWN: Final = (
    Shown("young", "appearance", {"age_group": "young adult"}),
    Shown("elderly", "appearance", {"age_group": "elderly"}),
    Shown("pale skin", "appearance", {"skin_tone": "very pale"}),
    Shown("rosy cheeks", "appearance", {}, {"rosy_cheeks": True}),
    Shown("freckles", "appearance", {"freckles": True, "skin_tone": "light"}),
    Shown("oval face", "appearance", {"face_shape": "oval"}),
    Shown("chubby", "appearance", {"weight": 0.95}),
    Shown("double chin", "appearance", {"double_chin": True}),
    Shown("high cheekbones", "appearance", {"high_cheekbones": True}),
    Shown("bald", "appearance", {"hair_style": "bald"}, {}, "men"),
    Shown("receding hairline", "appearance", {"receding": 0.9, "hair_style": "crop"}, {}, "men"),
    Shown("bangs", "appearance", {"bangs": True, "hair_style": "straight"}, {}, "women"),
    Shown("black hair", "appearance", {"hair_colour": "black"}),
    Shown("blond hair", "appearance", {"hair_colour": "blond"}),
    Shown("brown hair", "appearance", {"hair_colour": "brown"}),
    Shown("grey hair", "appearance", {"hair_colour": "grey"}),
    Shown("straight long hair", "appearance", {"hair_style": "straight"}, {}, "women"),
    Shown("wavy hair", "appearance", {"hair_style": "wavy"}, {}, "women"),
    Shown("curly hair", "appearance", {"hair_style": "curly"}, {}, "women"),
    Shown("arched eyebrows", "appearance", {"brow_arch": 1.0}),
    Shown("bushy eyebrows", "appearance", {"eyebrows": "bushy"}),
    Shown("bags under eyes", "appearance", {"eye_bags": True}),
    Shown("narrow eyes", "appearance", {"narrow_eyes": True}),
    Shown("wide nose", "appearance", {"nose_width": 0.9}),
    Shown("pointed nose", "appearance", {"pointed_nose": True}),
    Shown("full lips", "appearance", {"lip_volume": 0.9}),
    Shown("stubble", "appearance", {"beard": "stubble"}, {}, "men"),
    Shown("moustache", "appearance", {"beard": "moustache"}, {}, "men"),
    Shown("goatee", "appearance", {"beard": "goatee"}, {}, "men"),
    Shown("full beard", "appearance", {"beard": "full beard"}, {}, "men"),
    Shown("sideburns", "appearance", {"sideburns": True, "hair_style": "crop"}, {}, "men"),
    Shown("glasses", "appearance", {}, _worn("glasses", "round glasses", "black")),
    Shown("sunglasses", "appearance", {}, _worn("glasses", "sunglasses", "black")),
    Shown("hat", "appearance", {}, _worn("hat", "cap", "red")),
    Shown("heavy make-up", "appearance", {}, {"makeup": "heavy"}, "women"),
    Shown("lipstick", "appearance", {}, {"lipstick": True}, "women"),
    Shown("earrings", "appearance", {"hair_style": "tied back"}, {"earrings": "hoops"}, "women"),
    Shown("necklace", "appearance", {}, {"necklace": True, "neckline": "scoop neck"}, "women"),
    Shown("smile", "action", {}, {"emotion": "happy", "action": "smiling"}),
    Shown("laugh", "action", {}, {"emotion": "happy", "action": "laughing"}),
    Shown("grin", "action", {}, {"emotion": "happy", "action": "grinning"}),
    Shown("frown", "action", {}, {"emotion": "sad", "action": "frowning"}),
    Shown("wink", "action", {}, {"emotion": "happy", "action": "winking"}),
    Shown("eyes closed", "action", {}, {"action": "closing the eyes"}),
    Shown("puffed cheeks", "action", {}, {"action": "puffing the cheeks"}),
    Shown("open mouth", "action", {}, {"action": "opening the mouth"}),
    Shown("kiss", "action", {}, {"action": "puckering the lips"}),
    Shown("tongue out", "action", {}, {"action": "sticking out the tongue"}),
    Shown("yawn", "action", {}, {"action": "yawning"}),
    Shown("shout", "action", {}, {"emotion": "angry", "action": "shouting"}),
    Shown("gaze aside", "action", {}, {"gaze": "left"}),
    Shown("head turned", "action", {}, {"turn": 22.0}),
    Shown("happy", "emotion", {}, {"emotion": "happy", "action": "smiling"}),
    Shown("sad", "emotion", {}, {"emotion": "sad", "action": "frowning"}),
    Shown("surprised", "emotion", {}, {"emotion": "surprised"}),
    Shown("angry", "emotion", {}, {"emotion": "angry", "action": "frowning"}),
    Shown("afraid", "emotion", {}, {"emotion": "fearful"}),
    Shown("disgusted", "emotion", {}, {"emotion": "disgusted"}),
    Shown("contemptuous", "emotion", {}, {"emotion": "contemptuous"}),
)


def write_attribute_sheets(folder: Path, studio: Studio) -> None:
    """`appearance.jpg`, `action.jpg` and `emotion.jpg`: for each attribute four people without it, and with it."""
    folder.mkdir(parents=True, exist_ok=True)
    plain: dict[int, NDArray[np.uint8]] = {}
    tiles: dict[Group, list[Image.Image]] = {}
    for shown in SHOWN:
        tiles.setdefault(shown.group, []).append(_tile(shown, studio, plain))
    for group, some in tiles.items():
        _sheet(some).save(folder / f"{group}.jpg", "JPEG", quality=_QUALITY)


def with_and_without(shown: Shown) -> Iterator[tuple[int, tuple[Person, View], tuple[Person, View]]]:
    """Four people by number: the plain one, and the same with the attribute and nothing else."""
    for identity in {"all": _EVERYBODY, "men": _MEN, "women": _WOMEN}[shown.sex]:
        person = replace(sample_person(_SEED, identity), is_male=identity in _MEN, **_PLAIN_PERSON)
        if person.hair_style == "bald" and identity not in _MEN:
            person = replace(person, hair_style="bob")
        view = replace(sample_view(person, 0), **_PLAIN_VIEW)
        yield identity, (person, view), (replace(person, **shown.person), replace(view, **shown.view))


def _tile(shown: Shown, studio: Studio, plain: dict[int, NDArray[np.uint8]]) -> Image.Image:
    without: list[NDArray[np.uint8]] = []
    having: list[NDArray[np.uint8]] = []
    for identity, before, after in with_and_without(shown):
        if identity not in plain:
            plain[identity] = studio.portrait(*before).picture
        without.append(plain[identity])
        having.append(studio.portrait(*after).picture)
    pictures = np.concatenate([np.concatenate(without, axis=1), np.concatenate(having, axis=1)])
    tile = Image.new("RGB", (pictures.shape[1], pictures.shape[0] + _TEXT_HEIGHT), "white")
    tile.paste(Image.fromarray(pictures), (0, _TEXT_HEIGHT))
    ImageDraw.Draw(tile).text((1, 1), f"{shown.name}: without above, with below", fill="black")
    return tile


def _sheet(tiles: list[Image.Image]) -> Image.Image:
    width, height = tiles[0].width + _GAP, tiles[0].height + _GAP
    rows = -(-len(tiles) // _COLUMNS)
    sheet = Image.new("RGB", (width * _COLUMNS - _GAP, height * rows - _GAP), "white")
    for place, tile in enumerate(tiles):
        sheet.paste(tile, (place % _COLUMNS * width, place // _COLUMNS * height))
    return sheet
