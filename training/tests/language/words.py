"""What words claim of a portrait, written down a second time, by hand, so that the phrase book cannot excuse itself."""

from collections.abc import Callable

Holds = Callable[..., bool]


def is_(field: str, *values: object) -> Holds:
    return lambda labels, *_: getattr(labels, field) in values


def says(field: str, words: dict[str, tuple[str, ...]]) -> Holds:
    """The word that the pattern caught is one for the label's value."""
    return lambda labels, word, *_: word is None or getattr(labels, field) in words[word]


def every(*claims: Holds) -> Holds:
    return lambda labels, *words: all(claim(labels, *words) for claim in claims)


def one_of(words: dict[str, tuple[str, ...]]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


HAIR_COLOURS = {
    "black": ("black",), "jet-black": ("black",), "dark brown": ("dark brown",), "brown": ("brown",),
    "brunette": ("brown",), "auburn": ("auburn",), "reddish-brown": ("auburn",), "ginger": ("ginger",),
    "red": ("ginger",), "blond": ("blond",), "blonde": ("blond",), "fair": ("blond",), "golden": ("blond",),
    "platinum": ("platinum",), "platinum blond": ("platinum",), "platinum blonde": ("platinum",), "grey": ("grey",),
    "white": ("white",), "snow-white": ("white",), "pink": ("pink",), "blue": ("blue",),
}  # fmt: skip
HAIR_WORDS: dict[str, Holds] = {
    **{word: is_("hair_colour", *values) for word, values in HAIR_COLOURS.items()},
    "short": is_("hair_length", "short"),
    "very short": is_("hair_style", "buzz cut"),
    "medium-length": is_("hair_length", "medium"),
    "long": is_("hair_length", "long"),
    "straight": is_("hair_texture", "straight"),
    "wavy": is_("hair_texture", "wavy"),
    "curly": is_("hair_texture", "curly"),
    "coily": is_("hair_texture", "coily"),
    "tightly curled": is_("hair_texture", "coily"),
    "closely cropped": is_("hair_style", "buzz cut"),
    "cropped": is_("hair_style", "crop"),
    "side-parted": is_("hair_style", "side part"),
    "slicked-back": is_("hair_style", "slicked back"),
    "tied-back": is_("hair_style", "tied back"),
}
HAIRED = {
    "black-haired": ("black",), "dark-haired": ("black", "dark brown"), "brown-haired": ("brown",),
    "auburn-haired": ("auburn",), "ginger-haired": ("ginger",), "red-haired": ("ginger",), "fair-haired": ("blond",),
    "grey-haired": ("grey",), "white-haired": ("white",), "pink-haired": ("pink",), "blue-haired": ("blue",),
    "blond": ("blond",), "blonde": ("blond",), "platinum blond": ("platinum",), "platinum blonde": ("platinum",),
}  # fmt: skip
_HAIR_SEEN = is_("hair_visible", True)
_BEARDED = is_("beard", "full beard")


def _styled(style: str) -> Holds:
    return every(_HAIR_SEEN, is_("hair_style", style), is_("hat", "none"))


# Nouns of hair, with all that is said along with them; the words before them are checked one by one.
HAIR_ANCHORS: dict[str, Holds] = {
    "hair": _HAIR_SEEN,
    "hair under the hat": every(_HAIR_SEEN, is_("hat", "beanie", "cap")),
    "hair in a buzz cut": _styled("buzz cut"),
    "buzz cut": _styled("buzz cut"),
    "hair with a side parting": _styled("side part"),
    "hair with a side part": _styled("side part"),
    "hair parted at the side": _styled("side part"),
    "hair combed to the side": _styled("side part"),
    "hair combed back": _styled("slicked back"),
    "hair slicked back": _styled("slicked back"),
    "hair swept back from the forehead": _styled("slicked back"),
    "quiff": _styled("quiff"),
    "hair swept up into a quiff": _styled("quiff"),
    "hair brushed up in a quiff": _styled("quiff"),
    "hair standing up in front": _styled("quiff"),
    "bob": _styled("bob"),
    "bob haircut": _styled("bob"),
    "hair cut in a bob": _styled("bob"),
    "hair in a bob": _styled("bob"),
    "hair falling in waves": _styled("wavy"),
    "curls": _styled("curly"),
    "afro": _styled("afro"),
    "hair in an afro": _styled("afro"),
    "hair tied back": _styled("tied back"),
    "hair pulled back": _styled("tied back"),
    "beard": is_("beard", "full beard", "goatee"),
    "beard and moustache": _BEARDED,
    "beard around the mouth": is_("beard", "goatee"),
    "goatee": is_("beard", "goatee"),
    "goatee and moustache": is_("beard", "goatee"),
    "moustache": is_("beard", "moustache", "goatee", "full beard"),
}

COLOURS = {name: (name,) for name in
           ("black", "white", "grey", "dark grey", "red", "blue", "light blue", "green", "yellow", "beige", "pink",
            "brown", "gold", "silver")}  # fmt: skip
EYE_COLOURS = {name: (name,) for name in ("brown", "dark brown", "hazel", "green", "blue", "grey")}
SKIN = {
    "very pale": ("very pale",), "very fair": ("very pale",), "pale": ("very pale",), "light": ("light",),
    "fair": ("light",), "medium": ("medium",), "olive": ("olive",), "tan": ("tan",), "tanned": ("tan",),
    "brown": ("brown",), "dark": ("deep",), "dark brown": ("deep",), "deep brown": ("deep",),
}  # fmt: skip
SKINNED = {
    "brown": ("brown",), "dark": ("brown", "deep"), "pale": ("very pale",), "fair": ("very pale", "light"),
    "light": ("light",), "olive": ("olive",),
}  # fmt: skip
SHAPES = {
    "oval": ("oval",), "round": ("round",), "square": ("square",), "triangular": ("triangular",),
    "diamond-shaped": ("diamond",), "rectangular": ("rectangular",), "heart-shaped": ("heart-shaped",),
}  # fmt: skip
BROWS = {"thin": ("thin",), "fine": ("thin",), "bushy": ("bushy",), "thick": ("bushy",)}
NOSES = {"wide": ("wide",), "broad": ("wide",), "narrow": ("narrow",), "slim": ("narrow",)}
LIPS = {"thin": ("thin",), "narrow": ("thin",), "full": ("full",)}
GLASSES = {
    "round": ("round glasses",), "rectangular": ("rectangular glasses",), "square-cut": ("rectangular glasses",),
    "cat-eye": ("cat-eye glasses",), "dark": ("sunglasses",),
}  # fmt: skip
HATS = {"hat": ("beanie", "cap"), "beanie": ("beanie",), "woolly hat": ("beanie",), "wooly hat": ("beanie",),
        "knitted hat": ("beanie",), "cap": ("cap",)}  # fmt: skip
EARRINGS = {
    "hoop earrings": ("hoops",), "hoops in her ears": ("hoops",), "stud earrings": ("studs",),
    "small stud earrings": ("studs",), "studs in her ears": ("studs",), "earrings": ("hoops", "studs"),
}  # fmt: skip
ALL_NECKLINES = ("crew neck", "V-neck", "turtleneck", "scoop neck")
GARMENTS = {
    "shirt": ALL_NECKLINES, "top": ALL_NECKLINES, "clothes": ALL_NECKLINES, "t-shirt": ("crew neck",),
    "crew-neck top": ("crew neck",), "crew-neck shirt": ("crew neck",), "v-neck": ("V-neck",),
    "v-neck shirt": ("V-neck",), "v-neck top": ("V-neck",), "turtleneck": ("turtleneck",),
    "polo neck": ("turtleneck",), "scoop-neck top": ("scoop neck",), "scoop-neck shirt": ("scoop neck",),
}  # fmt: skip
MAKEUP = {
    "light": ("light",), "a little": ("light",), "subtle": ("light",), "some": ("light", "heavy"),
    "heavy": ("heavy",), "bold": ("heavy",), "strong": ("heavy",), "a lot of": ("heavy",), "no": ("none",),
}  # fmt: skip
SIDES = {"left": ("left", "far left"), "right": ("right", "far right")}
FAR_SIDES = {"left": ("far left",), "right": ("far right",)}
GAZES = {"left": ("left",), "right": ("right",)}
TILTS = {"left": ("left",), "right": ("right",)}
LIGHTS = {"left": ("from the left",), "right": ("from the right",), "soft": ("soft",), "warm": ("warm",),
          "cool": ("cool",), "cold": ("cool",), "behind": ("from behind",), "above": ("from above",)}  # fmt: skip
AGES = {
    "young": ("young adult",), "twenties": ("young adult",), "thirties": ("adult",), "adult": ("adult",),
    "middle-aged": ("middle-aged",), "fifties": ("middle-aged",), "elderly": ("elderly",), "older": ("elderly",),
    "old": ("elderly",), "seventies": ("elderly",), "eighties": ("elderly",),
}  # fmt: skip
EMOTIONS = {
    "neutral": ("neutral",), "calm": ("neutral",), "relaxed": ("neutral",), "blank": ("neutral",),
    "happy": ("happy",), "sad": ("sad",), "unhappy": ("sad",), "sadly": ("sad",), "angry": ("angry",),
    "angrily": ("angry",), "surprised": ("surprised",), "surprise": ("surprised",), "astonished": ("surprised",),
    "furious": ("angry",),
    "frightened": ("fearful",), "afraid": ("fearful",), "fearful": ("fearful",), "scared": ("fearful",),
    "fear": ("fearful",), "disgusted": ("disgusted",), "disgust": ("disgusted",), "contempt": ("contemptuous",),
    "contemptuous": ("contemptuous",), "scornful": ("contemptuous",), "happily": ("happy",),
}  # fmt: skip
