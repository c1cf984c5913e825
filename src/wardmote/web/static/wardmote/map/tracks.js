/**
 * Where each vehicle comes from and goes to, in typed arrays ready for the graphics card.
 *
 * Coordinates are web-mercator fractions relative to `origin`, so that 32-bit floats hold a
 * centimetre anywhere in a city. Times are seconds since `baseS` (this page) and `fixBaseS` (UTC).
 */

/** Floats of one vehicle: from x, y; to x, y; from, to (s); heading from, to (rad); fix (s); state. */
export const STRIDE = 10;
const [FX, FY, TX, TY, T0, T1, H0, H1, FIX, STATE] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** A trail is the last `TRAIL_SLOTS` updates. Floats of a stretch: x0, y0, x1, y1, t0, t1. */
export const TRAIL_SLOTS = 24;
export const TRAIL_STRIDE = 6;

const FIRST_CAPACITY = 256;
/** A vehicle moves for as long as its last two fixes lay apart, within these limits. */
const SHORTEST_MOVE_S = 0.25;
const LONGEST_MOVE_S = 12;
/** Less movement than this (about 2 m) says nothing about the heading. */
const STANDSTILL = 5e-8;
const TAU = 2 * Math.PI;

export function mercatorX(lon) {
  return (lon + 180) / 360;
}

