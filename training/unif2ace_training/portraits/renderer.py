"""Draws scenes with OpenGL on EGL, without a window: a picture, and which part of the scene each pixel shows."""

# W pixels of a side, V vertices

from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Self

import moderngl
import numpy as np
from numpy.typing import NDArray

from unif2ace_training.portraits.geometry import Array, Mesh, normalised
from unif2ace_training.portraits.hair import Strands

PARTS = (
    "background", "skin", "ear", "lips", "brow", "clothes", "left eye", "right eye", "teeth", "tongue", "hair", "beard",
    "hat", "glasses", "sunglasses", "earrings", "necklace", "lash",
    "inside mouth",
)  # fmt: skip
_SHADOW_SIZE = 640
_SURFACE = (("position", 3), ("normal", 3), ("rest", 3), ("uv", 2), ("openness", 1), ("scalp", 1))
_STRAND = (("position", 3), ("tangent", 3), ("strand", 4))
_SHADERS = {
    "skin": ("surface.vert", "skin.frag"),
    "eye": ("surface.vert", "eye.frag"),
    "solid": ("surface.vert", "solid.frag"),
    "hair": ("hair.vert", "hair.frag"),
    "background": ("background.vert", "background.frag"),
    "surface shadow": ("shadow.vert", "nothing.frag"),
    "hair shadow": ("hair.vert", "nothing.frag"),
}
_EGL_MISSING = (
    "no OpenGL context through EGL; rendering needs the system libraries libEGL and a driver "
    "(Debian and Ubuntu: apt install libegl1 libgl1 libgl1-mesa-dri)"
)


class EglMissingError(RuntimeError):
    """This machine cannot render."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """Something to draw: interleaved vertices, triangles, and what its shader wants to know."""

    kind: str
    part: str
    vertices: NDArray[np.float32]
    indices: NDArray[np.int32]
    uniforms: dict[str, Any] = field(default_factory=dict)
    casts_shadow: bool = True
    is_clear: bool = False  # blended, drawn last, and not in the parts


@dataclass(frozen=True, kw_only=True, slots=True)
class Camera:
    """Degrees and decimetres, in the head's frame."""

    position: Array
    target: Array
    up: Array
    field_of_view: float

    def matrix(self) -> Array:
        """World to clip space."""
        return _perspective(self.field_of_view, 1, 60) @ _look_at(self.position, self.target, self.up)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """Uploaded items and how they are seen. `lighting` holds the uniforms of lighting.glsl."""

    items: list["Uploaded"]
    camera: Camera
    lighting: dict[str, Any]
    background: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Uploaded:
    """An item in the driver's memory; release it when no scene needs it."""

    item: Item
    drawn: moderngl.VertexArray
    shadow: moderngl.VertexArray
    buffers: tuple[moderngl.Buffer, moderngl.Buffer]

    def release(self) -> None:
        for thing in (self.drawn, self.shadow, *self.buffers):
            thing.release()


