"""What a report is about, as a model card says it: the folder's sizes, and how it was measured."""

from collections.abc import Mapping
from typing import Any

Figures = Mapping[str, Any]


def subject(report: Figures) -> str:
    """What was measured, in one sentence."""
    model, pictures, sampling = report["model"], report["pictures"], report["sampling"]
    return (
        f"`{model['name']}`, {model['precision']}, of {model['provenance']['run']} "
        f"(commit `{model['provenance']['commit'][:12]}`), drawn in {sampling['steps']} steps with guidance "
        f"{sampling['guidance_scale']:g} by the folder's own graphs; {pictures['held_out']} renders of persons that no "
        f"training saw, a judge trained on {pictures['train']} other renders.\n"
    )


def folder_table(report: Figures) -> str:
    """Sizes as the folder's manifest states them."""
    model = report["model"]
    sizes, parameters, provenance = model["sizes"], model["parameters"], model["provenance"]
    grid = " × ".join(map(str, sizes["image_grid"]))
    rows = {
        "architecture": f"UniF²ace (arXiv 2503.08120): {sizes['layers']} layers of width {sizes['width']}, two groups "
        f"of {sizes['routed_experts']} routed experts, {sizes['sequence_experts']} sequence-level experts a group, "
        f"{sizes['image_size']} px, {grid} codes of a codebook of {sizes['codebook']}; "
        f"{parameters['total'] / 1e6:.1f} M parameters, encoders and codec apart",
        "precision": f"{model['precision']}; {model['bytes'] / 1e6:.1f} MB with encoders and codec",
        "run": f"{provenance['run']}, of {provenance['data']}, exported {provenance['created'][:10]}",
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {text} |" for name, text in rows.items())]) + "\n"
