"""The figures of a report as the tables of a model card: measure, result, aim, met or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Figures = Mapping[str, Any]

_LOOKED_AT: Final = {"hair_colour": "hair colour", "glasses": "glasses", "beard": "beard", "expression": "expression"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line; `is_met` is None where there is no aim to meet."""

    measure: str
    result: str
    aim: str
    is_met: bool | None


def rows_of(report: Figures) -> list[Row]:
    """The lines of issue 4's table, in its order, of what the report holds."""
    rows = [*_prompts(report), *_realism(report), *_words(report)]
    return [*rows, *_faces(report), *_others(report)]


def table(rows: Sequence[Row]) -> str:
    """Markdown."""
    verdicts = {True: "met", False: "**missed**", None: "–"}
    lines = ["| measure | result | aim | |", "|---|---|---|---|"]
    lines += [f"| {row.measure} | {row.result} | {row.aim} | {verdicts[row.is_met]} |" for row in rows]
    return "\n".join(lines) + "\n"


def attributes_table(report: Figures) -> str:
    """Agreement by attribute: what was drawn, what the codec keeps, what the judge reads on renders."""
    found = report["prompts"]["all"]["attributes"]
    lines = ["| asked for | drawn | codec | renders | constant | prompts |", "|---|---|---|---|---|---|"]
    for name, one in sorted(found.items(), key=lambda item: -item[1]["drawn"]):
        shares = " | ".join(f"{one[way]:.2f}" for way in ("drawn", "reconstructed", "rendered", "constant"))
        lines.append(f"| {name.replace('_', ' ')} | {shares} | {one['count']} |")
    return "\n".join(lines) + "\n"


def captions_table(report: Figures) -> str:
    """Captions by attribute beside the majority."""
    found = report["captions"]["attributes"]
    lines = ["| attribute | right | always the commonest | where it is said |", "|---|---|---|---|"]
    for name, one in sorted(found.items(), key=lambda item: item[1]["majority"] - item[1]["accuracy"]):
        said = f"{one['mentioned_accuracy']:.2f}" if one["mentioned"] else "never said"
        lines.append(f"| {name.replace('_', ' ')} | {one['accuracy']:.2f} | {one['majority']:.2f} | {said} |")
    return "\n".join(lines) + "\n"


def explanations(report: Figures) -> str:
    """The experiments that say what holds a figure back."""
    ceilings, sweep, shown = report["ceilings"], report["sweep"], report["prompts"]["all"]
    vectors = ", ".join(
        f"{label} {ceilings['clip_and_face'][name]['balanced_accuracy']:.2f}" for name, label in _LOOKED_AT.items()
    )
    ways = ", ".join(
        f"{way.replace('steps-', '').replace('-guidance-', ' steps, guidance ')} {share:.3f}"
        for way, share in sweep.items()
        if way != "prompts"
    )
    apart, asked = report["realism"]["judge"]["told_apart"], report["by_hand"]["questions"]
    return (
        f"- **Codec**: of what the prompts ask for, the judge reads {_percent(shown['rendered'])} on renders and "
        f"{_percent(shown['reconstructed'])} on the codec's reconstructions of them: the difference is "
        "what no transformer behind this codec can win back.\n"
        f"- **Sampling**: agreement of the first {sweep['prompts']} prompts: {ways}.\n"
        f"- **Vectors**: a line fitted to {ceilings['pictures']} training renders reads from what the model is given, "
        f"balanced accuracy on held-out renders: {vectors}. Captions cannot be expected above that.\n"
        f"- **Small letters**: {_percent(asked['right'])} of the questions by hand are answered rightly as they were "
        f"written, {_percent(asked['with_a_capital'])} with a capital at their beginning.\n"
        f"- **Told apart** by a logistic classifier over the judge's features, AUC: drawn from renders "
        f"{apart['drawn_from_renders']['auc']:.3f}, reconstructed from renders "
        f"{apart['reconstructed_from_renders']['auc']:.3f}, drawn from reconstructed "
        f"{apart['drawn_from_reconstructed']['auc']:.3f}, renders of training persons from held-out ones "
        f"{apart['training_renders_from_renders']['auc']:.3f}.\n"
    )


def _prompts(report: Figures) -> list[Row]:
    rows = []
    for wording, name, points in (
        ("all", "prompt agreement", 3),
        ("held-out", "the same where a phrasing is held out", 5),
    ):
        found = report["prompts"][wording]
        result = (
            f"{_percent(found['drawn'])} of {found['mentions']} things that {found['prompts']} prompts ask for; "
            f"renders {_percent(found['rendered'])}, reconstructions {_percent(found['reconstructed'])}, best constant "
            f"{_percent(found['constant'])}"
        )
        is_met = found["drawn"] >= found["rendered"] - points / 100
        rows.append(Row(name, result, f"within {points} points of renders", is_met))
    return rows


