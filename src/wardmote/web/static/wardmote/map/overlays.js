/** What is drawn over the base map: places of the deployment, calls, and answers to questions. */

import { nameOf } from "../base/wording.js";
import { token } from "../base/theme.js";
import { FIRST_LABEL_LAYER } from "./basemap.js";

export const EMPTY = Object.freeze({ type: "FeatureCollection", features: [] });

const FONT = ["Noto Sans CJK SC Bold", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"];

/** Sources by name; each starts empty and keeps its data when the style changes. */
export const SOURCES = [
  "zones", "grids", "beats", "isochrones", "closures", "patrol", "patrol-stops", "fan", "fan-names", "posts", "key-places", "stale", "incidents", "pin",
];

/** Groups that the reader can switch, with the layers in each. */
export const SWITCHES = () => [
  { key: "posts", label: gettext("Posts"), layers: ["posts"], on: true },
  { key: "grids", label: gettext("Grids of posts"), layers: ["grids"], on: false },
  { key: "beats", label: gettext("Beats"), layers: ["beats", "beat-names"], on: false },
  { key: "zones", label: gettext("Centre"), layers: ["zones", "zones-edge"], on: true },
  { key: "key-places", label: gettext("Key places"), layers: ["key-places"], on: true },
  { key: "closures", label: gettext("Closed roads"), layers: ["closures"], on: true },
];

/** Names in the reader's language as a plain `label` property. */
export function labelled(collection) {
  return {
    type: "FeatureCollection",
    features: (collection?.features ?? []).map((feature) => ({
      ...feature,
      properties: { ...feature.properties, label: nameOf(feature.properties.name) },
    })),
  };
}

/** Add every source and layer to a style that was just loaded. */
export function addOverlays(map, data, hidden) {
  for (const name of SOURCES) {
    if (!map.getSource(name)) map.addSource(name, { type: "geojson", data: data[name] ?? EMPTY });
  }
  for (const layer of areaLayers()) map.addLayer(layer, FIRST_LABEL_LAYER);
  for (const layer of pointLayers()) map.addLayer(layer);
  for (const group of SWITCHES()) setGroupShown(map, group, !hidden.has(group.key));
}

export function setGroupShown(map, group, shown) {
  for (const layer of group.layers) {
    if (map.getLayer(layer)) map.setLayoutProperty(layer, "visibility", shown ? "visible" : "none");
  }
}

function areaLayers() {
  const accent = token("--accent");
  return [
    { id: "zones", type: "fill", source: "zones", paint: { "fill-color": token("--warn"), "fill-opacity": 0.05 } },
    {
      id: "zones-edge", type: "line", source: "zones",
      paint: { "line-color": token("--warn"), "line-width": 1.5, "line-dasharray": [4, 2], "line-opacity": 0.8 },
    },
    { id: "beats", type: "line", source: "beats", paint: { "line-color": token("--state-on_scene"), "line-width": 1.2, "line-dasharray": [3, 2] } },
    { id: "grids", type: "line", source: "grids", paint: { "line-color": accent, "line-width": 1.4, "line-opacity": 0.75 } },
    {
      id: "isochrones", type: "fill", source: "isochrones",
      paint: { "fill-color": accent, "fill-opacity": ["match", ["get", "minutes"], 1, 0.22, 3, 0.14, 0.09] },
    },
    {
      id: "isochrones-edge", type: "line", source: "isochrones",
      paint: { "line-color": accent, "line-width": ["match", ["get", "minutes"], 1, 2.4, 3, 1.7, 1.1] },
    },
  ];
}

function pointLayers() {
  const text = { "text-color": token("--text"), "text-halo-color": token("--panel"), "text-halo-width": 1.6 };
  const round = { "line-cap": "round", "line-join": "round" };
  const chosen = ["get", "chosen"];
  return [
    {
      id: "isochrone-names", type: "symbol", source: "isochrones",
      layout: {
        "symbol-placement": "line", "text-field": ["get", "label"], "text-font": FONT, "text-size": 12,
        "symbol-spacing": 400,
      },
      paint: { ...text, "text-color": token("--accent") },
    },
    { id: "closures", type: "line", source: "closures", layout: round, paint: { "line-color": token("--bad"), "line-width": 4, "line-dasharray": [1, 1.5] } },
    {
      id: "patrol-case", type: "line", source: "patrol", layout: round,
      paint: { "line-color": token("--panel"), "line-width": 7, "line-opacity": 0.85 },
    },
    { id: "patrol", type: "line", source: "patrol", layout: round, paint: { "line-color": token("--state-on_scene"), "line-width": 3.4, "line-dasharray": [2, 1.6] } },
    {
      id: "patrol-stops", type: "circle", source: "patrol-stops",
      paint: {
        "circle-radius": ["case", ["get", "key"], 7, 4], "circle-color": ["case", ["get", "visited"], token("--state-on_scene"), token("--panel")],
        "circle-stroke-color": token("--state-on_scene"), "circle-stroke-width": 2.4,
      },
    },
    {
      id: "patrol-names", type: "symbol", source: "patrol-stops", filter: ["get", "key"],
      layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 12, "text-anchor": "top", "text-offset": [0, 0.8], "text-optional": true },
      paint: { ...text, "text-color": token("--state-on_scene") },
    },
    {
      id: "fan-case", type: "line", source: "fan", layout: round,
      paint: { "line-color": token("--panel"), "line-width": ["case", chosen, 8, 5], "line-opacity": 0.85 },
    },
    {
      id: "fan", type: "line", source: "fan", layout: { ...round, "line-sort-key": ["case", chosen, 1, 0] },
      paint: {
        "line-color": ["case", chosen, token("--accent"), token("--line-strong")],
        "line-width": ["case", chosen, 4.5, 2.2],
      },
    },
    {
      id: "beat-names", type: "symbol", source: "beats", minzoom: 11,
      layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 12 },
      paint: { ...text, "text-color": token("--state-on_scene") },
    },
    {
      id: "key-places", type: "symbol", source: "key-places", minzoom: 11,
      layout: {
        "icon-image": "key-place", "icon-allow-overlap": true, "text-field": ["step", ["zoom"], "", 14, ["get", "label"]],
        "text-font": FONT, "text-size": 11, "text-anchor": "top", "text-offset": [0, 0.8], "text-optional": true,
      },
      paint: { ...text, "text-color": token("--warn") },
    },
    {
      id: "posts", type: "symbol", source: "posts",
      layout: {
        "icon-image": "post", "icon-allow-overlap": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 8, 0.6, 13, 1],
        "text-field": ["step", ["zoom"], "", 12, ["get", "label"]], "text-font": FONT, "text-size": 12,
        "text-anchor": "top", "text-offset": [0, 0.9], "text-optional": true,
      },
      paint: { ...text, "text-color": token("--accent") },
    },
    {
      id: "fan-names", type: "symbol", source: "fan-names",
      layout: {
        "symbol-sort-key": ["case", chosen, 0, 1], "text-field": ["get", "label"], "text-font": FONT, "text-size": 12,
        "text-variable-anchor": ["center", "left", "right"], "text-radial-offset": 0.8,
      },
      paint: text,
    },
    {
      id: "stale", type: "symbol", source: "stale",
      layout: {
        "text-field": ["get", "label"], "text-font": FONT, "text-size": 11, "text-anchor": "top",
        "text-offset": [0, 2.4], "text-optional": true,
      },
      paint: { ...text, "text-color": token("--text-2") },
    },
    {
      id: "incidents-selected", type: "circle", source: "incidents", filter: ["get", "selected"],
      paint: { "circle-radius": 22, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": token("--focus"), "circle-stroke-width": 3 },
    },
    {
      id: "incidents", type: "symbol", source: "incidents",
      layout: {
        "icon-image": ["concat", "call-", ["to-string", ["get", "priority"]]], "icon-allow-overlap": true,
        "symbol-sort-key": ["-", 9, ["get", "priority"]], "symbol-z-order": "auto",
        "text-field": ["get", "label"], "text-font": FONT, "text-size": 12, "text-anchor": "left",
        "text-offset": [1.4, 0], "text-optional": true,
      },
      paint: text,
    },
    {
      id: "pin", type: "circle", source: "pin",
      paint: {
        "circle-radius": 9, "circle-color": token("--focus"), "circle-stroke-color": token("--panel"),
        "circle-stroke-width": 3,
      },
    },
  ];
}

/** The colours of the vehicle layer, 0..1, in the order of its state codes. */
export function vehiclePalette() {
  const states = ["available", "unavailable", "assigned", "en_route", "on_scene"];
  return {
    states: states.map((state) => rgb(token(`--state-${state}`))),
    stale: rgb(token("--line-strong")),
    halo: rgb(token("--panel")),
    ring: rgb(token("--focus")),
    label: rgb(token("--text")),
    trail: rgb(token("--accent")),
  };
}

function rgb(colour) {
  const numbers = colour.match(/[\d.]+/g).map(Number);
  return numbers.slice(0, 3).map((value) => value / 255);
}
