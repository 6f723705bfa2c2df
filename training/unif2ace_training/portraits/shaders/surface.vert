#version 330
in vec3 position, normal, rest;
in vec2 uv;
in float openness, scalp;
uniform mat4 view_projection;
out vec3 p, n, r;
out vec2 t;
out float open_, scalp_;
void main() {
  p = position; n = normal; r = rest; t = uv; open_ = openness; scalp_ = scalp;
  gl_Position = view_projection * vec4(position, 1);
}
