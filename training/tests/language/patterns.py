"""Patterns of statements with what they claim; longer ones before the shorter ones that they contain."""

from words import (
    AGES,
    BROWS,
    COLOURS,
    EARRINGS,
    EMOTIONS,
    EYE_COLOURS,
    FAR_SIDES,
    GARMENTS,
    GAZES,
    GLASSES,
    HAIRED,
    HATS,
    LIGHTS,
    LIPS,
    MAKEUP,
    NOSES,
    SHAPES,
    SIDES,
    SKIN,
    SKINNED,
    TILTS,
    Holds,
    every,
    is_,
    one_of,
    says,
)

from unif2ace_training.portraits.labels import Labels

_C = rf"({one_of(COLOURS)})"
_GLASSES = rf"(?:({one_of(GLASSES)})[ -])?(?:glasses|spectacles|eyeglasses)"
_GARMENT = rf"({one_of(GARMENTS)})"
_HAT = rf"({one_of(HATS)})"


def _garment(labels: Labels, colour: str | None, garment: str) -> bool:
    return says("clothing_colour", COLOURS)(labels, colour) and says("neckline", GARMENTS)(labels, garment)


def _glasses(labels: Labels, colour: str | None, shape: str | None) -> bool:
    shaped = labels.glasses not in ("none", "sunglasses") if shape is None else says("glasses", GLASSES)(labels, shape)
    return shaped and says("glasses_colour", COLOURS)(labels, colour)


def _swapped(claim: Holds) -> Holds:
    return lambda labels, first, second: claim(labels, second, first)


def _hat(labels: Labels, colour: str | None, hat: str) -> bool:
    return says("hat_colour", COLOURS)(labels, colour) and says("hat", HATS)(labels, hat)


def _background(labels: Labels, kind: str | None, colour: str | None) -> bool:
    kinds = {"plain": ("plain",), "blurred": ("blurred lights",)}
    return says("background_kind", kinds)(labels, kind) and says("background_colour", COLOURS)(labels, colour)


_LIGHTS_THERE = is_("background_kind", "blurred lights")
_SUNGLASSES = is_("glasses", "sunglasses")
_COLOUR_OF_LIGHTS = every(_LIGHTS_THERE, says("background_colour", COLOURS))
_NOT_FACING = is_("gaze", "left", "right", "up", "down")


def _eye_colour_seen(labels: Labels, wide: str | None, colour: str) -> bool:
    return says("eye_colour", EYE_COLOURS)(labels, colour) and (
        labels.eyes in ("open", "wide", "one closed") if wide is None else labels.eyes == "wide"
    )


def _eye_colour_said(labels: Labels, _: str, colour: str) -> bool:
    return _eye_colour_seen(labels, None, colour)


def _striped_garment(labels: Labels, *words: str | None) -> bool:
    colour, garment = filter(None, words)
    return labels.striped and _garment(labels, colour, garment)


