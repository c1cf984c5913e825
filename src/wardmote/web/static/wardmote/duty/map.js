/** Posts, traffic points and border strips on the map; a click fills the row or field that is chosen. */

import { byId, setText } from "../base/dom.js";
import { token } from "../base/theme.js";
import { openMap } from "../studies/plans_map.js";

const DIGITS = 6;
const POINTS = "duty-points";
const LINES = "duty-lines";
const FONT = ["Noto Sans CJK SC Bold", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"];
const EMPTY = { type: "FeatureCollection", features: [] };

function pointsIn(text) {
  return text.split("\n").map((line) => line.replace("，", ",").split(",").map(Number)).filter((pair) => pair.length === 2 && pair.every(Number.isFinite));
}

class DutyMap {
  constructor(cityMap, data) {
    this.cityMap = cityMap;
    this.map = cityMap.map;
    this.data = data;
    this.chosen = null;
    cityMap.addEventListener("ready", () => this.dress());
    if (cityMap.ready) this.dress();
    cityMap.addEventListener("place", ({ detail }) => this.clicked(detail));
    document.addEventListener("click", (event) => this.choose(event.target.closest("button[data-place]")));
    document.addEventListener("input", () => this.draw());
    for (const button of document.querySelectorAll("button[data-place]")) button.hidden = false;
    const places = [...data.points.map(({ lon, lat }) => [lon, lat]), ...data.lines.flatMap(({ coordinates }) => coordinates), ...this.rows().map(({ place }) => place)];
    if (places.length === 1) cityMap.show(places[0], { zoom: 15, always: true });
    else if (places.length) cityMap.showAll(places);
  }

  /** What the button of a row or field chooses: where the next click on the map goes. */
  choose(button) {
    if (!button) return;
    for (const other of document.querySelectorAll(".chosen")) other.classList.remove("chosen");
    this.chosen = button.closest(".item") ?? byId(button.dataset.place);
    this.chosen.classList.add("chosen");
    setText(byId("map-status"), gettext("Click on the map."));
    byId("duty-map").scrollIntoView({ block: "nearest" });
  }

  clicked([lon, lat]) {
    const chosen = this.chosen;
    if (!chosen) return;
    if (chosen.tagName === "TEXTAREA") chosen.value = `${chosen.value.trim()}\n${lon.toFixed(DIGITS)}, ${lat.toFixed(DIGITS)}`.trim();
    else {
      chosen.querySelector("input[name$=_lon]").value = lon.toFixed(DIGITS);
      chosen.querySelector("input[name$=_lat]").value = lat.toFixed(DIGITS);
    }
    setText(byId("map-status"), `${lon.toFixed(DIGITS)}, ${lat.toFixed(DIGITS)}`);
    this.draw();
  }

  /** The points of the form's rows that have a place, named as people on duty are told them. */
  rows() {
    return ["post", "traffic"].flatMap((kind) => [...document.querySelectorAll(`.item:has(input[name=${kind}_lon])`)].map((row, number) => {
      const [lon, lat] = ["lon", "lat"].map((axis) => row.querySelector(`input[name=${kind}_${axis}]`).value.trim());
      return { label: `${kind === "post" ? "P" : "T"}${number + 1}`, traffic: kind === "traffic", place: lon && lat ? [Number(lon), Number(lat)] : null };
    })).filter(({ place }) => place?.every(Number.isFinite));
  }

  dress() {
    const { map } = this;
    for (const source of [LINES, POINTS]) if (!map.getSource(source)) map.addSource(source, { type: "geojson", data: EMPTY });
    const accent = token("--accent");
    map.addLayer({ id: LINES, type: "line", source: LINES, layout: { "line-cap": "round" }, paint: { "line-color": ["case", ["get", "now"], token("--bad"), accent], "line-width": 7, "line-opacity": 0.55 } });
    map.addLayer({ id: `${LINES}-names`, type: "symbol", source: LINES, layout: { "symbol-placement": "line", "text-field": ["get", "label"], "text-font": FONT, "text-size": 12 }, paint: { "text-color": token("--text"), "text-halo-color": token("--panel"), "text-halo-width": 1.6 } });
    map.addLayer({ id: POINTS, type: "circle", source: POINTS, paint: { "circle-radius": 7, "circle-color": ["case", ["get", "traffic"], token("--warn"), accent], "circle-stroke-color": token("--panel"), "circle-stroke-width": 2 } });
    map.addLayer({ id: `${POINTS}-names`, type: "symbol", source: POINTS, layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 12, "text-offset": [0, 1.3] }, paint: { "text-color": token("--text"), "text-halo-color": token("--panel"), "text-halo-width": 1.6 } });
    this.draw();
  }

  draw() {
    const points = [...this.data.points.map((one) => ({ ...one, place: [one.lon, one.lat] })), ...this.rows()];
    const drawn = [...document.querySelectorAll("textarea[data-line]")].filter((field) => field.value !== field.defaultValue).map((field) => ({ coordinates: pointsIn(field.value), label: "", now: false }));
    const lines = [...this.data.lines, ...drawn].filter(({ coordinates }) => coordinates.length > 1);
    this.map.getSource(POINTS)?.setData({ type: "FeatureCollection", features: points.map(({ place, label, traffic }) => ({ type: "Feature", properties: { label, traffic }, geometry: { type: "Point", coordinates: place } })) });
    this.map.getSource(LINES)?.setData({ type: "FeatureCollection", features: lines.map(({ coordinates, label, now }) => ({ type: "Feature", properties: { label, now }, geometry: { type: "LineString", coordinates } })) });
  }
}

async function main() {
  const data = JSON.parse(byId("page-data").textContent);
  const { cityMap } = await openMap("duty-map", "map-status", byId("duty-map").dataset.name);
  new DutyMap(cityMap, data);
}

main();