class Renderer:
    """One context and its programs. Use as a context manager."""

    def __init__(self, size: int, masks: NDArray[np.uint8]):
        """`masks` [M, M, 4] are the head's lips, eyelids, ears and inside of the mouth."""
        try:
            options: dict[str, Any] = {"standalone": True, "backend": "egl"}
            self._context = moderngl.create_context(**options)
        except Exception as error:  # moderngl raises bare Exception
            raise EglMissingError(_EGL_MISSING) from error
        context, self.size = self._context, size
        self._programs = {name: self._program(*sources) for name, sources in _SHADERS.items()}
        self._shadow_map = context.depth_texture((_SHADOW_SIZE, _SHADOW_SIZE))
        self._shadow_map.compare_func = "<="
        self._shadow_target = context.framebuffer(depth_attachment=self._shadow_map)
        colours, parts = context.renderbuffer((size, size), 4), context.renderbuffer((size, size), 1)
        self._target = context.framebuffer([colours, parts], context.depth_renderbuffer((size, size)))
        self._masks = context.texture((masks.shape[1], masks.shape[0]), 4, masks.tobytes())
        self._masks.build_mipmaps()
        corners = context.buffer(np.array([-1, -1, 1, -1, -1, 1, 1, 1], "f4").tobytes())
        self._wall = context.vertex_array(self._programs["background"], [(corners, "2f", "corner")])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._context.release()

    def upload(self, item: Item) -> Uploaded:
        """Hand an item to the driver."""
        layout = _STRAND if item.kind == "hair" else _SURFACE
        shadow_program = self._programs["hair shadow" if item.kind == "hair" else "surface shadow"]
        vertices = self._context.buffer(np.ascontiguousarray(item.vertices, "f4").tobytes())
        indices = self._context.buffer(np.ascontiguousarray(item.indices, "i4").tobytes())
        arrays = [
            self._context.vertex_array(program, [(vertices, *_used(program, layout))], indices)
            for program in (self._programs[item.kind], shadow_program)
        ]
        return Uploaded(item=item, drawn=arrays[0], shadow=arrays[1], buffers=(vertices, indices))

    def draw(self, scene: Scene) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """The picture [W, W, 3] and the index in PARTS of what each pixel shows [W, W]; row 0 is the top."""
        shadow_matrix = self._draw_shadows(scene)
        context, target = self._context, self._target
        target.use()
        target.clear()
        context.disable(moderngl.DEPTH_TEST | moderngl.CULL_FACE | moderngl.BLEND)
        _set(self._programs["background"], scene.background)
        self._wall.render(moderngl.TRIANGLE_STRIP)
        context.enable(moderngl.DEPTH_TEST)
        self._shadow_map.use(1)
        self._masks.use(0)
        shared = scene.lighting | {
            "view_projection": scene.camera.matrix(),
            "shadow_matrix": shadow_matrix,
            "camera": scene.camera.position,
            "camera_position": scene.camera.position,
            "shadow_map": 1,
            "masks": 0,
        }
        # Skin costs the most a pixel: drawn after what covers it, it is shaded only where it is seen.
        for uploaded in sorted(scene.items, key=lambda one: (one.item.is_clear, one.item.kind == "skin")):
            self._draw_item(uploaded, shared)
        colours = np.frombuffer(target.read(components=3, alignment=1), np.uint8).reshape(self.size, self.size, 3)
        parts = np.frombuffer(target.read(components=1, attachment=1, alignment=1), np.uint8)
        return colours[::-1], parts.reshape(self.size, self.size)[::-1]

    def _draw_item(self, uploaded: Uploaded, shared: dict[str, Any]) -> None:
        item, program = uploaded.item, self._programs[uploaded.item.kind]
        _set(program, shared | item.uniforms | {"part": 0.0 if item.is_clear else part_value(item.part)})
        if item.is_clear:
            self._context.enable(moderngl.BLEND)
            self._draw_to(colours_only=True)
            self._target.depth_mask = False
        uploaded.drawn.render()
        if item.is_clear:
            self._context.disable(moderngl.BLEND)
            self._draw_to(colours_only=False)
            self._target.depth_mask = True

    def _draw_to(self, *, colours_only: bool) -> None:
        """Clear glass must not change what the pixels behind it show."""
        masks: Any = ((True,) * 4, (not colours_only,) * 4)
        self._target.color_mask = masks

    def _draw_shadows(self, scene: Scene) -> Array:
        light = np.asarray(scene.lighting["key_direction"])
        matrix = _orthographic(2.9, 1, 20) @ _look_at(
            scene.camera.target + light * 10, scene.camera.target, np.array([0.0, 1, 0])
        )
        self._shadow_target.use()
        self._shadow_target.clear()
        self._context.enable(moderngl.DEPTH_TEST)
        for uploaded in scene.items:
            item = uploaded.item
            if not item.casts_shadow:
                continue
            program = self._programs["hair shadow" if item.kind == "hair" else "surface shadow"]
            ribbon = item.uniforms.get("ribbon_width", 0.0) * 1.3
            _set(program, {"view_projection": matrix, "camera_position": light * 100, "ribbon_width": ribbon})
            uploaded.shadow.render()
        return matrix

    def _program(self, vertex: str, fragment: str) -> moderngl.Program:
        folder = files("unif2ace_training.portraits") / "shaders"
        lighting = (folder / "lighting.glsl").read_text()
        sources = [(folder / name).read_text().replace("//LIGHTING", lighting) for name in (vertex, fragment)]
        return self._context.program(vertex_shader=sources[0], fragment_shader=sources[1])


