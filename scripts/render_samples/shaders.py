"""A material enters; the programs that run on the graphics side leave, as GLSL text.

Room axes throughout, metres, z up. Colours come in as square roots of linear light, because eight bits then suffice.
"""

from __future__ import annotations

_LIGHT = """
#version 330
uniform vec3 to_key;        // unit vector to the brighter lamps
uniform vec3 to_fill;
uniform vec4 strengths;     // of the sky, the floor's reflection, the key and the fill
uniform float exposure;
uniform vec3 eye;

vec3 lit(vec3 albedo, float gloss, vec3 normal, vec3 at, float key_share, float open_share) {
    float up = 0.5 + 0.5 * normal.z;
    float around = mix(strengths.y, strengths.x, up) * open_share;
    float key = max(dot(normal, to_key), 0.0) * strengths.z * key_share;
    float fill = (0.25 + 0.75 * max(dot(normal, to_fill), 0.0)) * strengths.w;
    vec3 halfway = normalize(to_key + normalize(eye - at));
    float spark = max(dot(normal, halfway), 0.0);
    spark *= spark; spark *= spark; spark *= spark;
    spark *= spark * spark;                       // to the 24th
    return albedo * (around + key + fill) + vec3(0.5 * gloss * strengths.z * key_share * spark);
}

vec4 developed(vec3 light) {                      // highlights roll off, as phones make them; square root for gamma
    vec3 bright = light * exposure;
    return vec4(sqrt(clamp(bright * (1.0 + 0.12 * bright) / (1.0 + 0.35 * bright), 0.0, 1.0)), 1.0);
}
"""

STATIC_VERTEX = """
#version 330
uniform mat4 to_clip;
uniform mat4 to_shadow;
in vec3 in_at;
in vec3 in_normal;
in vec4 in_paint;
out vec3 at;
out vec3 normal;
out vec4 paint;
out vec3 shadow_at;
void main() {
    at = in_at;
    normal = in_normal;
    paint = in_paint;
    shadow_at = (to_shadow * vec4(in_at, 1.0)).xyz * 0.5 + 0.5;
    gl_Position = to_clip * vec4(in_at, 1.0);
}
"""

# Each pattern has a program of its own: the software renderer works out both sides of every "if".
_PATTERN_TOOLS = """
float chance(vec2 cell) {
    vec3 p = fract(vec3(cell.xyx) * 0.1031 + seed * 0.017);
    p += dot(p, p.yzx + 33.33);
    return fract((p.x + p.y) * p.z);
}

float cloud(vec2 p) {
    vec2 cell = floor(p), part = fract(p);
    part = part * part * (3.0 - 2.0 * part);
    float low = mix(chance(cell), chance(cell + vec2(1.0, 0.0)), part.x);
    float high = mix(chance(cell + vec2(0.0, 1.0)), chance(cell + vec2(1.0, 1.0)), part.x);
    return mix(low, high, part.y);
}

float seam(vec2 p, vec2 size, float width) {   // 0 in the gap between tiles, 1 elsewhere; softened by distance
    vec2 part = abs(fract(p / size) - 0.5) * size;
    vec2 near = smoothstep(vec2(0.0), vec2(width) + fwidth(p), 0.5 * size - part);
    return near.x * near.y;
}
"""

_PATTERNS = {
    "plain": "vec3 pattern(vec3 albedo, vec2 p) { return albedo; }",
    "plaster": "vec3 pattern(vec3 albedo, vec2 p) { return albedo * (0.93 + 0.12 * cloud(p * 1.3)); }",
    # mats of 1 m with coloured specks
    "rubber": """
vec3 pattern(vec3 albedo, vec2 p) {
    float sharp = clamp(1.0 - 40.0 * max(fwidth(p.x), fwidth(p.y)), 0.0, 1.0);
    float speck = step(0.93, chance(floor(p * 160.0))) * sharp;
    vec3 specked = mix(albedo, vec3(0.18, 0.20, 0.24), 0.5 * speck + 0.035 * (1.0 - sharp));
    return specked * (0.85 + 0.3 * cloud(p * 2.0)) * mix(0.45, 1.0, seam(p, vec2(1.0), 0.010));
}""",
    # boards of 1.2 m, each of its own tone
    "planks": """
vec3 pattern(vec3 albedo, vec2 p) {
    float row = floor(p.y / 0.11);
    vec2 q = vec2(p.x + 1.7 * chance(vec2(row, 3.0)), p.y);
    float tone = 0.78 + 0.4 * chance(vec2(floor(q.x / 1.2), row));
    float sharp = clamp(1.0 - 60.0 * max(fwidth(p.x), fwidth(p.y)), 0.0, 1.0);
    float grain = 0.9 + 0.2 * cloud(vec2(p.x * 5.0, p.y * 90.0)) * sharp;
    return albedo * tone * grain * mix(0.5, 1.0, seam(q, vec2(1.2, 0.11), 0.004));
}""",
    # every second row shifted by half a brick
    "bricks": """
vec3 pattern(vec3 albedo, vec2 p) {
    float row = floor(p.y / 0.075);
    vec2 q = vec2(p.x + 0.12 * mod(row, 2.0), p.y);
    float tone = 0.8 + 0.4 * chance(vec2(floor(q.x / 0.24), row));
    return mix(albedo * 1.15, albedo * tone, seam(q, vec2(0.24, 0.075), 0.010));
}""",
    # of 60 cm, on floors and ceilings
    "tiles": """
vec3 pattern(vec3 albedo, vec2 p) {
    float tone = 0.94 + 0.12 * chance(floor(p / 0.6));
    return albedo * tone * mix(0.6, 1.0, seam(p, vec2(0.6), 0.006));
}""",
}

