/** Closing a road and opening it again, by words or at the middle of the map. */

import { fill, placeInWords } from "../base/wording.js";
import { get, post, remove } from "../live/http.js";

/** A closure further than this from the place that was named is not the one that was meant. */
const NEAR_M = 150;
const METRES_A_DEGREE = 111_320;

/** The place that `words` name, or the middle of the map without words. */
async function placeNamed(words, map) {
  const asked = words.join(" ");
  const centre = map?.map.getCenter();
  if (!asked) {
    if (!centre) throw new Error(gettext("Say which road."));
    return { lon: centre.lng, lat: centre.lat, label: gettext("the middle of the map") };
  }
  const near = centre ? `&lon=${centre.lng.toFixed(5)}&lat=${centre.lat.toFixed(5)}` : "";
  const { results: [found] } = await get(`/api/places/search?q=${encodeURIComponent(asked)}${near}`);
  if (!found) throw new Error(fill(gettext("“%(what)s” is not known here."), { what: asked }));
  return { lon: found.lon, lat: found.lat, label: placeInWords(found) };
}

function showPlace(place, map) {
  map?.show([place.lon, place.lat], { zoom: 15 });
}

/** Close the stretch of road nearest to the place; answers the sentence that says so. */
export async function closeRoad(words, map) {
  const place = await placeNamed(words, map);
  await post("/api/closures", { points: [[place.lon, place.lat]], within_m: 50, reason: words.join(" ").slice(0, 200) });
  showPlace(place, map);
  return fill(gettext("Road closed: %(place)s"), { place: place.label });
}

/** Open the closed stretch nearest to the place. */
export async function openRoad(words, map) {
  const place = await placeNamed(words, map);
  const { features } = await get("/api/closures");
  const [nearest] = features.map((feature) => ({ id: feature.properties.id, away: awayM(feature, place) })).sort((a, b) => a.away - b.away);
  if (!nearest || nearest.away > NEAR_M) throw new Error(fill(gettext("No road is closed at %(place)s."), { place: place.label }));
  await remove(`/api/closures/${nearest.id}`);
  showPlace(place, map);
  return fill(gettext("Road open again: %(place)s"), { place: place.label });
}

/** Metres from a closed stretch to a place, straight: only to tell closures apart. */
function awayM({ geometry }, { lon, lat }) {
  const shrink = Math.cos((lat * Math.PI) / 180);
  const flat = ([x, y]) => [(x - lon) * shrink * METRES_A_DEGREE, (y - lat) * METRES_A_DEGREE];
  let least = Infinity;
  for (const line of geometry.coordinates) {
    const points = line.map(flat);
    points.forEach((point, index) => {
      least = Math.min(least, index ? fromOrigin(points[index - 1], point) : Math.hypot(...point));
    });
  }
  return least;
}

function fromOrigin([ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const along = length2 ? Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length2)) : 0;
  return Math.hypot(ax + along * dx, ay + along * dy);
}
