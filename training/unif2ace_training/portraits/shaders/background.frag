#version 330
// A wall with a soft glow behind the head, or out-of-focus lights in front of it.
in vec2 xy;
layout(location = 0) out vec4 colour;
layout(location = 1) out float part_id;
uniform vec3 wall;
uniform float lights, seed;
float random(float x) { return fract(sin(x * 127.1 + seed) * 43758.5); }
void main() {
  vec3 c = mix(wall * 0.72, wall * 1.12, smoothstep(0.0, 1.0, xy.y * 0.5 + 0.5));
  c *= 1.0 + 0.2 * exp(-dot(xy - 0.1, xy - 0.1) * 1.3);
  if (lights > 0.5) for (int i = 0; i < 14; i++) {
    float k = float(i), size = 0.12 + 0.22 * random(k + 90.0);
    vec2 at = vec2(random(k), random(k + 50.0)) * 2.4 - 1.2;
    c = mix(c, c * 1.5 + 0.05, 0.45 * smoothstep(size, size * 0.75, length(xy - at)));
  }
  colour = vec4(pow(clamp(c, 0.0, 1.0), vec3(1.0 / 2.2)), 1);
  part_id = 0.0;
}
