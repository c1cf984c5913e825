/** Where one hazard is, or where hazards cluster; the page says the same without the map. */

import { byId, setText } from "../base/dom.js";
import { token } from "../base/theme.js";
import { get } from "../live/http.js";
import { FIRST_LABEL_LAYER } from "../map/basemap.js";

const STALE_AFTER_S = 120;
const CELLS = "hazard-cells";
const NEAR_ZOOM = 16;
// Viridis in four steps, read by lightness alone; few are grey.
const COLOURS = ["#3b528b", "#21918c", "#5ec962", "#fde725"];

async function main() {
  const data = JSON.parse(byId("page-data").textContent);
  const status = byId("map-status");
  let city;
  let CityMap;
  try {
    [city, { CityMap }] = await Promise.all([get("/api/city"), import("../map/city_map.js")]);
  } catch (error) {
    setText(status, gettext("The map cannot be shown. Tables and forms work without it."));
    throw error;
  }
  const container = document.getElementById("hot-map") ?? byId("hazard-map");
  const map = new CityMap({ container, city, staleAfterS: STALE_AFTER_S, now: () => Date.now() / 1000 });
  const dress = () => (data.cells ? showCells(map.map, data.cells) : showHazard(map, data));
  map.addEventListener("ready", dress);
  if (map.ready) dress();
}

function showHazard(map, { lon, lat }) {
  map.showPin([lon, lat]);
  map.map.jumpTo({ center: [lon, lat], zoom: NEAR_ZOOM });
}

function showCells(map, cells) {
  if (map.getSource(CELLS)) return;
  const most = Math.max(1, ...cells.map((cell) => cell.count));
  const features = cells.map(({ box: [west, south, east, north], count, few }) => ({
    type: "Feature",
    geometry: { type: "Polygon", coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] },
    properties: { few, label: String(count), step: Math.min(COLOURS.length - 1, Math.floor((COLOURS.length * count) / (most + 1))) },
  }));
  map.addSource(CELLS, { type: "geojson", data: { type: "FeatureCollection", features } });
  const colour = ["case", ["get", "few"], token("--line-strong"), ["match", ["get", "step"], ...COLOURS.flatMap((one, row) => [row, one]), COLOURS[0]]];
  map.addLayer({ id: CELLS, type: "fill", source: CELLS, paint: { "fill-color": colour, "fill-opacity": ["case", ["get", "few"], 0.25, 0.6], "fill-outline-color": token("--text-2") } }, FIRST_LABEL_LAYER);
  map.addLayer({
    id: `${CELLS}-counts`, type: "symbol", source: CELLS,
    layout: { "text-field": ["get", "label"], "text-font": ["Noto Sans CJK SC Bold", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"], "text-size": 12 },
    paint: { "text-color": token("--text"), "text-halo-color": token("--panel"), "text-halo-width": 1.6 },
  });
  if (cells.length) {
    const boxes = cells.map((cell) => cell.box);
    const edge = (row, pick) => pick(...boxes.map((box) => box[row]));
    map.fitBounds([edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)], { padding: 40, maxZoom: NEAR_ZOOM, animate: false });
  }
}

main();