ABSENCES: list[tuple[str, Holds]] = [
    (r"there is no hair on (?:her|his) head|\bno hair(?: on (?:her|his) head)?", is_("hair_style", "bald")),
    (r"thinning hair at the temples", is_("receding_hairline", True)),
    (r"hair is receding at the forehead", is_("receding_hairline", True)),
    (r"short (?=\S* ?\S* ?beard around)", is_("beard", "goatee")),
    (r"\bbald(?: head)?|(?:her|his) head is bald", every(is_("hair_style", "bald"), is_("hat", "none"))),
    (
        r"\bno (?:beard(?: or moustache)?|facial hair)|clean-shaven(?: (?:face|chin))?|without a beard",
        every(is_("beard", "none"), is_("gender", "man")),
    ),
    (r"\bno sunglasses", is_("glasses", "none", "round glasses", "rectangular glasses", "cat-eye glasses")),
    (
        r"neither a warm hat nor a high collar",
        every(is_("hat", "none"), is_("neckline", "crew neck", "V-neck", "scoop neck")),
    ),
    (r"not wearing glasses|(?:\bno|without) glasses(?: on)?", is_("glasses", "none")),
    (r"not wearing a hat|\bno hat|without a hat|head is bare", is_("hat", "none")),
    (
        r"(?:\bno|without) (?:visible )?earrings(?: (?:can be seen|that can be seen|to be seen))?",
        is_("earrings", "none"),
    ),
    (r"not wearing makeup|\bno makeup|without makeup", is_("makeup", "none")),
]
HEAD: list[tuple[str, Holds]] = [
    (
        rf"({one_of(HAIRED)}) (?=woman|man|lady|guy|gentleman)",
        every(is_("hair_visible", True), is_("hat", "none"), says("hair_colour", HAIRED)),
    ),
    (
        r"forehead is covered by (?:bangs|a fringe)|(?:straight )?(?:bangs|(?:a )?fringe)(?: over the forehead)?",
        is_("bangs", True),
    ),
    (
        r"(?:high, )?receding hairline|hairline is receding",
        is_("receding_hairline", True),
    ),
    (
        r"(?:some |light |designer )?stubble(?: on (?:her|his) cheeks and chin)?|a few days of stubble|stubbly chin",
        is_("beard", "stubble"),
    ),
    (r"\bbearded\b", is_("beard", "full beard")),
    (rf"(?:(wide|wide-open) )?({one_of(EYE_COLOURS)}) eyes", _eye_colour_seen),
    (rf"eyes (are|of a) ({one_of(EYE_COLOURS)})(?: colour)?", _eye_colour_said),
    (rf"({one_of(SKINNED)})-skinned", says("skin_tone", SKINNED)),
    (rf"({one_of(SKIN)}) (?:skin tone|skin|complexion)", says("skin_tone", SKIN)),
    (rf"skin (?:is|tone is|has an?|of an?) ({one_of(SKIN)})(?: tone)?", says("skin_tone", SKIN)),
    (r"\btanned\b", is_("skin_tone", "tan")),
    (rf"({one_of(SHAPES)}) face|face is ({one_of(SHAPES)})",
     lambda labels, first, second: says("face_shape", SHAPES)(labels, first or second)),
    (rf"shape of (?:her|his) face is ({one_of(SHAPES)})", says("face_shape", SHAPES)),
    (r"slim cheeks|(?:slender|slim) build", is_("build", "slim")),
    (r"(?:full|chubby) cheeks|(?:full|heavy) build", is_("build", "full")),
    (r"arched (?:eyebrows|brows)|eyebrows that arch", is_("arched_eyebrows", True)),
    (r"narrow(?:ed)? eyes", is_("narrow_eyes", True)),
    (r"point(?:ed|y) nose", is_("pointed_nose", True)),
    (r"(?:high|prominent) cheekbones", is_("high_cheekbones", True)),
    (r"double chin", is_("double_chin", True)),
    (r"sideburns|whiskers before (?:her|his) ears", is_("sideburns", True)),
    (rf"({one_of(BROWS)}) (?:eyebrows|brows)", says("eyebrows", BROWS)),
    (rf"({one_of(NOSES)}) nose", says("nose", NOSES)),
    (rf"({one_of(LIPS)}) lips", says("lips", LIPS)),
    (r"freckles(?: (?:on|across) (?:her|his) (?:cheeks|face))?|freckled face", is_("freckles", True)),
    (r"(?:rosy|flushed|pink) cheeks", is_("rosy_cheeks", True)),
    (r"(?:bags|dark circles) under (?:her|his|the) eyes", is_("eye_bags", True)),
]  # fmt: skip
WORN: list[tuple[str, Holds]] = [
    (rf"\b(?:sunglasses|dark glasses) (?:with (?:a )?|whose frame is ){_C}(?: frames?)?",
     every(_SUNGLASSES, says("glasses_colour", COLOURS))),
    (rf"{_C}(?:-framed|-rimmed)? (?:sunglasses|dark glasses)", every(_SUNGLASSES, says("glasses_colour", COLOURS))),
    (r"\b(?:sunglasses|dark glasses)\b", _SUNGLASSES),
    (rf"\b{_GLASSES} with {_C} frames", _swapped(_glasses)),
    (rf"\b(?:{_C}(?:-rimmed)? )?{_GLASSES}", _glasses),
    (rf"\b(?:{_C} )?{_HAT}\b", _hat),
    (rf"\b({one_of(EARRINGS)})", says("earrings", EARRINGS)),
    (r"(?:thin )?necklace(?: around (?:her|his) neck)?", is_("necklace", True)),
    (r"\blipstick\b", is_("lipstick", True)),
    (rf"\b({one_of(MAKEUP)}) makeup", says("makeup", MAKEUP)),
    (rf"\bstriped {_C} {_GARMENT}\b|\b{_C} striped {_GARMENT}\b",
     _striped_garment),
    (rf"\b{_C} {_GARMENT} (?:with stripes|is striped|has stripes)", every(is_("striped", True), _garment)),
    (rf"\b{_GARMENT} is {_C} with stripes", every(is_("striped", True), _swapped(_garment))),
    (rf"\b{_GARMENT} (?:is|are) {_C}", _swapped(_garment)),
    (rf"\b(?:{_C} )?{_GARMENT}\b", _garment),
]  # fmt: skip
DOING: list[tuple[str, Holds]] = [
    (r"(?:sticking out|sticks?|sticking) (?:her|his) tongue(?: out)?|(?:her|his) tongue(?: is)? out",
     is_("action", "sticking out the tongue")),
    (r"yawning(?: widely)?|yawns|\byawn\b", is_("action", "yawning")),
    (r"shouting(?: angrily)?|shouts angrily|angry shout|with lowered brows", is_("emotion", "angry")),
    (r"tilt(?:ed|ing (?:her|his) head|s (?:her|his) head) to the (left|right)", says("head_tilt", TILTS)),
    (r"(?:is tired|tired or bored|probably tired)", is_("action", "yawning")),
    (r"mouth (?:is )?open|opening (?:her|his) mouth|open mouth", is_("action", "opening the mouth")),
    (r"(?:puckering|pursing) (?:her|his) lips|lips are puckered|puckered lips", is_("action", "puckering the lips")),
    (r"(?:puffing out|puffing) (?:her|his) cheeks|puffed-out cheeks|cheeks are puffed out",
     is_("action", "puffing the cheeks")),
    (r"eyes closed|closing (?:her|his) eyes|closed eyes|eyes are closed|closed (?:her|his) eyes",
     is_("eyes", "closed")),
    (r"one of (?:her|his) eyes is closed in a wink|(?:winking|winks|wink)(?: with one eye| and smiling)?",
     is_("action", "winking")),
    (r"smiling|smiles|smile\b", is_("action", "smiling")),
    (r"laughing|laughs|laugh\b", is_("action", "laughing")),
    (r"grinning(?: broadly)?|(?:broad|big) grin", is_("action", "grinning")),
    (r"corners of (?:her|his) mouth turn down", is_("emotion", "sad")),
    (r"no strong emotion|no particular expression|straight face", is_("emotion", "neutral")),
    (r"frowning|frowns|frown\b", is_("action", "frowning")),
    (rf"\b({one_of(EMOTIONS)})\b", says("emotion", EMOTIONS)),
    (r"eyes (?:are )?wide open|wide eyes|wide-eyed|opened (?:her|his) eyes wide", is_("eyes", "wide")),
    (r"(?:showing|baring) (?:her|his) teeth|teeth showing|teeth (?:are visible|can be seen)",
     is_("teeth_visible", True)),
    (r"turned far to the (left|right)", says("head_turn", FAR_SIDES)),
    (r"(?:turned|turning (?:her|his) head)(?: slightly)? to the (left|right)", says("head_turn", SIDES)),
    (r"facing slightly (left|right)", says("head_turn", SIDES)),
    (r"(?:facing|faces) (?:the camera|forward)|face is seen from the front", is_("head_turn", "straight")),
    (r"(?:looking|looks) (?:at|into) the camera|looking straight at the viewer|eyes look into the camera",
     is_("gaze", "camera")),
    (r"(?:looking|looks|glancing|eyes look|eyes on something) to the (left|right)", says("gaze", GAZES)),
    (r"looking (left|right)", says("gaze", GAZES)),
    (r"(?:looking|looks|glancing) (?:upwards|up)|eyes look upwards", is_("gaze", "up")),
    (r"(?:looking|looks|glancing) (?:downwards|down)|eyes look downwards", is_("gaze", "down")),
]  # fmt: skip
SURROUNDINGS: list[tuple[str, Holds]] = [
    (rf"{_C} background (?:with|is full of) (?:blurred|out-of-focus) lights", _COLOUR_OF_LIGHTS),
    (rf"background is {_C} with blurred lights|lights are blurred on a {_C} background|"
     rf"(?:blurred lights shine in the|background is full of out-of-focus lights and) {_C} background",
     lambda labels, *colours: _COLOUR_OF_LIGHTS(labels, next(filter(None, colours)))),
    (r"blurred lights(?: in the background)?|bokeh background", _LIGHTS_THERE),
    (rf"(?:(plain|blurred) )?{_C} (?:background|backdrop|wall)", _background),
    (rf"background is (?:a )?(?:(plain) )?{_C}", _background),
    (rf"everything behind (?:her|him) is {_C}", says("background_colour", COLOURS)),
    (r"(?:lit|light|light comes|light falls on (?:her|him)) from (?:the )?(left|right|behind|above)",
     says("lighting", LIGHTS)),
    (r"backlit|with the light behind (?:her|him)", is_("lighting", "from behind")),
    (r"(soft|warm|cool|cold)(?:, even|, bluish)? (?:light|lighting)\b", says("lighting", LIGHTS)),
    (r"light (?:is|has a) (soft|warm|cool)(?: and even| tint)?", says("lighting", LIGHTS)),
]  # fmt: skip
PERSON: list[tuple[str, Holds]] = [
    (r"\b(?:woman|lady|she|her|hers)\b", is_("gender", "woman")),
    (r"\b(?:man|guy|gentleman|he|his|him)\b", is_("gender", "man")),
    (rf"\b({one_of(AGES)})\b", says("age_group", AGES)),
]
PATTERNS: list[tuple[str, Holds]] = [*ABSENCES, *HEAD, *WORN, *DOING, *SURROUNDINGS, *PERSON]
# Words of frames, which claim nothing.
_FRAMES = (
    "a against also an and are at background bathed be before behind below big bushy can chin close-up colour "
    "come could create depicts draw expression face falls from front full generate give has have head headshot "
    "here i image in is it its keeping light look looking looks make me need of on one or paint pair photo "
    "picture please portrait put see seems seen shape short shot show shows side some studio taken that the "
    "there thick this to under up want we wearing wears who with you"
)
GLUE = set(_FRAMES.split())