export function mercatorY(lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

export class VehicleTracks {
  constructor({ origin, reducedMotion = false, baseS = performance.now() / 1000, fixBaseS = Date.now() / 1000 }) {
    this.originX = mercatorX(origin[0]);
    this.originY = mercatorY(origin[1]);
    this.reducedMotion = reducedMotion;
    this.baseS = baseS;
    this.fixBaseS = fixBaseS;
    this.reset();
  }

  reset() {
    this.indexes = new Map();
    this.ids = [];
    this.labels = [];
    this.count = 0;
    this.slot = 0;
    this.movingUntilS = 0;
    this.allocate(FIRST_CAPACITY);
    this.markAllDirty();
  }

  allocate(capacity) {
    const old = this.count ? this.data : null;
    const oldTrail = this.count ? this.trail : null;
    const oldCapacity = this.capacity;
    this.capacity = capacity;
    this.data = new Float32Array(capacity * STRIDE);
    this.trail = new Float32Array(capacity * TRAIL_STRIDE * TRAIL_SLOTS);
    if (!old) return;
    this.data.set(old);
    for (let slot = 0; slot < TRAIL_SLOTS; slot += 1) {
      const from = slot * oldCapacity * TRAIL_STRIDE;
      const stretch = oldTrail.subarray(from, from + this.count * TRAIL_STRIDE);
      this.trail.set(stretch, slot * capacity * TRAIL_STRIDE);
    }
  }

  /** Everything must go to the card again: new buffers, new sizes or a lost context. */
  markAllDirty() {
    this.allDirty = true;
    this.dataDirty = true;
    this.labelsDirty = true;
  }

  indexOf(id) {
    return this.indexes.get(id) ?? -1;
  }

  put(id, label, stateCode, { lon, lat, heading, fix_s: fixS }) {
    let index = this.indexOf(id);
    if (index < 0) {
      if (this.count === this.capacity) {
        this.allocate(this.capacity * 2);
        this.markAllDirty();
      }
      index = this.count;
      this.count += 1;
      this.indexes.set(id, index);
      this.ids.push(id);
      this.labels.push(label);
      this.labelsDirty = true;
      this.data[index * STRIDE + STATE] = 255;
    } else if (this.labels[index] !== label) {
      this.labels[index] = label;
      this.labelsDirty = true;
    }
    const at = index * STRIDE;
    const appears = this.data[at + STATE] === 255 && stateCode !== 255;
    this.data[at + STATE] = stateCode;
    if (appears) this.place(at, lon, lat, heading, fixS);
    this.dataDirty = true;
  }

  place(at, lon, lat, heading, fixS) {
    const { data } = this;
    data[at + FX] = data[at + TX] = mercatorX(lon) - this.originX;
    data[at + FY] = data[at + TY] = mercatorY(lat) - this.originY;
    data[at + T0] = data[at + T1] = 0;
    data[at + H0] = data[at + H1] = ((heading ?? 0) * Math.PI) / 180;
    data[at + FIX] = (fixS ?? 0) - this.fixBaseS;
  }

  /** Write the fixes of a positions message, arrived at `nowS` on this page's clock. */
  move({ units, lon, lat, heading, fix_s: fixS }, nowS) {
    const { data, trail, capacity, originX, originY, fixBaseS } = this;
    const now = nowS - this.baseS;
    const slotAt = this.slot * capacity * TRAIL_STRIDE;
    trail.fill(0, slotAt, slotAt + this.count * TRAIL_STRIDE);
    let longest = 0;
    for (let row = 0; row < units.length; row += 1) {
      const index = this.indexes.get(units[row]);
      if (index === undefined) continue;
      const at = index * STRIDE;
      const fix = fixS[row] - fixBaseS;
      const gap = fix - data[at + FIX];
      if (gap < 0) continue;
      const part = fraction(now, data[at + T0], data[at + T1]);
      const x = data[at + FX] + (data[at + TX] - data[at + FX]) * part;
      const y = data[at + FY] + (data[at + TY] - data[at + FY]) * part;
      const toX = mercatorX(lon[row]) - originX;
      const toY = mercatorY(lat[row]) - originY;
      const lasts = this.reducedMotion ? 0 : Math.min(LONGEST_MOVE_S, Math.max(SHORTEST_MOVE_S, gap));
      const direction = data[at + H0] + (data[at + H1] - data[at + H0]) * part;
      const far = Math.abs(toX - x) + Math.abs(toY - y) > STANDSTILL;
      const aim = heading[row] === null || heading[row] === undefined
        ? far ? Math.atan2(toX - x, y - toY) : direction
        : (heading[row] * Math.PI) / 180;
      data[at + FX] = x;
      data[at + FY] = y;
      data[at + TX] = toX;
      data[at + TY] = toY;
      data[at + T0] = now;
      data[at + T1] = now + lasts;
      data[at + H0] = direction;
      data[at + H1] = direction + shortestTurn(aim - direction);
      data[at + FIX] = fix;
      if (lasts > longest) longest = lasts;
      const stretch = slotAt + index * TRAIL_STRIDE;
      trail[stretch] = x;
      trail[stretch + 1] = y;
      trail[stretch + 2] = toX;
      trail[stretch + 3] = toY;
      trail[stretch + 4] = now;
      trail[stretch + 5] = now + lasts;
    }
    this.dirtySlots = this.dirtySlots ?? [];
    this.dirtySlots.push(this.slot);
    this.slot = (this.slot + 1) % TRAIL_SLOTS;
    this.dataDirty = true;
    this.movingUntilS = Math.max(this.movingUntilS, nowS + longest);
  }

  placeOf(id, nowS) {
    const index = this.indexOf(id);
    if (index < 0 || this.data[index * STRIDE + STATE] === 255) return null;
    const [x, y] = this.at(index, nowS - this.baseS);
    return [x * 360 - 180, (Math.atan(Math.exp(Math.PI * (1 - 2 * y))) * 360) / Math.PI - 90];
  }

  at(index, now) {
    const { data } = this;
    const at = index * STRIDE;
    const part = fraction(now, data[at + T0], data[at + T1]);
    return [
      this.originX + data[at + FX] + (data[at + TX] - data[at + FX]) * part,
      this.originY + data[at + FY] + (data[at + TY] - data[at + FY]) * part,
    ];
  }

  nearest(lon, lat, edgeLon, nowS) {
    const x = mercatorX(lon);
    const y = mercatorY(lat);
    let best = Math.abs(mercatorX(edgeLon) - x) ** 2;
    let found = null;
    for (let index = 0; index < this.count; index += 1) {
      if (this.data[index * STRIDE + STATE] === 255) continue;
      const [vx, vy] = this.at(index, nowS - this.baseS);
      const distance = (vx - x) ** 2 + (vy - y) ** 2;
      if (distance <= best) {
        best = distance;
        found = this.ids[index];
      }
    }
    return found;
  }

  /** The map's matrix moved to the origin in 64 bits, then rounded: no trembling at zoom 20. */
  matrixAtOrigin(matrix, map) {
    const world = 512 * 2 ** map.getZoom();
    const moved = new Float32Array(16);
    for (let row = 0; row < 4; row += 1) {
      const [x, y, z, w] = [matrix[row], matrix[4 + row], matrix[8 + row], matrix[12 + row]];
      moved[row] = x * world;
      moved[4 + row] = y * world;
      moved[8 + row] = z;
      moved[12 + row] = x * world * this.originX + y * world * this.originY + w;
    }
    return moved;
  }
}

function fraction(now, from, to) {
  if (to <= from) return 1;
  const part = (now - from) / (to - from);
  return part < 0 ? 0 : part > 1 ? 1 : part;
}

function shortestTurn(angle) {
  const turn = angle - TAU * Math.floor((angle + Math.PI) / TAU);
  return turn;
}