def part_value(part: str) -> float:
    """What a shader writes for a part, in the 8-bit target's 0…1."""
    return PARTS.index(part) / 255


def surface_item(
    kind: str, part: str, mesh: Mesh, uniforms: dict[str, Any], *, rest: Array | None = None, uv: Array | None = None,
    openness: Array | None = None, scalp: Array | None = None, casts_shadow: bool = True, is_clear: bool = False,
) -> Item:  # fmt: skip
    """A mesh as an item; without `rest` its own points stand in."""
    vertices = np.zeros((len(mesh.vertices), 13), np.float32)
    vertices[:, 0:3], vertices[:, 3:6] = mesh.vertices, mesh.normals
    vertices[:, 6:9] = mesh.vertices if rest is None else rest
    if uv is not None:
        vertices[:, 9:11] = uv
    vertices[:, 11] = 1 if openness is None else openness
    if scalp is not None:
        vertices[:, 12] = scalp
    return Item(
        kind=kind, part=part, vertices=vertices, indices=mesh.triangles.astype(np.int32), uniforms=uniforms,
        casts_shadow=casts_shadow, is_clear=is_clear,
    )  # fmt: skip


def strands_item(part: str, strands: Strands, uniforms: dict[str, Any]) -> Item:
    """Strands as ribbons."""
    count, points = strands.points_NK3.shape[:2]
    vertices = np.zeros((count, points, 2, 10), np.float32)
    vertices[..., 0:3] = strands.points_NK3[:, :, None]
    vertices[..., 3:6] = normalised(np.gradient(strands.points_NK3, axis=1))[:, :, None]
    vertices[..., 6] = np.linspace(0, 1, points)[None, :, None]
    vertices[..., 7] = strands.shade_N[:, None, None]
    vertices[..., 8] = (0.75 + 0.5 * strands.shade_N)[:, None, None]
    vertices[..., 9] = strands.openness_NK[:, :, None]
    first = np.arange(points - 1) * 2
    quad = np.stack([first, first + 1, first + 2, first + 1, first + 3, first + 2], axis=1).ravel()
    indices = (np.arange(count)[:, None] * 2 * points + quad).ravel().astype(np.int32)
    return Item(
        kind="hair",
        part=part,
        vertices=vertices.reshape(-1, 10),
        indices=indices,
        uniforms=uniforms | {"ribbon_width": strands.width},
    )


def _used(program: moderngl.Program, layout: tuple[tuple[str, int], ...]) -> tuple[str, *tuple[str, ...]]:
    """moderngl's format of the layout, skipping what the compiler threw away, then the names that are left."""
    words = [f"{n}f" if name in program else f"{4 * n}x" for name, n in layout]
    return " ".join(words), *[name for name, _ in layout if name in program]


def _set(program: moderngl.Program, uniforms: dict[str, Any]) -> None:
    for name, value in uniforms.items():
        member = program.get(name, None)
        if not isinstance(member, moderngl.Uniform):
            continue
        if isinstance(value, np.ndarray) and value.shape == (4, 4):
            member.write(value.T.astype("f4").tobytes())
        elif isinstance(value, int):
            member.value = value
        elif np.ndim(value) > 0:
            member.value = tuple(float(x) for x in value)
        else:
            member.value = float(value)


def _look_at(position: Array, target: Array, up: Array) -> Array:
    forward = normalised(np.asarray(target) - position)
    side = normalised(np.cross(forward, up))
    matrix = np.eye(4)
    matrix[0, :3], matrix[1, :3], matrix[2, :3] = side, np.cross(side, forward), -forward
    matrix[:3, 3] = -matrix[:3, :3] @ position
    return matrix


def _perspective(field_of_view: float, near: float, far: float) -> Array:
    scale = 1 / np.tan(np.radians(field_of_view) / 2)
    matrix = np.diag([scale, scale, (far + near) / (near - far), 0.0])
    matrix[2, 3], matrix[3, 2] = 2 * far * near / (near - far), -1
    return matrix


def _orthographic(half_width: float, near: float, far: float) -> Array:
    matrix = np.diag([1 / half_width, 1 / half_width, -2 / (far - near), 1.0])
    matrix[2, 3] = -(far + near) / (far - near)
    return matrix
