// Shared by all surfaces: three lights, a soft shadow of the key light, hemispheric ambient light, tone mapping.
uniform vec3 key_direction, key_colour, fill_direction, fill_colour, rim_direction, rim_colour;
uniform vec3 ambient_top, ambient_bottom, camera;
uniform mat4 shadow_matrix;
uniform sampler2DShadow shadow_map;
uniform float exposure;
uniform float part;
layout(location = 1) out float part_id;

// "Hash without Sine" by David Hoskins (MIT), and value noise over it.
float hash(vec3 p) {
  p = fract(p * vec3(0.1031, 0.1030, 0.0973));
  p += dot(p, p.yxz + 33.33);
  return fract((p.x + p.y) * p.z);
}

float noise(vec3 p) {
  vec3 i = floor(p), f = fract(p);
  f = f * f * (3.0 - 2.0 * f);
  vec4 low = vec4(hash(i), hash(i + vec3(1, 0, 0)), hash(i + vec3(0, 1, 0)), hash(i + vec3(1, 1, 0)));
  vec4 high = vec4(hash(i + vec3(0, 0, 1)), hash(i + vec3(1, 0, 1)), hash(i + vec3(0, 1, 1)), hash(i + vec3(1, 1, 1)));
  vec4 m = mix(low, high, f.z);
  return mix(mix(m.x, m.y, f.x), mix(m.z, m.w, f.x), f.y);
}

float layered_noise(vec3 p) { return 0.5 * noise(p) + 0.3 * noise(p * 2.1) + 0.2 * noise(p * 4.3); }

// Share of the key light that arrives, over a turned spiral of samples.
float shadow(vec3 p, vec3 normal, float radius) {
  vec3 at = (shadow_matrix * vec4(p + normal * 0.02, 1)).xyz * 0.5 + 0.5;
  float turn = hash(p * 371.0) * 6.28, sum = 0.0;
  mat2 turned = mat2(cos(turn), sin(turn), -sin(turn), cos(turn));
  for (int i = 0; i < 6; i++) {
    float k = float(i);
    vec2 offset = turned * vec2(cos(k * 2.4), sin(k * 2.4)) * sqrt((k + 0.5) / 6.0) * radius;
    sum += texture(shadow_map, vec3(at.xy + offset, at.z - 0.0025));
  }
  return sum / 6.0;
}

vec3 ambient(vec3 normal) { return mix(ambient_bottom, ambient_top, normal.y * 0.5 + 0.5); }

// Filmic curve fitted by Krzysztof Narkowicz to ACES, then display gamma.
vec3 tone_mapped(vec3 c) {
  c *= exposure;
  c = (c * (2.51 * c + 0.03)) / (c * (2.43 * c + 0.59) + 0.14);
  return pow(clamp(c, 0.0, 1.0), vec3(1.0 / 2.2));
}
