#version 330
// A strand is a ribbon that always faces the viewer; it tapers towards its tip. strand = (along, shade, width, openness)
in vec3 position, tangent;
in vec4 strand;
uniform mat4 view_projection;
uniform vec3 camera_position;
uniform float ribbon_width;
out vec3 p, T;
out vec4 D;
void main() {
  vec3 side = normalize(cross(tangent, normalize(camera_position - position)));
  float sign_ = (gl_VertexID & 1) == 0 ? -1.0 : 1.0;
  p = position + side * sign_ * ribbon_width * strand.z * mix(1.0, 0.25, smoothstep(0.6, 1.0, strand.x)) * mix(0.45, 1.0, smoothstep(0.0, 0.12, strand.x));
  T = tangent; D = strand;
  gl_Position = view_projection * vec4(p, 1);
}
