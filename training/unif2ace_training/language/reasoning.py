"""Reasoning about actions and emotions: careful guesses with what is seen as the reason."""

from collections.abc import Callable, Mapping
from typing import Final

from unif2ace_training.language.attributes import named
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.turns import Asked, asked
from unif2ace_training.portraits.labels import Labels

_HAPPY_ACTIONS = ("smiling", "laughing", "grinning", "winking")
_TELLING = ("shouting", "yawning", "sticking out the tongue")  # say more of a mood than the rest of the face
_MOST_TURNS = 3


def _feeling(labels: Labels) -> str:
    if labels.action in _TELLING:
        return labels.action
    return "hidden happy" if labels.emotion == "happy" and labels.action == "none" else labels.emotion


def _laugh(labels: Labels) -> str | None:
    if labels.action == "laughing":
        return "laughing"
    if labels.emotion == "happy":
        return "cheerful" if labels.action in _HAPPY_ACTIONS else None
    if labels.action in _TELLING and labels.emotion == "neutral":
        return None
    return "neutral" if labels.emotion == "neutral" else "gloomy"


def _cry(labels: Labels) -> str | None:
    if labels.emotion == "happy":
        return "happy" if labels.action in _HAPPY_ACTIONS else None
    return "sad" if labels.emotion == "sad" else "other"


def _window(side: str) -> Callable[[Labels], str]:
    def state(labels: Labels) -> str:
        if labels.lighting not in ("from the left", "from the right"):
            return "neither"
        return "same" if labels.lighting.endswith(side) else "opposite"

    return state


def _action(labels: Labels) -> str | None:
    if labels.gaze == "hidden" and labels.action in ("none", "frowning"):
        return None
    if labels.action not in ("none", "frowning"):
        return "something" if labels.gaze != "hidden" else "something hidden"
    return "none" if labels.emotion == "neutral" else "emotion"


def _asleep(labels: Labels) -> str:
    return labels.eyes if labels.eyes in ("closed", "hidden") else "open"


def _cold(labels: Labels) -> str | None:
    if labels.hat == "beanie":
        return "beanie"
    if labels.neckline == "turtleneck":
        return "turtleneck"
    return "open" if labels.hat == "none" else None


def _sun(labels: Labels) -> str:
    if labels.glasses == "sunglasses":
        return "yes"
    return "warm" if labels.lighting == "warm" else "no"


def _camera(labels: Labels) -> str | None:
    if labels.gaze == "hidden":
        return None
    return "camera" if labels.gaze == "camera" else "away"


def _aside(labels: Labels) -> str | None:
    if labels.gaze in ("left", "right"):
        return "side"
    return None if labels.gaze == "hidden" else labels.gaze


def _happened(labels: Labels) -> str | None:
    if labels.action in _TELLING:
        return labels.action
    return labels.emotion if labels.emotion != "happy" or labels.action in _HAPPY_ACTIONS else None


# What can be asked, the state of the portrait that decides the answer, and how readily it is asked.
TOPICS: Final[Mapping[str, tuple[Callable[[Labels], str | None], float]]] = {
    "feeling": (_feeling, 4),
    "laugh": (_laugh, 2),
    "cry": (_cry, 0.7),
    "window left": (_window("left"), 0.7),
    "window right": (_window("right"), 0.7),
    "action": (_action, 2),
    "asleep": (_asleep, 0.7),
    "cold": (_cold, 0.7),
    "sun": (_sun, 0.7),
    "camera": (_camera, 0.7),
    "aside": (_aside, 0.7),
    "happened": (_happened, 1.5),
}


def write_reasoning(speaker: Speaker) -> list[Asked]:
    """One to three questions that ask to think about what is seen."""
    weights = {name: weight for name, (state, weight) in TOPICS.items() if state(speaker.labels) is not None}
    order = speaker.streams.weighted_order(weights)
    turns = speaker.streams.of("turns").between(1, _MOST_TURNS)
    return [_think(speaker, name) for name in order[:turns]]


def _think(speaker: Speaker, name: str) -> Asked:
    state = TOPICS[name][0](speaker.labels)
    question = speaker.say(f"think {name}")
    topic = name.split(" ", 1)[0]
    return asked(speaker, name, question, speaker.say(f"thought {topic} {state}", **_words(speaker)))


def _words(speaker: Speaker) -> dict[str, str]:
    labels = speaker.labels
    gaze = f"looking {named('gaze', labels.gaze)}"
    their = "his" if labels.gender == "man" else "her"
    return {
        "happy_action": labels.action,
        "action_words": labels.action.replace("the ", f"{their} "),
        "emotion_word": "calm" if labels.emotion == "neutral" else named("emotion", labels.emotion),
        "gaze_action": gaze,
        "light_side": labels.lighting.removeprefix("from the "),
    }
