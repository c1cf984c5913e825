/** Villages or squares on the map, in the colour of the grid that they belong to. */

import { token } from "../base/theme.js";
import { planColour } from "./plans_map.js";

const SOURCE = "grid-pieces";
const TURN = 137.508; // degrees: each next hue lies far from all before

/** A colour for the grid in row `row`, far from those of its neighbours in the list. */
export function gridColour(row, opacity = 1) {
  const light = 42 + (row % 3) * 9;
  return `hsla(${((row * TURN) % 360).toFixed(1)}, 62%, ${light}%, ${opacity})`;
}

export class GridsLayer {
  constructor(posts) {
    this.posts = posts;
    this.rowOf = new Map(posts.map(({ id }, row) => [id, row]));
    this.pieces = { type: "FeatureCollection", features: [] };
    this.owner = new Map();
    this.chosen = new Set();
    this.cityMap = null;
  }

  /** Put the pieces under the posts of the plan; again after each change of style. */
  show(cityMap, pieces) {
    this.cityMap = cityMap;
    this.pieces = pieces;
    cityMap.addEventListener("ready", () => this.dress());
    if (cityMap.ready) this.dress();
  }

  /** Corners of all the ground, to be shown whole. */
  corners() {
    return cornersOf(this.pieces.features);
  }

  own(owner) {
    this.owner = owner;
    this.draw();
  }

  choose(chosen) {
    this.chosen = new Set(chosen);
    this.draw();
  }

  pieceAt(place, found) {
    const { map } = this.cityMap;
    const hit = map.queryRenderedFeatures(map.project(place), { layers: ["grid-pieces"] })[0];
    if (hit) found(hit.properties.key);
  }

  /** The piece that a post stands in: a click on a post is one on the ground below it. */
  pieceAtPost(index, found) {
    const { lon, lat } = this.posts[index];
    this.pieceAt([lon, lat], found);
  }

  dress() {
    const { map } = this.cityMap;
    if (!map.getSource(SOURCE)) map.addSource(SOURCE, { type: "geojson", data: this.collection() });
    const below = map.getLayer("plan-posts") ? "plan-posts" : undefined;
    map.addLayer({ id: "grid-pieces", type: "fill", source: SOURCE, paint: { "fill-color": ["get", "colour"], "fill-opacity": ["case", ["get", "chosen"], 0.8, 0.38] } }, below);
    map.addLayer({ id: "grid-piece-lines", type: "line", source: SOURCE, paint: { "line-color": ["case", ["get", "chosen"], token("--focus"), token("--line-strong")], "line-width": ["case", ["get", "chosen"], 3, 0.7] } }, below);
  }

  draw() {
    this.cityMap?.map.getSource(SOURCE)?.setData(this.collection());
  }

  collection() {
    const features = this.pieces.features.map((feature) => {
      const { key, post } = feature.properties;
      const row = this.rowOf.get(this.owner.get(key) ?? post) ?? -1;
      return {
        ...feature,
        properties: { key, colour: row < 0 ? token("--line-strong") : gridColour(row), chosen: this.chosen.has(key) },
      };
    });
    return { type: "FeatureCollection", features };
  }
}

function cornersOf(features) {
  const [lons, lats] = [[], []];
  for (const { geometry } of features) {
    const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    for (const [outer] of parts) for (const [lon, lat] of outer) { lons.push(lon); lats.push(lat); }
  }
  const least = (values) => values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (values) => values.reduce((a, b) => Math.max(a, b), -Infinity);
  return lons.length ? [[least(lons), least(lats)], [most(lons), most(lats)]] : [];
}

const isGrid = ({ properties }) => properties.kind === "grid";

/** Outlines of the grids of plans in the plans' colours, the first solid; `boxes` switch them. */
export function showOutlines(plansMap, plans, boxes) {
  const { cityMap } = plansMap;
  const shown = (row) => boxes.some((box) => box.checked && Number(box.dataset.row) === row);
  const drawn = plans.map(({ grids }, row) => ({ grids, row, id: `plan-outlines-${row}` })).filter(({ grids }) => grids);
  const dress = () => {
    const { map } = cityMap;
    // The first lies on top: where both agree, one line is seen.
    for (const { grids, row, id } of [...drawn].reverse()) {
      const features = grids.features.filter(isGrid);
      if (!map.getSource(id)) map.addSource(id, { type: "geojson", data: { type: "FeatureCollection", features } });
      map.addLayer({
        id, type: "line", source: id, layout: { visibility: shown(row) ? "visible" : "none" },
        paint: { "line-color": planColour(row), "line-width": row ? 3.5 : 2, ...(row ? { "line-dasharray": [2, 1.5] } : {}) },
      });
    }
  };
  cityMap.addEventListener("ready", dress);
  if (cityMap.ready) dress();
  cityMap.showAll(cornersOf(drawn.flatMap(({ grids }) => grids.features.filter(isGrid))));
  for (const box of boxes) {
    box.addEventListener("change", () => drawn.forEach(({ row, id }) => cityMap.map.setLayoutProperty(id, "visibility", shown(row) ? "visible" : "none")));
  }
}
