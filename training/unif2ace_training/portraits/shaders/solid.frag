#version 330
in vec3 p, n, r;
in vec2 t;
in float open_, scalp_;
layout(location = 0) out vec4 colour;
//LIGHTING
uniform vec3 base;
uniform float shine, gloss, alpha, reflection, weave;

void main() {
  vec3 N = normalize(n), V = normalize(camera - p);
  if (dot(N, V) < 0.0) N = -N;
  float lit = shadow(p, N, 0.006);
  vec3 albedo = base;
  if (weave > 0.5 && weave < 1.5) {  // knitted ribs
    albedo *= 0.55 + 0.45 * smoothstep(-1.0, 0.6, sin(t.x * 6.2832)) + 0.15 * (noise(r * 40.0) - 0.5);
    N = normalize(N + 0.35 * cos(t.x * 6.2832) * normalize(cross(N, vec3(0, 1, 0))));
  }
  if (weave > 1.5) {  // cloth in six panels
    float seam = abs(fract(t.x / 13.3333) - 0.5);
    albedo *= (0.88 + 0.2 * noise(r * 70.0)) * (1.0 - 0.45 * smoothstep(0.03, 0.012, seam));
  }
  vec3 light = key_colour * max(dot(N, key_direction) * 0.85 + 0.15, 0.0) * mix(0.2, 1.0, lit) + fill_colour * max(dot(N, fill_direction) * 0.8 + 0.2, 0.0);
  vec3 c = albedo * (light + rim_colour * max(dot(N, rim_direction), 0.0) + ambient(N)) * open_;
  c += shine * key_colour * lit * pow(max(dot(N, normalize(key_direction + V)), 0.0), gloss);
  c += shine * fill_colour * pow(max(dot(N, normalize(fill_direction + V)), 0.0), gloss);
  vec3 R = reflect(-V, N);
  vec3 around = ambient(R) + key_colour * 0.5 * smoothstep(0.6, 0.9, dot(R, key_direction)) + fill_colour * 0.5 * smoothstep(0.5, 0.9, dot(R, fill_direction));
  c += reflection * around * (0.2 + 0.8 * pow(1.0 - max(dot(N, V), 0.0), 4.0));
  colour = vec4(tone_mapped(c), alpha);
  part_id = part;
}
