/** The form of an order: clicks on the map fill the text fields, which say the same without it. */

import { byId } from "../base/dom.js";
import { PatrolMap, pointFeatures } from "./patrol_map.js";

const DIGITS = 6;
const points = byId("points");
const ring = document.getElementById("ring");
let target = points;

const parsed = (text) => text.split("\n").map((line) => line.replaceAll("，", ",").split(",")).filter((parts) => parts.length > 1)
  .map(([lon, lat, name = ""], row) => ({ lon: Number(lon), lat: Number(lat), name: name.trim(), number: row + 1 }))
  .filter(({ lon, lat }) => Number.isFinite(lon) && Number.isFinite(lat));

function add(field, line) {
  field.value = [field.value.trim(), line].filter(Boolean).join("\n");
  field.dispatchEvent(new Event("input"));
}

for (const field of [points, ring]) field?.addEventListener("focus", () => { target = field; });
document.getElementById("add-key-place")?.addEventListener("click", () => add(points, byId("key-place").value));

const map = await PatrolMap.open(gettext("Map of the order"));
map.cityMap.addEventListener("place", ({ detail: [lon, lat] }) => add(target, `${lon.toFixed(DIGITS)}, ${lat.toFixed(DIGITS)}`));

function draw() {
  map.show("patrol-points", pointFeatures(parsed(points.value)));
  const corners = ring ? parsed(ring.value).map(({ lon, lat }) => [lon, lat]) : [];
  map.show("patrol-plan", corners.length > 1 ? [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: corners.length > 2 ? [...corners, corners[0]] : corners } }] : []);
}

for (const field of [points, ring]) field?.addEventListener("input", draw);
draw();