def _realism(report: Figures) -> list[Row]:
    rows = []
    for space, name in (("judge", "the judge's features"), ("clip", "the CLIP-style encoder's vectors")):
        found = report["realism"][space]
        drawn, codec = found["drawn"], found["reconstructed"]
        result = (
            f"FID {drawn['fid']:.2f}, KID {drawn['kid']:.3f}; reconstructions of the held-out renders themselves "
            f"{codec['fid']:.2f} and {codec['kid']:.3f}, of as many training renders "
            f"{found['training_reconstructed']['fid']:.2f} and {found['training_reconstructed']['kid']:.3f}, training "
            f"renders {found['training_renders']['fid']:.2f} ({drawn['count']} pictures each)"
        )
        is_met = drawn["fid"] <= 1.5 * codec["fid"]
        rows.append(Row(f"realism, {name}", result, "FID ≤ 1.5 × reconstructions'", is_met))
    auc = report["realism"]["judge"]["told_apart"]["drawn_from_renders"]["auc"]
    return [*rows, Row("told apart from renders", f"AUC {auc:.3f} on held-out pictures (0.5: not at all)", "", None)]


def _words(report: Figures) -> list[Row]:
    said, asked = report["captions"], report["questions"]
    balanced = {name: said["balanced"][name]["balanced_accuracy"] for name in _LOOKED_AT}
    facts = ", ".join(f"{label} {_percent(balanced[name])}" for name, label in _LOOKED_AT.items())
    f1 = f"F1 {said['f1']:.3f} (precision {said['precision']:.3f}, recall {said['recall']:.3f}) over {said['count']}"
    refusals = asked["refusals"]
    return [
        Row("captions, attributes named", f1, "F1 ≥ 0.95", said["f1"] >= 0.95),
        Row("captions, balanced accuracy", facts, "each ≥ 80 %", min(balanced.values()) >= 0.8),
        *(
            Row(f"questions, {label}", _answered(asked[kind]), "≥ 97 %", asked[kind]["accuracy"] >= 0.97)
            for kind, label in (("open", "open"), ("yes_no", "yes or no"))
        ),
        Row(
            "refusals",
            f"{_percent(refusals['right'])} of {refusals['count']} unanswerable questions refused, "
            f"{_percent(refusals['wrong'])} of the answerable ones",
            "≥ 99 %",
            refusals["right"] >= 0.99,
        ),
    ]


def _answered(found: Figures) -> str:
    always = f"{_percent(found['accuracy'])} of {found['count']}; best constant for each question "
    extra = f"; balanced {_percent(found['balanced']['balanced_accuracy'])}" if "balanced" in found else ""
    return f"{always}{_percent(found['mean_majority'])}{extra}"


def _faces(report: Figures) -> list[Row]:
    found = report["faces"]
    if not found:
        return [Row("faces", "not measured: --face-mesh-python was not given", "mesh ≥ 99 %", None)]
    drawn, rendered = found["drawn"], found["rendered"]
    mesh = f"{drawn['found']} of {drawn['pictures']} pictures; reconstructions {_of(found['reconstructed'])}, renders "
    score = f"{drawn['score']:.3f}; reconstructions {found['reconstructed']['score']:.3f}, renders "
    return [
        Row("faces, FaceMesh", mesh + _of(rendered), "≥ 99 %", drawn["share"] >= 0.99),
        Row("faces, mean detection score", score + f"{rendered['score']:.3f}", "within 0.03 of renders'",
            drawn["score"] >= rendered["score"] - 0.03),
    ]  # fmt: skip


def _others(report: Figures) -> list[Row]:
    spread, codec, seeds = report["diversity"], report["codec"], report["seeds"]
    copied, hand = spread["copies"], report["by_hand"]
    ratios = ", ".join(f"{prompt} {one['drawn'] / one['rendered']:.2f}" for prompt, one in spread["prompts"].items())
    changed = list(seeds["other_prompt"].values())
    decided = hand["questions"]["yes_no_answers"]
    return [
        Row("diversity within one prompt, of renders'", f"{spread['ratio']:.2f} ({ratios})", "1", spread["ratio"] >= 1),
        Row("copies of training pictures",
            f"nearest one {copied['drawn_median']:.1f} apart in the median (held-out renders "
            f"{copied['held_out_median']:.1f}); {_percent(copied['share_nearer_than_limit'])} nearer than the nearest "
            "hundredth of held-out renders", "no more than renders", copied["share_nearer_than_limit"] <= 0.01),
        Row("seeds", f"perceptual distance {sum(changed) / len(changed):.3f} when a word changes and the seed does "
            f"not, {seeds['other_seed']:.3f} when the seed changes", "a sheet", None),
        Row("image tokenizer",
            f"PSNR {codec['psnr_db']:.1f} dB, SSIM {codec['ssim']:.3f}, perceptual distance "
            f"{codec['perceptual_distance']:.3f} (two portraits {codec['perceptual_distance_of_others']:.3f}), "
            f"{codec['codes_used']} of {codec['codebook']} codes in use", "", None),
        Row("50 prompts by hand", f"{_percent(hand['prompts']['agreement'])} of {hand['prompts']['mentions']} things, "
            f"{_percent(hand['prompts']['whole_prompts'])} of prompts in all they ask for", "", None),
        Row("100 questions by hand", f"{_percent(hand['questions']['right'])}: {_kinds(hand['questions']['kinds'])}; "
            f"of those answered yes or no {_percent(decided['right'])} (constant {_percent(decided['constant'])})",
            "", None),
    ]  # fmt: skip


def _kinds(kinds: Figures) -> str:
    return ", ".join(
        f"{name.replace('_', ' or ')} {round(one['right'] * one['count'])}/{one['count']}"
        for name, one in kinds.items()
    )


def _of(found: Figures) -> str:
    return f"{found['found']} of {found['pictures']}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
