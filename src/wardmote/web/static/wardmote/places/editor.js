/** The place editor: clicks on the map fill the forms, which work without the map as well. */

import { byId, setText } from "../base/dom.js";
import { get } from "../live/http.js";

const DIGITS = 6;
const STALE_AFTER_S = 120;

async function main() {
  const status = byId("map-status");
  let city;
  let CityMap;
  try {
    [city, { CityMap }] = await Promise.all([get("/api/city"), import("../map/city_map.js")]);
  } catch (error) {
    setText(status, gettext("The map cannot be shown. The forms work without it."));
    throw error;
  }
  const map = new CityMap({
    container: byId("place-map"), city, staleAfterS: STALE_AFTER_S, now: () => Date.now() / 1000,
  });
  map.addEventListener("place", ({ detail }) => fill(map, status, detail));
}

function fill(map, status, [lon, lat]) {
  const drawing = document.querySelector("input[name=draw]:checked")?.value;
  const place = [lon.toFixed(DIGITS), lat.toFixed(DIGITS)];
  if (drawing === "zone") {
    const corners = byId("id_zone-corners");
    const lines = corners.value.split("\n").filter((line) => line.trim());
    corners.value = [...lines, place.join(", ")].join("\n");
    setText(status, interpolate(gettext("Corner %s added."), [lines.length + 1]));
  } else if (drawing === "key_place") {
    [byId("id_key_place-lon").value, byId("id_key_place-lat").value] = place;
    setText(status, interpolate(gettext("Key place at %s."), [place.join(", ")]));
  }
  map.showPin([lon, lat]);
}

main();
