"""Yes/no questions about what is or is not there, balanced by how often the rarer answer would come up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from unif2ace_training.language.attributes import named
from unif2ace_training.language.replies import short_reply
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.things import is_bald
from unif2ace_training.language.turns import Asked, asked
from unif2ace_training.portraits.labels import Labels

_SMILES = ("smiling", "grinning", "laughing")


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that is true of a portrait, or false, or (None) not to be decided by looking."""

    name: str
    is_true: Callable[[Labels], bool | None]
    yes_rate: float  # share of portraits of which it is true, as rendered by default, where it can be decided
    weight: float = 1.0


def _of(gender: str, is_true: Callable[[Labels], bool | None]) -> Callable[[Labels], bool | None]:
    return lambda labels: is_true(labels) if labels.gender == gender else None


def _smiles(labels: Labels) -> bool | None:
    """A wink and a sneer have something of a smile."""
    if labels.action == "winking" or labels.emotion == "contemptuous":
        return None
    return labels.action in _SMILES


def _eyes_open(labels: Labels) -> bool | None:
    return None if labels.eyes in ("hidden", "one closed") else labels.eyes != "closed"


def _eyes_closed(labels: Labels) -> bool | None:
    is_open = _eyes_open(labels)
    return None if is_open is None else not is_open


CLAIMS: Final = (
    Claim("glasses", lambda labels: labels.glasses != "none", 0.3, 4),
    Claim("sunglasses", lambda labels: labels.glasses == "sunglasses", 0.08, 1.5),
    Claim("hat", lambda labels: labels.hat != "none", 0.14, 3),
    Claim("beard", _of("man", lambda labels: None if labels.beard == "stubble" else labels.beard in
          ("full beard", "goatee")), 0.36, 3),
    Claim("moustache", _of("man", lambda labels: None if labels.beard == "stubble" else labels.beard != "none"), 0.47),
    Claim("clean-shaven", _of("man", lambda labels: labels.beard == "none"), 0.46, 0.7),
    Claim("earrings", _of("woman", lambda labels: labels.earrings != "none"), 0.2, 2),
    Claim("necklace", _of("woman", lambda labels: labels.necklace), 0.24, 1.5),
    Claim("makeup", _of("woman", lambda labels: labels.makeup != "none"), 0.6, 1),
    Claim("freckles", lambda labels: labels.freckles, 0.1, 1),
    Claim("bangs", lambda labels: None if labels.hat != "none" else labels.bangs, 0.1, 1),
    Claim("bald", lambda labels: None if labels.hat != "none" else is_bald(labels), 0.06, 1),
    Claim("smiling", _smiles, 0.32, 3),
    Claim("laughing", lambda labels: labels.action == "laughing", 0.05, 0.7),
    Claim("frowning", lambda labels: None if labels.action == "shouting" else labels.action == "frowning", 0.13, 0.7),
    Claim("tongue", lambda labels: labels.action == "sticking out the tongue", 0.012, 0.7),
    Claim("shouting", lambda labels: labels.action == "shouting", 0.005, 0.5),
    Claim("yawning", lambda labels: labels.action == "yawning", 0.012, 0.5),
    Claim("kiss", lambda labels: labels.action == "puckering the lips", 0.016, 0.5),
    Claim("mouth open", lambda labels: labels.mouth_open, 0.25, 1),
    Claim("sideburns", _of("man", lambda labels: labels.sideburns), 0.4, 0.7),
    Claim("lipstick", _of("woman", lambda labels: labels.lipstick), 0.4, 1),
    Claim("double chin", lambda labels: labels.double_chin, 0.08, 0.5),
    Claim("arched", lambda labels: labels.arched_eyebrows, 0.38, 0.5),
    Claim("cheekbones", lambda labels: labels.high_cheekbones, 0.13, 0.4),
    Claim("pointed nose", lambda labels: labels.pointed_nose, 0.12, 0.4),
    Claim("tilted", lambda labels: None if labels.head_tilt is None else labels.head_tilt != "upright", 0.1, 0.5),
    Claim("teeth", lambda labels: labels.teeth_visible, 0.16, 1),
    Claim("eyes open", _eyes_open, 0.97, 1),
    Claim("eyes closed", _eyes_closed, 0.03, 0.7),
    Claim("striped", lambda labels: labels.striped, 0.1, 1),
    Claim("facing", lambda labels: None if labels.gaze == "hidden" else labels.gaze == "camera", 0.86, 1),
    Claim("bags", lambda labels: None if labels.eyes == "hidden" else labels.eye_bags, 0.17, 0.5),
    Claim("rosy", lambda labels: labels.rosy_cheeks, 0.15, 0.5),
    Claim("plain", lambda labels: labels.background_kind == "plain", 0.8, 0.7),
    Claim("woman", lambda labels: labels.gender == "woman", 0.5, 0.7),
    Claim("man", lambda labels: labels.gender == "man", 0.5, 0.7),
    Claim("receding", lambda labels: labels.receding_hairline if labels.hair_visible and labels.hat == "none"
          else None, 0.06, 0.4),
)  # fmt: skip


def claim_weight(claim: Claim, labels: Labels) -> float:
    """How readily this is asked: less where the common answer would come, so that both come equally often."""
    truth = claim.is_true(labels)
    if truth is None:
        return 0
    rate = claim.yes_rate if truth else 1 - claim.yes_rate
    return claim.weight * min(1, (1 - rate) / rate)


def ask_claim(speaker: Speaker, claim: Claim) -> Asked:
    """The question, and the true answer."""
    labels, is_yes = speaker.labels, bool(claim.is_true(speaker.labels))
    question = speaker.say(f"is {claim.name}")
    answer = speaker.say(
        f"{'yes' if is_yes else 'no'} {claim.name}",
        reply=short_reply(question, labels.gender, is_yes=is_yes),
        beard_phrase=named("beard", labels.beard),
        gaze_words=named("gaze", labels.gaze),
    )
    return asked(speaker, claim.name, question, answer)
