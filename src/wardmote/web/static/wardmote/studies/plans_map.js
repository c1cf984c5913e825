/** The map of plans: the city's base map with the posts of each plan in its own colour. */

import { byId, setText } from "../base/dom.js";
import { token } from "../base/theme.js";
import { fill, nameOf } from "../base/wording.js";
import { get } from "../live/http.js";

const STALE_AFTER_S = 120;
const SOURCE = "plan-posts";
const GRIDS = "plan-grids";
const FONT = ["Noto Sans CJK SC Bold", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"];
const COLOURS = ["--accent", "--p2", "--state-on_scene", "--ok", "--text-3", "--bad"];

/** The colour of the plan in row `row`, in the theme shown now. */
export function planColour(row) {
  return token(COLOURS[row % COLOURS.length]);
}

/** Colour the little squares that name plans beside the map and in tables. */
export function paintSwatches() {
  for (const swatch of document.querySelectorAll(".swatch[data-row]")) {
    swatch.dataset.colour = String(Number(swatch.dataset.row) % COLOURS.length);
  }
}

/** Load the map code and the city; `name` is what the map is called, `status` where it says that it fails. */
export async function openMap(container, status, name) {
  try {
    const [city, { CityMap }] = await Promise.all([get("/api/city"), import("../map/city_map.js")]);
    const cityMap = new CityMap({
      container: byId(container), city, staleAfterS: STALE_AFTER_S, now: () => Date.now() / 1000,
    });
    // A page may have two maps; whoever hears them must be able to tell them apart.
    cityMap.map.getCanvas().setAttribute("aria-label", fill(gettext("%(name)s; arrow keys move it, + and − zoom"), { name }));
    return new PlansMap(cityMap);
  } catch (error) {
    setText(byId(status), gettext("The map cannot be shown. Tables and forms work without it."));
    throw error;
  }
}

/**
 * Posts of plans on a city map. Events of `cityMap`: `place` with `[lon, lat]`; own event `post`
 * with the index of the post that was clicked on (of the first plan).
 */
export class PlansMap extends EventTarget {
  constructor(cityMap) {
    super();
    this.cityMap = cityMap;
    this.plans = [];
    this.shown = new Set();
    this.selected = -1;
    this.grids = { type: "FeatureCollection", features: [] };
    cityMap.addEventListener("ready", () => this.dress());
    cityMap.addEventListener("place", ({ detail }) => this.clicked(detail));
    if (cityMap.ready) this.dress();
  }

  /** Show `plans` (`{posts: [{lon, lat, units, name}]}`, with `row` for another colour than their place's); all, or those in `rows`. */
  show(plans, rows = plans.map((_plan, row) => row)) {
    this.plans = plans;
    this.shown = new Set(rows);
    this.draw();
  }

  /** Show the grids of a plan, as its GeoJSON file has them. */
  showGrids(collection) {
    this.grids = { type: "FeatureCollection", features: collection.features.filter(({ properties }) => properties.kind === "grid") };
    this.cityMap.map.getSource(GRIDS)?.setData(this.grids);
  }

  select(index) {
    this.selected = index;
    this.draw();
  }

  dress() {
    const { map } = this.cityMap;
    if (!map.getSource(SOURCE)) map.addSource(SOURCE, { type: "geojson", data: this.collection() });
    // The posts in force would lie under those of the plans and be taken for them.
    for (const layer of ["posts", "grids"]) if (map.getLayer(layer)) map.setLayoutProperty(layer, "visibility", "none");
    if (!map.getSource(GRIDS)) map.addSource(GRIDS, { type: "geojson", data: this.grids });
    map.addLayer({ id: "plan-grids", type: "line", source: GRIDS, paint: { "line-color": token("--state-on_scene"), "line-width": 1.8, "line-opacity": 0.85 } });
    map.addLayer({
      id: "plan-posts", type: "circle", source: SOURCE,
      layout: { "circle-sort-key": ["get", "order"] },
      paint: {
        "circle-radius": ["+", ["get", "size"], ["case", ["get", "selected"], 3, 0]],
        "circle-color": ["get", "colour"],
        "circle-stroke-color": ["case", ["get", "selected"], token("--focus"), token("--panel")],
        "circle-stroke-width": ["case", ["get", "selected"], 4, 2],
      },
    });
    map.addLayer({
      id: "plan-post-names", type: "symbol", source: SOURCE,
      layout: {
        "text-field": ["step", ["zoom"], "", 12, ["get", "label"]], "text-font": FONT, "text-size": 12,
        "text-anchor": "top", "text-offset": [0, 0.9], "text-optional": true,
      },
      paint: { "text-color": token("--text"), "text-halo-color": token("--panel"), "text-halo-width": 1.6 },
    });
    this.draw();
  }

  clicked(place) {
    const { map } = this.cityMap;
    const point = map.project(place);
    const near = [[point.x - 8, point.y - 8], [point.x + 8, point.y + 8]];
    const found = map.getLayer("plan-posts")
      ? map.queryRenderedFeatures(near, { layers: ["plan-posts"] })[0] : undefined;
    if (found) this.dispatchEvent(new CustomEvent("post", { detail: found.properties.index }));
    else this.dispatchEvent(new CustomEvent("place", { detail: place }));
  }

  draw() {
    this.cityMap.map.getSource(SOURCE)?.setData(this.collection());
  }

  /** Let the reader see all posts that are shown. */
  fit() {
    const places = this.plans.flatMap((plan) => plan.posts.map((post) => [post.lon, post.lat]));
    this.cityMap.showAll(places.filter(([lon, lat]) => Number.isFinite(lon) && Number.isFinite(lat)));
  }

  collection() {
    const features = [];
    this.plans.forEach((plan, row) => {
      if (!this.shown.has(row)) return;
      plan.posts.forEach((post, index) => {
        if (!Number.isFinite(post.lon) || !Number.isFinite(post.lat)) return;
        features.push({
          type: "Feature",
          geometry: { type: "Point", coordinates: [post.lon, post.lat] },
          properties: {
            index, colour: planColour(plan.row ?? row), selected: row === 0 && index === this.selected,
            // Where plans agree, the first stays visible as a ring around the others.
            size: this.plans.length > 1 ? 6 + 3 * (this.plans.length - 1 - row) : 7, order: row,
            label: fill(gettext("%(name)s (%(units)s)"), { name: nameOf(post.name), units: post.units }),
          },
        });
      });
    });
    return { type: "FeatureCollection", features };
  }
}
