/** The map of divisions: shapes to open, corners to draw, findings to go to. The forms work without it. */

import { byId, setText } from "../base/dom.js";
import { token } from "../base/theme.js";
import { get } from "../live/http.js";
import { openMap } from "../studies/plans_map.js";

const DIGITS = 7;
const NEAR_PX = 12;
const SOURCE = "division-shapes";
const DRAWN = "division-drawn";
const CORNERS = "division-corners";
const FOUND = "division-findings";
const FONT = ["Noto Sans CJK SC Bold", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"];
const EMPTY = { type: "FeatureCollection", features: [] };

/** Rings of `[lon, lat]` in a text field: a line each, an empty line between two rings. */
function ringsIn(text) {
  const rings = [[]];
  for (const line of text.trim().split("\n")) {
    const parts = line.replace("，", ",").split(",").map(Number);
    if (!line.trim()) rings.push([]);
    else if (parts.length === 2 && parts.every(Number.isFinite)) rings.at(-1).push(parts);
  }
  return rings.filter((ring) => ring.length);
}

function textOf(rings) {
  return rings.map((ring) => ring.map(([lon, lat]) => `${lon.toFixed(DIGITS)}, ${lat.toFixed(DIGITS)}`).join("\n")).join("\n\n");
}

class DivisionMap {
  constructor(cityMap, container) {
    this.cityMap = cityMap;
    this.map = cityMap.map;
    this.status = byId("map-status");
    this.placeUrl = container.dataset.place;
    this.data = { [SOURCE]: EMPTY, [FOUND]: EMPTY };
    this.field = null;
    this.dragged = null;
    cityMap.addEventListener("ready", () => this.dress());
    if (cityMap.ready) this.dress();
    cityMap.addEventListener("place", ({ detail }) => this.clicked(detail));
    this.choose();
    for (const radio of document.querySelectorAll("input[name=draw]")) radio.addEventListener("change", () => this.choose());
    for (const field of document.querySelectorAll("textarea[data-draw]")) field.addEventListener("input", () => this.drawAgain());
    for (const button of document.querySelectorAll(".undo-corner")) this.bind(button, (rings) => { rings.at(-1)?.pop(); return rings; });
    for (const button of document.querySelectorAll(".clear-corners")) this.bind(button, () => []);
    for (const button of document.querySelectorAll("button.go")) {
      button.addEventListener("click", () => cityMap.show([Number(button.dataset.lon), Number(button.dataset.lat)], { zoom: 16, always: true }));
    }
    this.watchDragging();
  }

  bind(button, change) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const field = byId(button.dataset.for);
      field.value = textOf(change(ringsIn(field.value)).filter((ring) => ring.length));
      this.drawAgain();
    });
  }

  /** Which text field clicks go to; none: they open places. */
  choose() {
    const id = document.querySelector("input[name=draw]:checked")?.value;
    this.field = id ? byId(id) : null;
    const details = this.field?.closest("details");
    if (details) details.open = true;
    this.drawAgain();
  }

  show(source, collection) {
    this.data[source] = collection;
    this.map.getSource(source)?.setData(collection);
  }

  dress() {
    const { map } = this;
    for (const source of [SOURCE, DRAWN, CORNERS, FOUND]) {
      if (!map.getSource(source)) map.addSource(source, { type: "geojson", data: this.data[source] ?? EMPTY });
    }
    const accent = token("--accent");
    map.addLayer({ id: "division-fill", type: "fill", source: SOURCE, filter: ["!", ["get", "own"]], paint: { "fill-color": accent, "fill-opacity": 0.12 } });
    map.addLayer({ id: "division-lines", type: "line", source: SOURCE, paint: { "line-color": ["case", ["get", "own"], token("--text"), accent], "line-width": ["case", ["get", "own"], 3, 1.4] } });
    map.addLayer({ id: "division-names", type: "symbol", source: SOURCE, filter: ["!", ["get", "own"]], layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 12, "text-optional": true }, paint: { "text-color": token("--text"), "text-halo-color": token("--panel"), "text-halo-width": 1.6 } });
    map.addLayer({ id: "finding-fill", type: "fill", source: FOUND, paint: { "fill-color": token("--bad"), "fill-opacity": 0.45 } });
    map.addLayer({ id: "finding-lines", type: "line", source: FOUND, paint: { "line-color": token("--bad"), "line-width": 2.5 } });
    map.addLayer({ id: "drawn-lines", type: "line", source: DRAWN, paint: { "line-color": token("--focus"), "line-width": 2.5, "line-dasharray": [2, 1.5] } });
    map.addLayer({ id: "drawn-corners", type: "circle", source: CORNERS, paint: { "circle-radius": ["step", ["zoom"], 2.5, 13, 5], "circle-color": token("--panel"), "circle-stroke-color": token("--focus"), "circle-stroke-width": ["step", ["zoom"], 1, 13, 2.5] } });
    this.drawAgain();
  }

  /** What the text field says, drawn. */
  drawAgain() {
    const rings = this.field ? ringsIn(this.field.value) : [];
    const closed = this.field?.dataset.draw === "polygon";
    const lines = rings.filter((ring) => ring.length > 1).map((ring) => ({
      type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: closed && ring.length > 2 ? [...ring, ring[0]] : ring },
    }));
    const corners = rings.flatMap((ring, part) => ring.map((place, index) => ({
      type: "Feature", properties: { part, index }, geometry: { type: "Point", coordinates: place },
    })));
    this.show(DRAWN, { type: "FeatureCollection", features: lines });
    this.show(CORNERS, { type: "FeatureCollection", features: corners });
  }

  clicked([lon, lat]) {
    if (this.field) {
      const rings = ringsIn(this.field.value);
      if (!rings.length) rings.push([]);
      rings.at(-1).push([lon, lat]);
      this.field.value = textOf(rings);
      this.drawAgain();
      setText(this.status, interpolate(gettext("Corner %s added."), [rings.at(-1).length]));
      return;
    }
    const hit = this.map.queryRenderedFeatures(this.map.project([lon, lat]), { layers: ["division-fill"] })[0];
    if (hit?.properties.code) location.assign(this.placeUrl.replace("CODE", hit.properties.code));
  }

  /** A corner can be pulled to another place. */
  watchDragging() {
    const { map } = this;
    map.on("mousedown", (event) => {
      if (!this.field || !map.getLayer("drawn-corners")) return;
      const near = [[event.point.x - NEAR_PX, event.point.y - NEAR_PX], [event.point.x + NEAR_PX, event.point.y + NEAR_PX]];
      const corner = map.queryRenderedFeatures(near, { layers: ["drawn-corners"] })[0];
      if (!corner) return;
      event.preventDefault(); // the map stays where it is
      this.dragged = corner.properties;
    });
    map.on("mousemove", (event) => {
      if (!this.dragged) return;
      const rings = ringsIn(this.field.value);
      rings[this.dragged.part][this.dragged.index] = [event.lngLat.lng, event.lngLat.lat];
      this.field.value = textOf(rings);
      this.drawAgain();
    });
    map.on("mouseup", () => { this.dragged = null; });
  }
}

function cornersOf(collection) {
  const [lons, lats] = [[], []];
  const walk = (coordinates) => {
    if (typeof coordinates[0] === "number") {
      lons.push(coordinates[0]);
      lats.push(coordinates[1]);
    } else coordinates.forEach(walk);
  };
  for (const { geometry } of collection.features) walk(geometry.coordinates);
  const least = (values) => values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (values) => values.reduce((a, b) => Math.max(a, b), -Infinity);
  return lons.length ? [[least(lons), least(lats)], [most(lons), most(lats)]] : [];
}

async function main() {
  const container = byId("division-map");
  const { cityMap } = await openMap("division-map", "map-status", gettext("Map of divisions"));
  const map = new DivisionMap(cityMap, container);
  const shapes = await get(container.dataset.shapes);
  const pieces = document.getElementById("pieces");
  if (pieces) {
    const cut = JSON.parse(pieces.textContent);
    map.show(SOURCE, { type: "FeatureCollection", features: [...shapes.features.filter(({ properties }) => properties.own), ...cut.features] });
  } else map.show(SOURCE, shapes);
  cityMap.showAll(cornersOf(shapes));
  if (container.dataset.findings) map.show(FOUND, await get(container.dataset.findings));
}

main();