_LIT_MAIN = """
float open_to_key() {
    float sum = 0.0;
    for (int i = 0; i < 4; i++)
        sum += texture(shadow, shadow_at + vec3((vec2(i & 1, i >> 1) - 0.5) * 0.0035, -0.0015));
    return 0.25 * sum;
}

void main() {
    vec3 n = normalize(normal);
    vec2 p = abs(n.z) > 0.7 ? at.xy : vec2(dot(at, vec3(-n.y, n.x, 0.0)), at.z);
    colour = developed(lit(pattern(paint.rgb * paint.rgb, p), paint.a, n, at, open_to_key(), 1.0));
}
"""

_SHINING_MAIN = {
    "lamp": "void main() { colour = developed(3.2 * paint.rgb * paint.rgb); }",
    "window": """
void main() {                                     // the sky, paler towards the horizon
    vec3 sky = mix(paint.rgb * paint.rgb, vec3(0.55, 0.7, 0.9), smoothstep(0.6, 2.2, at.z));
    colour = developed(2.2 * sky);
}""",
}

MATERIALS = (*_PATTERNS, *_SHINING_MAIN)
"""What follows the slash in a solid's name, as in 'floor/rubber', picks its pattern; without one it is plain."""

_STATIC_INPUTS = """
uniform sampler2DShadow shadow;
uniform float seed;
in vec3 at;
in vec3 normal;
in vec4 paint;
in vec3 shadow_at;
out vec4 colour;
"""


def static_fragment(material: str) -> str:
    """The fragment program of what stands still and is made of a material."""
    if material in _SHINING_MAIN:
        return _LIGHT + _STATIC_INPUTS + _SHINING_MAIN[material]
    return _LIGHT + _STATIC_INPUTS + _PATTERN_TOOLS + _PATTERNS[material] + _LIT_MAIN


# What moves is so finely meshed that its light is worked out per vertex: the software renderer would do it per pixel
# several times over, for every small triangle that touches a block of pixels. The inside of cloth has light of its own.
MOVING_VERTEX = (
    _LIGHT
    + """
uniform sampler2DShadow shadow;
uniform mat4 to_clip;
uniform mat4 to_shadow;
in vec3 in_at;
in vec3 in_normal;
in vec4 in_paint;
out vec3 outside;
out vec3 inside;
void main() {
    vec3 n = normalize(in_normal + vec3(0.0, 0.0, 1e-9));
    vec3 shadow_at = (to_shadow * vec4(in_at + 0.008 * n, 1.0)).xyz * 0.5 + 0.5;
    float key = 0.0;
    for (int i = 0; i < 4; i++)
        key += 0.25 * textureLod(shadow, shadow_at + vec3((vec2(i & 1, i >> 1) - 0.5) * 0.004, -0.0015), 0.0);
    float open_share = mix(0.62, 1.0, smoothstep(0.0, 0.35, in_at.z + 0.25 * n.z));  // the floor hides half the sky
    vec3 albedo = in_paint.rgb * in_paint.rgb;
    outside = lit(albedo, in_paint.a, n, in_at, key, open_share);
    inside = lit(albedo, 0.0, -n, in_at, 0.0, 0.6 * open_share);
    gl_Position = to_clip * vec4(in_at, 1.0);
}
"""
)

MOVING_FRAGMENT = (
    _LIGHT
    + """
in vec3 outside;
in vec3 inside;
out vec4 colour;
void main() { colour = developed(gl_FrontFacing ? outside : inside); }
"""
)

DEPTH_VERTEX = """
#version 330
uniform mat4 to_clip;
in vec3 in_at;
void main() { gl_Position = to_clip * vec4(in_at, 1.0); }
"""

DEPTH_FRAGMENT = """
#version 330
void main() {}
"""

# A map of a piece of floor, seen from above: what its picture is to be multiplied by. Little light from the key in the
# shadow's core, softer the wider the rings of samples; less from the sky close to what stands on the floor.
FLOOR_MAP_VERTEX = """
#version 330
uniform mat4 to_shadow;     // from the piece of floor, -1 to 1, to the shadow map
in vec3 in_at;
out vec3 shadow_at;
void main() {
    shadow_at = (to_shadow * vec4(in_at, 1.0)).xyz * 0.5 + 0.5;
    gl_Position = vec4(in_at.xy, 0.0, 1.0);
}
"""

FLOOR_MAP_FRAGMENT = """
#version 330
uniform sampler2DShadow shadow;
uniform float key_share;
uniform float reach;        // half width of the shadow map in metres
in vec3 shadow_at;
out vec4 colour;
float ring(float radius, float turn) {
    float sum = 0.0;
    for (int i = 0; i < 8; i++) {
        float angle = 0.7854 * (float(i) + turn);
        sum += texture(shadow, shadow_at + vec3(vec2(cos(angle), sin(angle)) * radius * 0.5 / reach, -0.001));
    }
    return 0.125 * sum;
}
void main() {
    float near = ring(0.015, 0.0), middle = ring(0.04, 0.33), wide = ring(0.09, 0.67);
    float key = 0.35 * near + 0.4 * middle + 0.25 * wide;
    float sky = 1.0 - 0.2 * (1.0 - wide);
    colour = vec4(vec3(sqrt(sky - key_share * (1.0 - key))), 1.0);
}
"""

FLOOR_VERTEX = """
#version 330
uniform mat4 to_clip;
in vec3 in_at;
out vec2 where;
void main() {
    where = in_at.xy * 0.5 + 0.5;
    gl_Position = to_clip * vec4(in_at, 1.0);
}
"""

FLOOR_FRAGMENT = """
#version 330
uniform sampler2D shade;
in vec2 where;
out vec4 colour;
void main() { colour = texture(shade, where); }
"""
