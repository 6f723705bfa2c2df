#version 330
// Skin, lips, painted brows, stubble, make-up and the clothes' neckline. `r` is the point on the rest head, so that
// what is painted moves with the expression. Lengths in decimetres.
in vec3 p, n, r;
in vec2 t;
in float open_, scalp_;
layout(location = 0) out vec4 colour;
//LIGHTING
uniform sampler2D masks;
uniform vec3 skin, lip_colour, lid_colour, hair_colour, brow_colour, cloth_colour, stripe_colour;
uniform float lipstick, eyeshadow, blush, freckles, oil, stubble, melanin, bags, wrinkles, seed, scalp_tint;
uniform float brow_thickness, brow_arch, neckline, neckline_depth, striped;
uniform float cloth_part, lips_part, brow_part, ear_part, mouth_part;

float spot(vec3 centre, float size) { vec3 d = (r - centre) / size; return exp(-dot(d, d)); }
float spots(float x, float y, float z, float size) { return max(spot(vec3(x, y, z), size), spot(vec3(-x, y, z), size)); }

float bumps(vec3 q) {
  float h = 0.5 * noise(q * 46.0) + 0.25 * noise(q * 95.0);
  float forehead = smoothstep(0.55, 0.2, abs(q.x)) * smoothstep(0.28, 0.05, abs(q.y - 7.75)) * smoothstep(1.0, 1.3, q.z);
  h += wrinkles * forehead * 1.2 * sin((q.y - 7.75) * 62.0 + 2.0 * sin(q.x * 5.0 + seed)) * smoothstep(0.3, 0.6, noise(q * 5.0 + seed));
  float crow = smoothstep(0.3, 0.02, distance(vec2(abs(q.x), q.y), vec2(0.62, 7.25)));
  return h + wrinkles * crow * 1.2 * sin((q.y - 7.25) * 60.0 + (abs(q.x) - 0.5) * 10.0);
}

// 0…1: how much of an eyebrow there is.
float eyebrow() {
  float along = (abs(r.x) - 0.12) / 0.46;
  float height = 7.487 + 0.045 * sin(clamp(along, 0.0, 1.0) * 2.5) * (0.4 + 1.3 * brow_arch) - 0.045 * max(along - 0.6, 0.0) * 2.5 * (0.6 + brow_arch);
  float thickness = brow_thickness * (1.15 - 0.7 * clamp(along, 0.0, 1.0));
  float off = (r.y - height) / thickness;
  float ends = smoothstep(-0.10, 0.10, along) * smoothstep(1.06, 0.75, along);
  float slant = mix(70.0, -50.0, clamp(along * 1.4, 0.0, 1.0));  // hairs rise at the nose and lie down at the temple
  float hairs = 0.35 + 0.9 * noise(vec3(abs(r.x) * 95.0 + r.y * slant, r.y * 22.0, 1.0));
  return clamp(exp(-off * off * 0.9) * ends * hairs, 0.0, 1.0) * smoothstep(0.8, 1.0, r.z);
}

float stubble_area(float lips) {
  float jaw = smoothstep(6.95, 6.75, r.y) * smoothstep(6.0, 6.25, r.y) * smoothstep(0.25, 0.55, r.z);
  float side = smoothstep(0.55, 0.72, abs(r.x)) * smoothstep(7.3, 6.9, r.y) * smoothstep(0.2, 0.5, r.z) * smoothstep(5.95, 6.2, r.y);
  return max(jaw, side) * (1.0 - lips) * (0.75 + 0.5 * noise(r * 60.0));
}

vec3 painted(vec4 mask, float lips, float brow) {
  vec3 c = skin * (1.0 + (layered_noise(r * 9.0 + seed) - 0.5) * 0.16);
  float red = 0.55 * spots(0.55, 6.98, 1.3, 0.28) + 0.5 * spot(vec3(0, 6.98, 1.75), 0.18) + 0.55 * mask.b + 0.25 * spots(0.0, 6.35, 1.5, 0.2);
  c *= mix(vec3(1), vec3(1.08, 0.86, 0.82), clamp(red * (0.55 + 0.45 * melanin), 0.0, 1.0));
  c = mix(c, c * vec3(1.12, 0.60, 0.62), blush * spots(0.58, 6.98, 1.2, 0.26));
  c *= 1.0 - 0.18 * spots(0.31, 7.28, 1.4, 0.2) * mix(0.6, 1.0, bags);
  c = mix(c, c * vec3(0.68, 0.55, 0.62), bags * 0.85 * spots(0.3, 7.09, 1.42, 0.12));
  c = mix(c, lid_colour, eyeshadow * clamp(mask.g + 0.55 * spots(0.33, 7.40, 1.4, 0.13), 0.0, 1.0));
  float cheeks = clamp(spots(0.42, 7.05, 1.4, 0.36) + spot(vec3(0, 7.1, 1.7), 0.3), 0.0, 1.0);
  c = mix(c, c * vec3(0.62, 0.44, 0.34), freckles * cheeks * smoothstep(0.6, 0.75, noise(r * 26.0 + seed)));
  c = mix(c, mix(c, hair_colour, 0.75) * vec3(0.85, 0.9, 1), clamp(stubble_area(lips) * stubble, 0.0, 0.8));
  c = mix(c, mix(skin * vec3(0.92, 0.60, 0.64), lip_colour, lipstick), lips * mix(0.8, 0.97, lipstick));
  c = mix(c, vec3(0.25, 0.05, 0.05), mask.a);
  c = mix(c, brow_colour, brow * 0.82);
  return mix(c, hair_colour * 0.7 + c * 0.06, scalp_tint * smoothstep(0.0, 1.0, scalp_ + 0.25 * (noise(r * 30.0) - 0.5)));
}

