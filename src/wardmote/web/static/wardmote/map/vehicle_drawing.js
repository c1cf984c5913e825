/** The programs that draw vehicles, trails and call signs (WebGL 2, instanced). */

import { LABEL_HEIGHT, LABEL_WIDTH, LabelAtlas } from "./label_atlas.js";
import { STRIDE, TRAIL_SLOTS, TRAIL_STRIDE } from "./tracks.js";

const FLOAT = 4;

const MOVING = `#version 300 es
precision highp float;
layout(location = 0) in vec2 a_corner;
layout(location = 1) in vec4 a_way;
layout(location = 2) in vec4 a_when;
layout(location = 3) in vec2 a_what;
uniform mat4 u_matrix;
uniform vec2 u_size;
uniform float u_now;
uniform float u_ratio;
vec2 drawn_at() {
  float lasts = a_when.y - a_when.x;
  float part = lasts > 0.0 ? clamp((u_now - a_when.x) / lasts, 0.0, 1.0) : 1.0;
  return mix(a_way.xy, a_way.zw, part);
}
float heading_now() {
  float lasts = a_when.y - a_when.x;
  float part = lasts > 0.0 ? clamp((u_now - a_when.x) / lasts, 0.0, 1.0) : 1.0;
  return mix(a_when.z, a_when.w, smoothstep(0.0, 0.5, part));
}
vec4 on_screen(vec2 place, vec2 pixels) {
  vec4 position = u_matrix * vec4(place, 0.0, 1.0);
  position.xy += pixels * u_ratio * 2.0 / u_size * position.w;
  return position;
}
`;

const VEHICLE_VERTEX = `${MOVING}
uniform float u_server_now;
uniform float u_stale_after;
uniform float u_radius;
uniform float u_bearing;
uniform int u_selected;
uniform vec3 u_palette[6];
out vec2 v_corner;
out vec3 v_colour;
out float v_stale;
out float v_selected;
void main() {
  if (a_what.y > 254.0) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
  v_selected = gl_InstanceID == u_selected ? 1.0 : 0.0;
  float radius = u_radius * (1.0 + 0.45 * v_selected);
  float angle = heading_now() - u_bearing;
  vec2 turned = vec2(a_corner.x * cos(angle) + a_corner.y * sin(angle),
                     a_corner.y * cos(angle) - a_corner.x * sin(angle));
  v_corner = a_corner;
  v_stale = u_server_now - a_what.x > u_stale_after ? 1.0 : 0.0;
  v_colour = v_stale > 0.5 ? u_palette[5] : u_palette[int(a_what.y)];
  gl_Position = on_screen(drawn_at(), turned * radius);
}`;

const VEHICLE_FRAGMENT = `#version 300 es
precision highp float;
in vec2 v_corner;
in vec3 v_colour;
in float v_stale;
in float v_selected;
uniform vec3 u_halo;
uniform vec3 u_ring;
out vec4 colour;
/* Distance to an arrowhead: two edges from the tip, a notch at the back. Negative is inside. */
float arrow(vec2 p) {
  p.x = abs(p.x);
  float side = dot(p - vec2(0.0, 0.72), normalize(vec2(1.24, 0.52)));
  float notch = dot(p - vec2(0.0, -0.22), normalize(vec2(-0.30, -0.52)));
  return max(side, notch);
}
void main() {
  float distance = arrow(v_corner);
  float soft = fwidth(distance);
  float body = 1.0 - smoothstep(-soft, soft, distance);
  float halo = 1.0 - smoothstep(0.16 - soft, 0.16 + soft, distance);
  float hollow = v_stale * (1.0 - smoothstep(-0.16 - soft, -0.16 + soft, distance));
  vec3 inside = mix(v_colour, u_halo, hollow);
  float r = length(v_corner);
  float ring = v_selected * (smoothstep(0.80 - soft, 0.80, r) - smoothstep(0.95, 0.95 + soft, r));
  float alpha = max(max(body, halo * 0.92), ring);
  if (alpha < 0.01) discard;
  vec3 shown = mix(mix(u_halo, inside, body), u_ring, ring);
  colour = vec4(shown * alpha, alpha);
}`;

