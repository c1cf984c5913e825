/** The map of graded patrol in one hour; the table says the same for all hours. */

import { byId, pageData } from "../base/dom.js";
import { PatrolMap, placeFeatures } from "./patrol_map.js";

const COLOURS = { 1: "--bad", 2: "--warn", 3: "--accent", 4: "--text-3" };
const { places } = pageData();
const hour = byId("map-hour");
hour.value = String(new Date().getHours());

const map = await PatrolMap.open(gettext("Map of graded patrol"));
const field = document.getElementById("points");
map.cityMap.addEventListener("place", ({ detail: [lon, lat] }) => {
  if (field) field.value = [field.value.trim(), `${lon.toFixed(6)}, ${lat.toFixed(6)}`].filter(Boolean).join("\n");
});

function draw() {
  const graded = places.filter((one) => one.hours[Number(hour.value)]);
  map.show("patrol-place", graded.flatMap((one) => placeFeatures(one, COLOURS[one.hours[Number(hour.value)]])));
  map.show("patrol-points", graded.flatMap((one) => one.points.map(([lon, lat]) => ({ type: "Feature", properties: { label: one.name, reached: false }, geometry: { type: "Point", coordinates: [lon, lat] } }))));
}

hour.addEventListener("change", draw);
draw();
if (places.length) map.frame();
