#version 330
// Kajiya and Kay's lobes around the strand's tangent, two of them shifted as in Scheuermann's hair shading.
in vec3 p, T;
in vec4 D;
layout(location = 0) out vec4 colour;
//LIGHTING
uniform vec3 root_colour, tip_colour;
uniform float shine;

float key_shadow(vec3 q, float radius) {
  vec3 at = (shadow_matrix * vec4(q, 1)).xyz * 0.5 + 0.5;
  return (texture(shadow_map, vec3(at.xy + vec2(radius, 0), at.z - 0.004)) + texture(shadow_map, vec3(at.xy + vec2(-0.7, 0.6) * radius, at.z - 0.004))) / 2.0;
}

void main() {
  vec3 V = normalize(camera - p), t = normalize(T);
  vec3 albedo = mix(root_colour, tip_colour, D.x * D.x) * (0.62 + 0.76 * D.y);
  vec3 N = normalize(V - t * dot(V, t));
  float lit = key_shadow(p + key_direction * 0.02, 0.005);
  vec3 first = normalize(t + N * 0.10 * (D.y - 0.9)), second = normalize(t + N * 0.14);
  vec3 c = vec3(0);
  for (int k = 0; k < 3; k++) {
    vec3 L = k == 0 ? key_direction : (k == 1 ? fill_direction : rim_direction);
    vec3 C = k == 0 ? key_colour * mix(0.06, 1.0, lit) : (k == 1 ? fill_colour : rim_colour);
    float tl = dot(t, L), wrapped = clamp(dot(N, L) * 0.6 + 0.4, 0.0, 1.0);
    vec3 H = normalize(L + V);
    float a = dot(first, H), b = dot(second, H);
    vec3 lobes = vec3(0.10) * pow(max(0.0, 1.0 - a * a), 60.0) + 0.55 * albedo * pow(max(0.0, 1.0 - b * b), 14.0);
    c += C * wrapped * (albedo * sqrt(max(0.0, 1.0 - tl * tl)) * 0.85 + shine * lobes);
  }
  c = (c + albedo * ambient(N) * 0.8) * mix(0.32, 1.0, D.w);
  colour = vec4(tone_mapped(c), 1);
  part_id = part;
}