// GGX highlights of the three lights.
vec3 highlights(vec3 N, vec3 V, float roughness, float lit) {
  vec3 sum = vec3(0);
  for (int k = 0; k < 3; k++) {
    vec3 L = k == 0 ? key_direction : (k == 1 ? fill_direction : rim_direction);
    vec3 C = k == 0 ? key_colour * lit : (k == 1 ? fill_colour : rim_colour);
    vec3 H = normalize(L + V);
    float nh = max(dot(N, H), 0.0), nl = max(dot(N, L), 0.0), nv = max(dot(N, V), 0.05), vh = max(dot(V, H), 0.0);
    float a2 = pow(roughness, 4.0), k2 = (roughness + 1.0) * (roughness + 1.0) / 8.0;
    float D = a2 / (3.14 * pow(nh * nh * (a2 - 1.0) + 1.0, 2.0)), F = 0.028 + 0.972 * pow(1.0 - vh, 5.0);
    sum += C * D * F * nl * 0.785 / ((nl * (1.0 - k2) + k2) * (nv * (1.0 - k2) + k2));
  }
  return sum;
}

// Signed distance to the clothes' edge: negative is cloth.
float cloth_edge() {
  float beside = abs(r.x);
  float line = neckline - neckline_depth * max(0.0, 0.55 - beside) * step(0.3, r.z);
  float height = r.y - 0.30 * clamp(0.3 - r.z, 0.0, 1.0);
  return min(height - line, max(0.80 - beside, r.y - 6.2) * 0.8);
}

vec3 cloth(float edge, float openness, float lit) {
  vec3 c = striped > 0.5 ? mix(cloth_colour, stripe_colour, smoothstep(-0.1, 0.1, sin(r.y * 24.0))) : cloth_colour;
  c = mix(c, c * 0.72, smoothstep(-0.10, -0.085, edge));
  c *= 0.85 + noise(r * 90.0) * 0.12 + layered_noise(r * 4.0) * 0.25;
  vec3 N = normalize(n + 0.5 * (vec3(layered_noise(r * 2.6), layered_noise(r * 2.6 + 9.0), layered_noise(r * 2.6 + 5.0)) - 0.5));
  vec3 light = key_colour * max(dot(N, key_direction) * 0.85 + 0.15, 0.0) * mix(0.25, 1.0, lit);
  return c * (light + fill_colour * max(dot(N, fill_direction) * 0.8 + 0.2, 0.0) + rim_colour * max(dot(N, rim_direction), 0.0) + ambient(N) * openness);
}

void main() {
  vec4 mask = texture(masks, t);
  float lips = smoothstep(0.25, 0.75, mask.r), brow = eyebrow();
  float face = smoothstep(6.0, 6.3, r.y) * smoothstep(0.2, 0.6, r.z);
  vec3 V = normalize(camera - p);
  // Slope of the bumps from the neighbouring pixels (Mikkelsen 2010, "Bump mapping unparametrized surfaces on the GPU").
  vec3 N = normalize(n), across = dFdx(p), down = dFdy(p);
  float h = bumps(r) * (0.0012 + 0.0010 * wrinkles) * (1.0 - 0.5 * lips) * mix(0.4, 1.0, face);
  vec3 towards = cross(down, N), beside = cross(N, across);
  float area = dot(across, towards);
  vec3 slope = sign(area) * (dFdx(h) * towards + dFdy(h) * beside) / max(abs(area), 1e-9);
  N = normalize(N - slope / max(1.0, 2.0 * length(slope)));
  vec3 albedo = painted(mask, lips, brow);
  float openness = open_ * open_ * 0.35 + open_ * 0.65, lit = shadow(p, N, 0.008);
  // Light wraps further in red: a cheap stand-in for scattering under the skin.
  vec3 wrap = vec3(0.38, 0.20, 0.14);
  vec3 key = clamp((vec3(dot(N, key_direction)) + wrap) / (1.0 + wrap), 0.0, 1.0);
  vec3 fill = clamp((vec3(dot(N, fill_direction)) + wrap) / (1.0 + wrap), 0.0, 1.0);
  vec3 rim = clamp((vec3(dot(N, rim_direction)) + wrap) / (1.0 + wrap), 0.0, 1.0);
  vec3 c = albedo * key_colour * key * (key * 0.35 + 0.65) * pow(vec3(lit), vec3(0.72, 1, 1.08)) * mix(0.75, 1.0, openness);
  c += albedo * (fill_colour * fill + rim_colour * rim * rim) * openness + albedo * ambient(N) * pow(vec3(openness), vec3(0.8, 1.1, 1.15));
  float roughness = mix(mix(0.48, 0.34, oil), 0.30 - 0.1 * lipstick, lips);
  vec3 shine = highlights(N, V, roughness, lit) + ambient(reflect(-V, N)) * (0.02 + 0.25 * pow(1.0 - max(dot(N, V), 0.0), 5.0)) * openness;
  c += shine * mix(0.55, 1.1, oil) * (1.0 + 0.6 * lips) * openness * (1.0 - 0.7 * brow);
  float edge = cloth_edge(), clothed = smoothstep(0.015, -0.015, edge);
  if (clothed > 0.0) c = mix(c, cloth(edge, openness, lit), clothed);
  colour = vec4(tone_mapped(c), 1);
  part_id = clothed > 0.5 ? cloth_part : (mask.a > 0.5 ? mouth_part : (lips > 0.5 ? lips_part : (brow > 0.45 ? brow_part : (mask.b > 0.5 ? ear_part : part))));
}
