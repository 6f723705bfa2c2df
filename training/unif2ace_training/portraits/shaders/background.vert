#version 330
in vec2 corner;
out vec2 xy;
void main() { xy = corner; gl_Position = vec4(corner, 0.9999, 1); }
