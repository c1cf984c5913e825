/** Plans side by side: maps that move together, each with a plan of its own, and the table that says the same. */

import { byId, h, makeOnlyTabStop, rovingFocus, setText } from "../base/dom.js";
import { token } from "../base/theme.js";
import { clockText, fill } from "../base/wording.js";
import { get } from "../live/http.js";
import { FIRST_LABEL_LAYER } from "../map/basemap.js";
import { openMap } from "./plans_map.js";

const AREAS = "study-areas";
const REACH = "study-reach";
const CHOSEN = "study-area-chosen";
const FONT = ["Noto Sans CJK SC Bold", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"];
// Viridis in five steps: told apart by people who see colours otherwise, and by lightness alone.
const CLASSES = [
  { below: 0.5, colour: "#440154" }, { below: 0.7, colour: "#3b528b" }, { below: 0.8, colour: "#21918c" },
  { below: 0.9, colour: "#5ec962" }, { below: Infinity, colour: "#fde725" },
];
const FEW = -1;
const REACH_OPACITY = [0.4, 0.24, 0.14, 0.08];
const EMPTY = { type: "FeatureCollection", features: [] };

const percent = (value) => `${(100 * value).toFixed(1)}%`;
const features = (list) => ({ type: "FeatureCollection", features: list });

function classOf(figures) {
  if (figures.share === null || figures.few) return FEW;
  return CLASSES.findIndex(({ below }) => figures.share[0] < below);
}

function geometryOf(area) {
  return area.boundary.length
    ? { type: "MultiPolygon", coordinates: area.boundary }
    : { type: "Point", coordinates: [area.lon, area.lat] };
}

/** One map with its choice of plan. */
class Pane {
  constructor(map, select, data, layer) {
    Object.assign(this, { map, select, data, layer });
    this.chosen = -1;
    this.withGrids = true;
    map.cityMap.addEventListener("ready", () => this.dress());
    if (map.cityMap.ready) this.dress();
  }

  get plan() {
    return this.data.plans[Number(this.select.value)];
  }

  get own() {
    return this.map.cityMap.map;
  }

  dress() {
    const { own } = this;
    for (const name of [AREAS, REACH, CHOSEN]) if (!own.getSource(name)) own.addSource(name, { type: "geojson", data: EMPTY });
    const colour = ["match", ["get", "class"], FEW, token("--line-strong"), ...CLASSES.flatMap((one, row) => [row, one.colour]), "rgba(0,0,0,0)"];
    const shown = ["case", ["==", ["get", "class"], FEW], 0.25, 0.72];
    const lines = { "line-join": "round" };
    const before = FIRST_LABEL_LAYER; // Names of towns stay readable.
    own.addLayer({ id: "study-area-fill", type: "fill", source: AREAS, filter: ["!=", ["geometry-type"], "Point"], paint: { "fill-color": colour, "fill-opacity": shown } }, before);
    own.addLayer({ id: "study-area-edge", type: "line", source: AREAS, filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": token("--panel"), "line-width": 0.8 } }, before);
    own.addLayer({ id: "study-area-point", type: "circle", source: AREAS, filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": colour, "circle-opacity": shown, "circle-radius": 7, "circle-stroke-color": token("--panel"), "circle-stroke-width": 1 } }, before);
    const band = (values) => ["match", ["get", "band"], ...values.flatMap((value, row) => [row, value]), values.at(-1)];
    own.addLayer({ id: "study-reach-fill", type: "fill", source: REACH, paint: { "fill-color": token("--accent"), "fill-opacity": band(REACH_OPACITY) } }, before);
    own.addLayer({ id: "study-reach-edge", type: "line", source: REACH, layout: lines, paint: { "line-color": token("--accent"), "line-width": band([2.4, 1.7, 1.1, 0.8]) } }, before);
    own.addLayer({
      id: "study-reach-names", type: "symbol", source: REACH,
      layout: { "symbol-placement": "line", "text-field": ["get", "label"], "text-font": FONT, "text-size": 12, "symbol-spacing": 400 },
      paint: { "text-color": token("--accent"), "text-halo-color": token("--panel"), "text-halo-width": 1.6 },
    });
    own.addLayer({
      id: "study-area-names", type: "symbol", source: AREAS, minzoom: 11,
      layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 12, "text-optional": true },
      paint: { "text-color": token("--text"), "text-halo-color": token("--panel"), "text-halo-width": 1.8 },
    });
    own.addLayer({ id: "study-area-chosen", type: "line", source: CHOSEN, filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": token("--focus"), "line-width": 4 } });
    own.addLayer({ id: "study-area-chosen-point", type: "circle", source: CHOSEN, filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": "rgba(0,0,0,0)", "circle-radius": 11, "circle-stroke-color": token("--focus"), "circle-stroke-width": 4 } });
    this.draw();
  }

  draw() {
    const { own, plan, layer } = this;
    const row = Number(this.select.value);
    this.map.show([{ ...plan, row }]);
    this.map.showGrids(features(this.withGrids ? plan.grids.map((boundary) => ({ type: "Feature", geometry: { type: "MultiPolygon", coordinates: boundary }, properties: { kind: "grid" } })) : []));
    own.getSource(AREAS)?.setData(features(layer !== "share" ? [] : this.data.areas.map((area, number) => ({
      type: "Feature", geometry: geometryOf(area),
      properties: { number, class: classOf(plan.areas[number]), label: plan.areas[number].few ? "" : `${Math.round(100 * plan.areas[number].share[0])}%` },
    }))));
    // The widest first, so that the shorter ones lie above.
    own.getSource(REACH)?.setData(features(layer !== "reach" ? [] : plan.reach.map(({ target_s, boundary }, band) => ({
      type: "Feature", geometry: { type: "MultiPolygon", coordinates: boundary }, properties: { band, label: clockText(target_s) },
    })).reverse()));
    this.mark(this.chosen);
  }

  mark(number) {
    this.chosen = number;
    const area = this.data.areas[number];
    this.own.getSource(CHOSEN)?.setData(features(area ? [{ type: "Feature", geometry: geometryOf(area), properties: {} }] : []));
  }

  areaAt(point) {
    const layers = ["study-area-fill", "study-area-point"].filter((layer) => this.own.getLayer(layer));
    const found = layers.length ? this.own.queryRenderedFeatures(point, { layers })[0] : undefined;
    return found ? found.properties.number : -1;
  }

  look(number) {
    const { lon, lat } = this.data.areas[number];
    if (!this.own.getBounds().contains([lon, lat])) this.own.jumpTo({ center: [lon, lat] });
  }
}

class AreaMaps {
  constructor(data, maps) {
    this.data = data;
    this.layer = byId("maps-layer");
    this.grids = byId("maps-grids");
    this.panes = maps.map((map, row) => new Pane(map, byId(`map-plan-${row}`), data, this.layer.value));
    this.rows = [...document.querySelectorAll("#area-rows [data-area]")];
    keepTogether(this.panes.map((pane) => pane.own));
    for (const pane of this.panes) {
      pane.select.addEventListener("change", () => this.changed());
      const told = (event) => this.choose(pane.areaAt(event.point));
      pane.own.on("mousemove", told);
      pane.own.on("click", told);
    }
    for (const control of [this.layer, this.grids]) control.addEventListener("change", () => this.changed());
    for (const row of this.rows) row.addEventListener("focus", () => this.choose(Number(row.dataset.area), true));
    this.changed();
    // The other maps follow.
    this.panes[0].map.cityMap.showAll(data.plans.flatMap(({ posts }) => posts.map(({ lon, lat }) => [lon, lat])));
  }

  changed() {
    for (const pane of this.panes) {
      pane.layer = this.layer.value;
      pane.withGrids = this.grids.checked;
      pane.draw();
    }
    byId("maps-legend").replaceChildren(...legend(this.layer.value, this.data));
    this.tell(this.panes[0].chosen);
  }

  choose(number, look = false) {
    if (number === this.panes[0].chosen) return;
    for (const pane of this.panes) pane.mark(number);
    if (look) this.panes[0].look(number);
    this.tell(number);
  }

  /** What the maps say of an area, in words. */
  tell(number) {
    const area = this.data.areas[number];
    const told = area ? this.panes.map(({ plan }) => fill(gettext("%(plan)s: %(figures)s"), { plan: plan.name, figures: inWords(plan.areas[number]) })) : [];
    setText(byId("maps-value"), area ? `${area.name} — ${told.join("; ")}` : gettext("Point at an area, or choose it in the table below."));
  }
}

function inWords({ calls, few, share, mean_s: meanS }) {
  if (share === null) return gettext("no calls");
  const values = { share: percent(share[0]), low: percent(share[1]), high: percent(share[2]), mean: clockText(meanS), calls };
  return few
    ? fill(gettext("%(share)s in time (%(low)s–%(high)s): too few calls (%(calls)s)"), values)
    : fill(gettext("%(share)s in time (%(low)s–%(high)s), mean %(mean)s, %(calls)s calls"), values);
}

function legend(layer, { plans }) {
  const entry = (kind, row, text) => h("li", {}, h("span", { class: `key ${kind}`, "data-row": row, "aria-hidden": "true" }), ` ${text}`);
  if (layer === "reach") return plans[0].reach.map(({ target_s }, row) => entry("reach", row, fill(gettext("reached within %(time)s of driving"), { time: clockText(target_s) })));
  if (layer !== "share") return [];
  const edge = (value) => `${Math.round(100 * value)}%`;
  const classes = CLASSES.map(({ below }, row) => {
    const from = row ? CLASSES[row - 1].below : 0;
    const text = row === 0 ? gettext("under %(to)s in time") : row === CLASSES.length - 1 ? gettext("%(from)s and more") : gettext("%(from)s to under %(to)s");
    return entry("share", row, fill(text, { from: edge(from), to: edge(below) }));
  });
  return [...classes, entry("share", "few", gettext("too few calls to say"))];
}

function keepTogether(maps) {
  let moving = false;
  for (const one of maps) {
    one.on("move", () => {
      if (moving) return;
      moving = true;
      const view = { center: one.getCenter(), zoom: one.getZoom(), bearing: one.getBearing(), pitch: one.getPitch() };
      for (const other of maps) if (other !== one) other.jumpTo(view);
      moving = false;
    });
  }
}

async function open(host) {
  const containers = [...host.querySelectorAll(".page-map")];
  try {
    const data = await get(host.dataset.url);
    const maps = await Promise.all(containers.map(({ id }, row) => openMap(id, "maps-status", fill(gettext("Map %(number)s of plans"), { number: row + 1 }))));
    return new AreaMaps(data, maps);
  } catch (error) {
    setText(byId("maps-status"), gettext("The maps cannot be shown. The table below says the same."));
    throw error;
  }
}

/** Maps are drawn when the reader comes near them: each takes a part of the graphics memory. */
export function openAreaMaps() {
  const host = document.getElementById("area-maps");
  if (!host) return;
  const rows = byId("area-rows");
  rovingFocus(rows, "[data-area]");
  makeOnlyTabStop(rows, "[data-area]");
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    open(host);
  }, { rootMargin: "200px" });
  watcher.observe(host);
}
