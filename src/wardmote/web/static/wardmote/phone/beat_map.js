/** The map of the day, loaded only when it is opened; it can be kept on the phone. */

import * as maplibre from "../../vendor/maplibre-gl/maplibre-gl.mjs";

import { byId, h } from "../base/dom.js";
import { fill, nameOf } from "../base/wording.js";
import { get } from "../live/http.js";
import { CityMap } from "../map/city_map.js";

const MAP_CACHE = "wardmote-phone-map";
let map = null;
let markers = [];

async function cityOf(store) {
  try {
    const city = await get("/api/city");
    await store.put("answers", city, "city");
    return city;
  } catch (error) {
    const kept = await store.get("answers", "city");
    if (kept) return kept;
    throw error;
  }
}

async function make({ settings, store, say }) {
  const city = await cityOf(store);
  const made = new CityMap({ container: byId("map"), city, tilesUrl: settings.tiles_url, staleAfterS: 60, now: () => Date.now() / 1000 });
  if (!made.ready) await new Promise((resolve) => made.addEventListener("ready", resolve, { once: true }));
  byId("map-card").append(h("button", { type: "button", class: "keep-map", text: gettext("Keep the map on this phone"), onclick: (event) => keep(settings, event.target, say) }));
  return made;
}

/** A copy of the map for the day; the service worker answers from it. */
async function keep({ tiles_url: url, map_files: files }, button, say) {
  button.disabled = true;
  try {
    const kept = await caches.open(MAP_CACHE);
    await kept.addAll(files);
    const response = await fetch(url);
    if (!response.ok) throw new Error(String(response.status));
    const blob = await response.blob();
    await kept.put(url, new Response(blob));
    button.remove();
    say(fill(gettext("The map is kept: %(mb)s MB."), { mb: (blob.size / 1e6).toFixed(1) }));
  } catch {
    button.disabled = false;
    say(gettext("The map could not be kept."));
  }
}

/** Show the tasks in their order. */
export async function showBeat({ settings, store, tasks, say }) {
  map ??= make({ settings, store, say }).catch((error) => {
    map = null;
    throw error;
  });
  const made = await map;
  made.map.resize();
  for (const marker of markers) marker.remove();
  const shown = tasks.map((task, index) => ({ task, number: index + 1 })).filter(({ task }) => task.place && task.place.lon !== null);
  markers = shown.map(({ task, number }) =>
    new maplibre.Marker({ element: h("a", { class: "map-stop", href: `#task/${task.id}`, text: String(number), "aria-label": `${number}. ${nameOf(task.title)}` }) })
      .setLngLat([task.place.lon, task.place.lat]).addTo(made.map));
  if (shown.length) made.showAll(shown.map(({ task }) => [task.place.lon, task.place.lat]));
}
