#version 330
in vec3 p, n, r;
in vec2 t;
in float open_, scalp_;
layout(location = 0) out vec4 colour;
//LIGHTING
uniform vec3 iris, gaze, centre;
uniform float pupil, radius;
const float IRIS = 0.47;  // radians

void main() {
  vec3 N = normalize(n), V = normalize(camera - p);
  float c = dot(N, gaze), angle = acos(clamp(c, -1.0, 1.0)), x = angle / IRIS;
  vec3 T = normalize(N - gaze * c);
  float around = atan(dot(T, normalize(cross(gaze, vec3(0, 1, 0)))), T.y);
  vec3 white = vec3(0.80, 0.76, 0.73) * (1.0 - 0.18 * smoothstep(0.6, 1.3, angle));
  float rays = noise(vec3(cos(around) * 6.0, sin(around) * 6.0, x * 1.5)) * 0.6 + noise(vec3(cos(around) * 14.0, sin(around) * 14.0, x * 2.0)) * 0.4;
  vec3 coloured = iris * (0.55 + 0.9 * rays) * mix(1.35, 0.85, x);
  coloured = mix(coloured, coloured * 0.3, smoothstep(0.78, 1.0, x));
  coloured = mix(coloured, vec3(0.012), smoothstep(pupil + 0.08, pupil - 0.04, x));
  vec3 albedo = mix(coloured, white, smoothstep(0.94, 1.06, x));
  // The lids darken the ball above, below and at the corners.
  vec3 offset = (p - centre) / radius;
  float lid = 1.0 - 0.55 * smoothstep(0.15, 0.62, offset.y) - 0.2 * smoothstep(-0.3, -0.7, offset.y);
  lid *= 1.0 - 0.45 * smoothstep(0.45, 0.9, abs(dot(offset, normalize(cross(vec3(0, 1, 0), gaze)))));
  float lit = mix(shadow(p, N, 0.006), 1.0, 0.35);
  vec3 light = key_colour * max(dot(N, key_direction) * 0.8 + 0.2, 0.0) * lit + fill_colour * max(dot(N, fill_direction) * 0.8 + 0.2, 0.0) + ambient(N) * 1.15;
  vec3 result = albedo * lid * light;
  for (int k = 0; k < 2; k++) {
    vec3 L = k == 0 ? key_direction : fill_direction, C = k == 0 ? key_colour : fill_colour, H = normalize(L + V);
    vec3 cornea = normalize(mix(N, gaze, 0.25 * smoothstep(1.2, 0.6, x)));
    result += C * (pow(max(dot(cornea, H), 0.0), 500.0) * 1.6 + 0.05 * pow(max(dot(N, H), 0.0), 40.0)) * (k == 0 ? mix(0.4, 1.0, lit) : 0.6);
  }
  colour = vec4(tone_mapped(result), 1);
  part_id = part;
}
