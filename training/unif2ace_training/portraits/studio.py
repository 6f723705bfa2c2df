"""A renderer with the head loaded: person and view in, picture and visible truth out."""

# W pixels of a side

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unif2ace_training.portraits import accessories
from unif2ace_training.portraits.geometry import Array
from unif2ace_training.portraits.hair import grow_hair, skull_map
from unif2ace_training.portraits.head_data import load_head_data
from unif2ace_training.portraits.head_shape import Bust, Topology, expressed, identity_vertices, posed
from unif2ace_training.portraits.labels import Labels
from unif2ace_training.portraits.renderer import Camera, Renderer, Scene, Uploaded
from unif2ace_training.portraits.roots import RootPool
from unif2ace_training.portraits.sampler import Person, View
from unif2ace_training.portraits.scene import SceneBuilder, background_of, camera_of, hair_item, lighting_of, solid_item
from unif2ace_training.portraits.sky_openness import sky_openness
from unif2ace_training.portraits.visible_truth import label

_OVERSAMPLING = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Portrait:
    """A picture [W, W, 3] uint8 and what a viewer can see in it."""

    picture: NDArray[np.uint8]
    labels: Labels


class Studio:
    """Use as a context manager; one for each process. Hair is grown once a person and kept for the next view."""

    def __init__(self, head_folder: Path, cache: Path, size: int):
        head = load_head_data(head_folder, cache)
        self.size = size
        self._topology = Topology.of(head)
        self._pool = RootPool.of(self._topology)
        self._builder = SceneBuilder(self._topology, self._pool, sky_openness(self._topology, cache))
        self._renderer = Renderer(_drawn_size(size), head.masks)
        self._person: _Prepared | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._renderer.__exit__()

    def portrait(self, person: Person, view: View) -> Portrait:
        """Draw one picture."""
        prepared = self._prepare(person)
        vertices = expressed(self._topology, prepared.vertices_V3, view)
        bust = posed(self._topology, vertices, view.turn, view.nod, view.tilt)
        skull = skull_map(self._topology, prepared.neutral)
        hat = [solid_item(solid) for solid in accessories.hat(skull, view)]
        own = [self._renderer.upload(item) for item in self._builder.items(person, view, bust, hat)]
        hair = prepared.hair(self, under_hat=view.hat != "none")
        camera = camera_of(bust, view)
        scene = Scene(
            items=own + hair, camera=camera, lighting=lighting_of(bust, person, view), background=background_of(view)
        )
        colours, parts = self._renderer.draw(scene)
        for uploaded in own:
            uploaded.release()
        return Portrait(
            picture=_resized(colours, self.size),
            labels=label(person, view, parts, _projected_boxes(self._topology, bust, camera)),
        )

    def _prepare(self, person: Person) -> "_Prepared":
        if self._person is None or self._person.person != person:
            if self._person is not None:
                self._person.release()
            vertices = identity_vertices(self._topology, person)
            self._person = _Prepared(person, vertices, posed(self._topology, vertices))
        return self._person

    def grow(self, person: Person, neutral: Bust, *, under_hat: bool) -> list[Uploaded]:
        """The person's hair in the driver's memory: one item, or none."""
        strands = grow_hair(self._topology, self._pool, neutral, person, under_hat=under_hat)
        return [] if strands is None else [self._renderer.upload(hair_item("hair", strands, person))]


class _Prepared:
    """A person's neutral head, and the hair that was grown so far."""

    def __init__(self, person: Person, vertices_V3: Array, neutral: Bust):
        self.person, self.vertices_V3, self.neutral = person, vertices_V3, neutral
        self._hair: dict[bool, list[Uploaded]] = {}

    def hair(self, studio: Studio, *, under_hat: bool) -> list[Uploaded]:
        if under_hat not in self._hair:
            self._hair[under_hat] = studio.grow(self.person, self.neutral, under_hat=under_hat)
        return self._hair[under_hat]

    def release(self) -> None:
        for uploaded in self._hair.values():
            for item in uploaded:
                item.release()


def default_cache() -> Path:
    """Where parsed heads are kept: XDG_CACHE_HOME or ~/.cache."""
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "unif2ace-portraits"


def _drawn_size(size: int) -> int:
    return max(128, size * _OVERSAMPLING)


def _resized(colours: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(colours).resize((size, size), Image.Resampling.LANCZOS))


def _projected_boxes(topology: Topology, bust: Bust, camera: Camera) -> dict[str, Array]:
    """Corners of both eyes and of the lips on the picture: [n, 2], 0…1 from the top left."""
    eyes = np.concatenate(
        [
            eye.centre + np.array([[s * 1.25, t * 0.9, 0.8] for s in (-1, 1) for t in (-1, 1)]) * eye.radius
            for eye in bust.eyes
        ]
    )
    rest = topology.rest_S3
    mouth = bust.body_S3[(np.abs(rest[:, 0]) < 0.36) & (np.abs(rest[:, 1] - 6.62) < 0.14) & (rest[:, 2] > 1.2)]
    return {"eye_box": _projected(eyes, camera), "mouth_box": _projected(mouth, camera)}


def _projected(points: Array, camera: Camera) -> Array:
    clip = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ camera.matrix().T
    plane = clip[:, :2] / clip[:, 3:]
    return np.stack([plane[:, 0] * 0.5 + 0.5, 0.5 - plane[:, 1] * 0.5], axis=1)