const TRAIL_VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec2 a_corner;
layout(location = 1) in vec4 a_way;
layout(location = 2) in vec2 a_when;
uniform mat4 u_matrix;
uniform vec2 u_size;
uniform float u_now;
uniform float u_ratio;
uniform float u_width;
uniform float u_lasts;
out float v_age;
void main() {
  float age = u_now - a_when.x;
  if (a_when.y == 0.0 || age > u_lasts) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
  float span = a_when.y - a_when.x;
  float part = span > 0.0 ? clamp(age / span, 0.0, 1.0) : 1.0;
  vec4 from = u_matrix * vec4(a_way.xy, 0.0, 1.0);
  vec4 to = u_matrix * vec4(mix(a_way.xy, a_way.zw, part), 0.0, 1.0);
  vec2 way = (to.xy / to.w - from.xy / from.w) * u_size;
  float length_px = length(way);
  vec2 normal = length_px > 0.0 ? vec2(-way.y, way.x) / length_px : vec2(0.0);
  vec4 position = a_corner.y > 0.0 ? to : from;
  position.xy += normal * a_corner.x * u_width * u_ratio / u_size * position.w;
  v_age = clamp(age / u_lasts, 0.0, 1.0);
  gl_Position = position;
}`;

const TRAIL_FRAGMENT = `#version 300 es
precision highp float;
in float v_age;
uniform vec3 u_colour;
out vec4 colour;
void main() {
  float alpha = 0.55 * (1.0 - v_age);
  colour = vec4(u_colour * alpha, alpha);
}`;

const LABEL_VERTEX = `${MOVING}
layout(location = 4) in vec3 a_label;
uniform vec2 u_cell;
out vec2 v_at;
void main() {
  if (a_what.y > 254.0) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
  vec2 unit = a_corner * 0.5 + 0.5;
  v_at = a_label.xy + vec2(unit.x * a_label.z, 1.0 - unit.y) * u_cell;
  vec2 pixels = vec2((unit.x - 0.5) * ${LABEL_WIDTH}.0 * a_label.z, (unit.y - 0.5) * ${LABEL_HEIGHT}.0 - 19.0);
  gl_Position = on_screen(drawn_at(), pixels);
}`;

const LABEL_FRAGMENT = `#version 300 es
precision highp float;
in vec2 v_at;
uniform sampler2D u_atlas;
uniform vec3 u_text;
uniform vec3 u_halo;
out vec4 colour;
void main() {
  vec4 texel = texture(u_atlas, v_at);
  float alpha = max(texel.r, texel.g * 0.9);
  if (alpha < 0.02) discard;
  colour = vec4(mix(u_halo, u_text, texel.r) * alpha, alpha);
}`;

function compile(gl, vertex, fragment) {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
  const uniforms = {};
  const active = gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS);
  for (let index = 0; index < active; index += 1) {
    const name = gl.getActiveUniform(program, index).name.replace("[0]", "");
    uniforms[name] = gl.getUniformLocation(program, name);
  }
  return { program, uniforms };
}

/** Programs, buffers and how to bring tracks onto the card. */
export function buildPrograms(gl) {
  const corners = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, corners);
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
  const drawing = {
    vehicle: compile(gl, VEHICLE_VERTEX, VEHICLE_FRAGMENT),
    trail: compile(gl, TRAIL_VERTEX, TRAIL_FRAGMENT),
    label: compile(gl, LABEL_VERTEX, LABEL_FRAGMENT),
    corners,
    vehicles: gl.createBuffer(),
    trails: gl.createBuffer(),
    labels: gl.createBuffer(),
    atlas: new LabelAtlas(gl),
    upload: (tracks) => upload(gl, drawing, tracks),
    release() {
      for (const buffer of [corners, drawing.vehicles, drawing.trails, drawing.labels]) gl.deleteBuffer(buffer);
      for (const { program } of [drawing.vehicle, drawing.trail, drawing.label]) gl.deleteProgram(program);
      drawing.atlas.release();
    },
  };
  return drawing;
}

function upload(gl, drawing, tracks) {
  if (tracks.allDirty) {
    gl.bindBuffer(gl.ARRAY_BUFFER, drawing.vehicles);
    gl.bufferData(gl.ARRAY_BUFFER, tracks.data, gl.DYNAMIC_DRAW);
    gl.bindBuffer(gl.ARRAY_BUFFER, drawing.trails);
    gl.bufferData(gl.ARRAY_BUFFER, tracks.trail, gl.DYNAMIC_DRAW);
  } else if (tracks.dataDirty) {
    gl.bindBuffer(gl.ARRAY_BUFFER, drawing.vehicles);
    gl.bufferSubData(gl.ARRAY_BUFFER, 0, tracks.data, 0, tracks.count * STRIDE);
    gl.bindBuffer(gl.ARRAY_BUFFER, drawing.trails);
    for (const slot of tracks.dirtySlots ?? []) {
      const at = slot * tracks.capacity * TRAIL_STRIDE;
      gl.bufferSubData(gl.ARRAY_BUFFER, at * FLOAT, tracks.trail, at, tracks.count * TRAIL_STRIDE);
    }
  }
  tracks.allDirty = false;
  tracks.dataDirty = false;
  tracks.dirtySlots = [];
}

function attribute(gl, location, size, stride, offset, perInstance) {
  gl.enableVertexAttribArray(location);
  gl.vertexAttribPointer(location, size, gl.FLOAT, false, stride, offset);
  gl.vertexAttribDivisor(location, perInstance ? 1 : 0);
}

function begin(gl, { program, uniforms }, drawing, frame) {
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  gl.disable(gl.DEPTH_TEST);
  gl.disable(gl.STENCIL_TEST);
  gl.disable(gl.CULL_FACE);
  gl.bindBuffer(gl.ARRAY_BUFFER, drawing.corners);
  attribute(gl, 0, 2, 0, 0, false);
  gl.uniformMatrix4fv(uniforms.u_matrix, false, frame.matrix);
  gl.uniform2f(uniforms.u_size, frame.size[0], frame.size[1]);
  gl.uniform1f(uniforms.u_now, frame.nowS);
  gl.uniform1f(uniforms.u_ratio, frame.ratio);
}

function end(gl, locations) {
  for (const location of locations) {
    gl.vertexAttribDivisor(location, 0);
    gl.disableVertexAttribArray(location);
  }
}

function bindVehicles(gl, drawing) {
  gl.bindBuffer(gl.ARRAY_BUFFER, drawing.vehicles);
  attribute(gl, 1, 4, STRIDE * FLOAT, 0, true);
  attribute(gl, 2, 4, STRIDE * FLOAT, 4 * FLOAT, true);
  attribute(gl, 3, 2, STRIDE * FLOAT, 8 * FLOAT, true);
}

export function drawVehicles(gl, drawing, tracks, frame) {
  const { uniforms } = drawing.vehicle;
  begin(gl, drawing.vehicle, drawing, frame);
  bindVehicles(gl, drawing);
  const colours = frame.palette.states.flat().concat(frame.palette.stale);
  gl.uniform3fv(uniforms.u_palette, colours);
  gl.uniform3fv(uniforms.u_halo, frame.palette.halo);
  gl.uniform3fv(uniforms.u_ring, frame.palette.ring);
  gl.uniform1f(uniforms.u_server_now, frame.serverNowS);
  gl.uniform1f(uniforms.u_stale_after, frame.staleAfterS);
  gl.uniform1f(uniforms.u_bearing, frame.bearing);
  gl.uniform1f(uniforms.u_radius, Math.min(15, Math.max(5, 5 + (frame.zoom - 9) * 1.7)));
  gl.uniform1i(uniforms.u_selected, frame.selected);
  gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, tracks.count);
  end(gl, [0, 1, 2, 3]);
}

export function drawTrails(gl, drawing, tracks, frame) {
  const { uniforms } = drawing.trail;
  begin(gl, drawing.trail, drawing, frame);
  gl.uniform1f(uniforms.u_width, 2.5);
  gl.uniform1f(uniforms.u_lasts, 60);
  gl.uniform3fv(uniforms.u_colour, frame.palette.trail);
  gl.bindBuffer(gl.ARRAY_BUFFER, drawing.trails);
  for (let slot = 0; slot < TRAIL_SLOTS; slot += 1) {
    const at = slot * tracks.capacity * TRAIL_STRIDE * FLOAT;
    attribute(gl, 1, 4, TRAIL_STRIDE * FLOAT, at, true);
    attribute(gl, 2, 2, TRAIL_STRIDE * FLOAT, at + 4 * FLOAT, true);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, tracks.count);
  }
  end(gl, [0, 1, 2]);
}

export function drawLabels(gl, drawing, tracks, frame) {
  const { uniforms } = drawing.label;
  if (tracks.labelsDirty) {
    const cells = drawing.atlas.write(tracks.labels);
    gl.bindBuffer(gl.ARRAY_BUFFER, drawing.labels);
    gl.bufferData(gl.ARRAY_BUFFER, cells, gl.DYNAMIC_DRAW);
    tracks.labelsDirty = false;
  }
  begin(gl, drawing.label, drawing, frame);
  bindVehicles(gl, drawing);
  gl.bindBuffer(gl.ARRAY_BUFFER, drawing.labels);
  attribute(gl, 4, 3, 0, 0, true);
  gl.activeTexture(gl.TEXTURE0);
  gl.bindTexture(gl.TEXTURE_2D, drawing.atlas.texture);
  gl.uniform1i(uniforms.u_atlas, 0);
  gl.uniform2f(uniforms.u_cell, drawing.atlas.cell[0], drawing.atlas.cell[1]);
  gl.uniform3fv(uniforms.u_text, frame.palette.label);
  gl.uniform3fv(uniforms.u_halo, frame.palette.halo);
  gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, tracks.count);
  end(gl, [0, 1, 2, 3, 4]);
}
