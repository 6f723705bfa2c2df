"""What can be said about a portrait, thing by thing: only what a viewer sees, and some of what is not there."""

from dataclasses import dataclass
from typing import Literal

from unif2ace_training.language.phrasebook import phrasebook
from unif2ace_training.portraits.labels import Labels

# The place in a sentence where a thing is said: after "has", after "wears", as a participle, or as the surroundings.
Role = Literal["has", "wears", "does", "at"]


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing to say. `name` and `role` lead to sections of the phrase book; heavier things are said more often."""

    topic: str
    name: str
    role: Role
    weight: float = 1.0
    is_absence: bool = False

    @property
    def section(self) -> str:
        """The phrase for its role."""
        return f"{self.role} {self.name}"

    @property
    def sentence_section(self) -> str | None:
        """Sentences of its own, if the book has any."""
        return f"says {self.name}" if f"says {self.name}" in phrasebook() else None

    @property
    def tag_section(self) -> str:
        """An entry of a list of key words."""
        return f"tag {self.name}" if f"tag {self.name}" in phrasebook() else self.section


# Of two things about one part of the face a text says one.
_PARTS = {"arched": "eyebrows", "pointed nose": "nose"}


def is_bald(labels: Labels) -> bool:
    """Whether a bald head can be seen: a hat hides it."""
    return labels.hair_style == "bald" and labels.hat == "none"


def shows_eye_colour(labels: Labels) -> bool:
    """Whether an open eye can be seen."""
    return labels.eyes not in ("hidden", "closed")


def things_to_say(labels: Labels) -> list[Thing]:
    """Everything worth saying, in the order of a detailed description."""
    return [*_head(labels), *_face(labels), *_worn(labels), *_doing(labels), *_surroundings(labels)]


def _head(labels: Labels) -> list[Thing]:
    things = []
    if labels.hair_visible:
        under_hat = labels.hat != "none"
        things.append(Thing("hair", "hair hat" if under_hat else "hair", "has", 5))
        if not under_hat:
            things.append(Thing("hair", f"hair {labels.hair_style}", "has", 4))
    if is_bald(labels):
        things.append(Thing("hair", "bald", "has", 5))
    if labels.bangs and labels.hair_visible and labels.hat == "none":
        things.append(Thing("bangs", "bangs", "has", 1.5))
    if labels.receding_hairline:
        things.append(Thing("receding", "receding", "has", 1))
    if labels.beard != "none":
        things.append(Thing("beard", f"beard {labels.beard}", "has", 5))
    elif labels.gender == "man":
        things.append(Thing("beard", "beard none", "has", 1, is_absence=True))
    return things


def _face(labels: Labels) -> list[Thing]:
    skin = "skin medium" if labels.skin_tone == "medium" else "skin"
    things = [Thing("skin", skin, "has", 1.2), Thing("face", "face", "has", 0.7)]
    if labels.build != "average":
        things.append(Thing("build", f"build {labels.build}", "has", 0.6))
    if shows_eye_colour(labels):
        is_wide = labels.eyes == "wide"
        things.append(Thing("eyes", "eyes wide" if is_wide else "eyes", "has", 2))
    for feature in ("eyebrows", "nose", "lips"):
        if getattr(labels, feature) not in ("average", "medium"):
            things.append(Thing(feature, feature, "has", 0.7))
    marks = {
        "freckles": labels.freckles, "rosy": labels.rosy_cheeks, "bags": labels.eye_bags,
        "arched": labels.arched_eyebrows, "narrow eyes": labels.narrow_eyes, "pointed nose": labels.pointed_nose,
        "cheekbones": labels.high_cheekbones, "double chin": labels.double_chin,
        "sideburns": labels.sideburns and labels.beard != "full beard",
    }  # fmt: skip
    return things + [Thing(_PARTS.get(name, name), name, "has", 1) for name, is_there in marks.items() if is_there]


def _worn(labels: Labels) -> list[Thing]:
    things = []
    if labels.glasses == "none":
        things.append(Thing("glasses", "no glasses", "wears", 0.5, is_absence=True))
    else:
        things.append(Thing("glasses", "sunglasses" if labels.glasses == "sunglasses" else "glasses", "wears", 5))
    things.append(_worn_or_not("hat", labels.hat != "none", 0.4))
    if labels.gender == "woman":
        things.append(_worn_or_not("earrings", labels.earrings != "none", 0.3))
        if labels.necklace:
            things.append(Thing("necklace", "necklace", "wears", 2))
        if labels.makeup == "none":
            things.append(Thing("makeup", "no makeup", "wears", 0.4, is_absence=True))
        else:
            things.append(Thing("makeup", f"makeup {labels.makeup}", "wears", 1))
        if labels.lipstick:
            things.append(Thing("lipstick", "lipstick", "wears", 1))
    things.append(Thing("clothes", "clothes striped" if labels.striped else "clothes", "wears", 2.5))
    return things


def _worn_or_not(name: str, is_worn: bool, absence_weight: float) -> Thing:
    if is_worn:
        return Thing(name, name, "wears", 4)
    return Thing(name, f"no {name}", "wears", absence_weight, is_absence=True)


def _doing(labels: Labels) -> list[Thing]:
    expression = labels.emotion if labels.action in ("none", "frowning") else labels.action
    things = [Thing("expression", expression, "does", 1.5 if expression == "neutral" else 5)]
    if labels.eyes == "wide":
        things.append(Thing("wide eyes", "wide eyes", "does", 0.7))
    if labels.teeth_visible:
        things.append(Thing("teeth", "teeth", "does", 0.5))
    if labels.head_turn == "straight":
        # Who looks into the camera also faces it: one of both is enough.
        topic = "gaze" if labels.gaze == "camera" else "turn"
        things.append(Thing(topic, "turn straight", "does", 0.4))
    else:
        things.append(
            Thing("turn", "turn far side" if labels.head_turn.startswith("far") else "turn side", "does", 1.5)
        )
    if labels.head_tilt in ("left", "right"):
        things.append(Thing("tilt", "tilt", "does", 0.7))
    if labels.gaze in ("up", "down"):
        things.append(Thing("gaze", f"gaze {labels.gaze}", "does", 1.5))
    elif labels.gaze == "camera":
        things.append(Thing("gaze", "gaze camera", "does", 0.5))
    elif labels.gaze != "hidden":
        things.append(Thing("gaze", "gaze side", "does", 1.5))
    return things


def _surroundings(labels: Labels) -> list[Thing]:
    is_plain = labels.background_kind == "plain"
    return [
        Thing("background", "background" if is_plain else "background lights", "at", 3),
        Thing("light", f"light {labels.lighting}", "at", 0.4 if labels.lighting == "soft" else 1),
    ]
