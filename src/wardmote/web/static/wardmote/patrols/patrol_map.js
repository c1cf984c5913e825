/** Places, ways, check-points and walked lines of patrols on the city's map. */

import { token } from "../base/theme.js";
import { nameOf } from "../base/wording.js";
import { openMap } from "../studies/plans_map.js";

const FONT = ["Noto Sans CJK SC Bold", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"];
const EMPTY = { type: "FeatureCollection", features: [] };
const SOURCES = ["patrol-place", "patrol-plan", "patrol-walked", "patrol-points"];

const collection = (features) => ({ type: "FeatureCollection", features });
const feature = (type, coordinates, properties = {}) => ({ type: "Feature", properties, geometry: { type, coordinates } });

/** A place's rings or lines as features; `colour` is a theme token. */
export function placeFeatures({ kind, paths }, colour = "--accent") {
  return paths.map((path) => (kind === "area"
    ? feature("Polygon", [[...path, path[0]]], { colour: token(colour) })
    : feature("LineString", path, { colour: token(colour) })));
}

export const wayFeatures = (way) => way.map((path) => feature("LineString", path));

export const pointFeatures = (points, reached = new Set()) =>
  points.map((point) => feature("Point", [point.lon, point.lat], { label: `${point.number} ${nameOf(point.name)}`.trim(), reached: reached.has(point.number) }));

export class PatrolMap {
  static async open(name) {
    const plans = await openMap("order-map", "map-status", name);
    return new PatrolMap(plans.cityMap);
  }

  constructor(cityMap) {
    this.cityMap = cityMap;
    this.map = cityMap.map;
    this.data = {};
    cityMap.addEventListener("ready", () => this.dress());
    if (cityMap.ready) this.dress();
  }

  show(source, features) {
    this.data[source] = collection(features);
    this.map.getSource(source)?.setData(this.data[source]);
  }

  /** Bring everything into view. */
  frame() {
    const all = Object.values(this.data).flatMap(({ features }) => features.flatMap(({ geometry }) => geometry.coordinates.flat(Infinity)));
    const places = [];
    for (let row = 0; row + 1 < all.length; row += 2) places.push([all[row], all[row + 1]]);
    if (places.length) this.cityMap.showAll(places);
  }

  dress() {
    const { map } = this;
    for (const source of SOURCES) if (!map.getSource(source)) map.addSource(source, { type: "geojson", data: this.data[source] ?? EMPTY });
    if (map.getLayer("patrol-plan-line")) return;
    map.addLayer({ id: "patrol-place-fill", type: "fill", source: "patrol-place", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.18 } });
    map.addLayer({ id: "patrol-place-line", type: "line", source: "patrol-place", paint: { "line-color": ["get", "colour"], "line-width": 5, "line-opacity": 0.5 } });
    map.addLayer({ id: "patrol-plan-line", type: "line", source: "patrol-plan", paint: { "line-color": token("--accent"), "line-width": 3, "line-dasharray": [2, 1.5] } });
    map.addLayer({ id: "patrol-walked-line", type: "line", source: "patrol-walked", paint: { "line-color": token("--ok"), "line-width": 4 } });
    map.addLayer({ id: "patrol-points-dot", type: "circle", source: "patrol-points", paint: { "circle-radius": 7, "circle-color": ["case", ["get", "reached"], token("--ok"), token("--panel")], "circle-stroke-color": token("--text"), "circle-stroke-width": 2 } });
    map.addLayer({ id: "patrol-points-name", type: "symbol", source: "patrol-points", layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 12, "text-offset": [0, 1.2], "text-anchor": "top", "text-optional": true }, paint: { "text-color": token("--text"), "text-halo-color": token("--panel"), "text-halo-width": 1.6 } });
  }
}
