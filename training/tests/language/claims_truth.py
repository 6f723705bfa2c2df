"""What each yes/no question about presence claims, by the words of the question."""

import re

from words import Holds, every, is_

from unif2ace_training.portraits.labels import Labels

_NOT_STUBBLE = is_("beard", "full beard", "goatee", "moustache", "none")
_SMILES = is_("action", "smiling", "grinning", "laughing")


def _not(claim: Holds) -> Holds:
    return lambda labels, *_: not claim(labels)


# The first that is found in the question counts.
QUESTIONS: list[tuple[str, Holds]] = [
    (r"sunglasses|dark glasses", is_("glasses", "sunglasses")),
    (r"glasses", _not(is_("glasses", "none"))),
    (r"\bhat\b|head covered|on (?:his|her) head\?", _not(is_("hat", "none"))),
    (r"moustache", is_("beard", "full beard", "goatee", "moustache")),
    (r"clean-shaven|shave\?", is_("beard", "none")),
    (r"beard", is_("beard", "full beard", "goatee")),
    (r"earrings", _not(is_("earrings", "none"))),
    (r"necklace", is_("necklace", True)),
    (r"makeup", _not(is_("makeup", "none"))),
    (r"freckle", is_("freckles", True)),
    (r"fringe|bangs|hair fall over", is_("bangs", True)),
    (r"\bbald\b|lost all (?:his|her) hair", every(is_("hair_style", "bald"), is_("hat", "none"))),
    (r"smil", _SMILES),
    (r"laughing", is_("action", "laughing")),
    (r"tongue", is_("action", "sticking out the tongue")),
    (r"shouting", is_("action", "shouting")),
    (r"yawning", is_("action", "yawning")),
    (r"lips puckered|pucker", is_("action", "puckering the lips")),
    (r"mouth open", is_("mouth_open", True)),
    (r"sideburns|grow down before", is_("sideburns", True)),
    (r"lipstick|lips painted", is_("lipstick", True)),
    (r"double chin", is_("double_chin", True)),
    (r"eyebrows arched|arched eyebrows", is_("arched_eyebrows", True)),
    (r"cheekbones", is_("high_cheekbones", True)),
    (r"nose pointed|pointed nose", is_("pointed_nose", True)),
    (r"head tilted|tilt (?:his|her) head", is_("head_tilt", "left", "right")),
    (r"frown", is_("action", "frowning")),
    (r"teeth", is_("teeth_visible", True)),
    (r"eyes (?:\w+ )?open|eyes open", is_("eyes", "open", "wide")),
    (r"eyes closed|closed (?:his|her) eyes", is_("eyes", "closed")),
    (r"stripe", is_("striped", True)),
    (r"at the camera|at us|meet the camera", is_("gaze", "camera")),
    (r"bags|dark circles", is_("eye_bags", True)),
    (r"rosy|flushed", is_("rosy_cheeks", True)),
    (r"plain", is_("background_kind", "plain")),
    (r"a woman", is_("gender", "woman")),
    (r"a man", is_("gender", "man")),
    (r"hairline", is_("receding_hairline", True)),
]


def truth_of_question(question: str, labels: Labels) -> bool:
    """Whether what is asked is so."""
    asked = question.lower().replace("mustache", "moustache").replace("make-up", "makeup")
    asked = asked.rstrip("?") + "?"  # people leave the mark out
    return next(holds(labels) for pattern, holds in QUESTIONS if re.search(pattern, asked))
