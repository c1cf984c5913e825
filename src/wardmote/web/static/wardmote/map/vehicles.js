/**
 * The moving vehicles, drawn by the graphics card.
 *
 * Each fix is written once, as *from here to there between these two moments*; the card does the
 * moving. An update of thousands of vehicles therefore costs the main thread a pass over typed
 * arrays and two buffer uploads; nothing is allocated and nothing is laid out.
 */

import { VehicleTracks } from "./tracks.js";
import { buildPrograms, drawLabels, drawTrails, drawVehicles } from "./vehicle_drawing.js";

/** Colour codes of unit states, as the shader's palette counts them. */
export const STATE_CODES = {
  available: 0, unavailable: 1, stacked: 0, proposed: 0, reserved: 2, assigned: 2,
  acknowledged: 2, en_route: 3, on_scene: 4, feedback: 4, off_duty: 255,
};

export class VehicleLayer {
  constructor({ id = "vehicles", origin, staleAfterS = 120, reducedMotion = false, palette }) {
    this.id = id;
    this.type = "custom";
    this.renderingMode = "2d";
    this.tracks = new VehicleTracks({ origin, reducedMotion });
    this.staleAfterS = staleAfterS;
    this.palette = palette;
    this.selected = -1;
    this.trails = true;
    this.map = null;
    this.gl = null;
    this.serverNow = () => 0;
  }

  onAdd(map, gl) {
    this.map = map;
    this.gl = gl;
    this.drawing = buildPrograms(gl);
    this.tracks.markAllDirty();
  }

  onRemove() {
    this.drawing?.release();
    this.drawing = null;
    this.map = null;
  }

  /** Colours as `[r, g, b]` in 0..1: one per state code, then stale, halo, label, selected. */
  setPalette(palette) {
    this.palette = palette;
    this.map?.triggerRepaint();
  }

  /** Make the layer show exactly `units` (the board's rows) in the states of `stateOf(unit)`. */
  setUnits(units, stateOf) {
    this.tracks.reset();
    for (const unit of units) this.setUnit(unit, stateOf(unit));
    this.map?.triggerRepaint();
  }

  /** Add a unit or change its label or state. Its place is taken only when it is new. */
  setUnit(unit, state) {
    const shown = unit.on_duty && unit.lon !== null;
    this.tracks.put(unit.id, unit.call_sign, shown ? STATE_CODES[state] ?? 0 : STATE_CODES.off_duty, unit);
    this.map?.triggerRepaint();
  }

  /** A positions message of the stream: arrays side by side. */
  move(message, nowMs = performance.now()) {
    this.tracks.move(message, nowMs / 1000);
    if (this.drawing) this.upload();
    this.map?.triggerRepaint();
  }

  select(unitId) {
    this.selected = unitId === null ? -1 : this.tracks.indexOf(unitId);
    this.map?.triggerRepaint();
  }

  /** Where a unit is drawn at this moment, `[lon, lat]`, or null. */
  placeOf(unitId, nowMs = performance.now()) {
    return this.tracks.placeOf(unitId, nowMs / 1000);
  }

  /** The unit drawn nearest to a pixel, within `radius` pixels; null when there is none. */
  unitAt(point, radius = 14, nowMs = performance.now()) {
    const { lng, lat } = this.map.unproject([point.x, point.y]);
    const edge = this.map.unproject([point.x + radius, point.y]);
    return this.tracks.nearest(lng, lat, edge.lng, nowMs / 1000);
  }

  upload() {
    this.drawing.upload(this.tracks);
  }

  render(gl, options) {
    if (!this.drawing || this.tracks.count === 0) return;
    const nowS = performance.now() / 1000;
    this.upload();
    const frame = {
      matrix: this.tracks.matrixAtOrigin(options.modelViewProjectionMatrix, this.map),
      nowS: nowS - this.tracks.baseS,
      serverNowS: this.serverNow() - this.tracks.fixBaseS,
      staleAfterS: this.staleAfterS,
      size: [gl.drawingBufferWidth, gl.drawingBufferHeight],
      ratio: this.map.getPixelRatio(),
      zoom: this.map.getZoom(),
      bearing: (this.map.getBearing() * Math.PI) / 180,
      palette: this.palette,
      selected: this.selected,
    };
    if (this.trails && frame.zoom >= 13) drawTrails(gl, this.drawing, this.tracks, frame);
    drawVehicles(gl, this.drawing, this.tracks, frame);
    if (frame.zoom >= 14) drawLabels(gl, this.drawing, this.tracks, frame);
    if (this.tracks.movingUntilS > nowS) this.map.triggerRepaint();
  }
}
