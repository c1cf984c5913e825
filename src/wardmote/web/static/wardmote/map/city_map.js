/** The map of the control room: base map, overlays, vehicles, following and picking. */

import * as maplibre from "../../vendor/maplibre-gl/maplibre-gl.mjs";

import { LANGUAGE, durationText, fill, nameOf, shortNumber, timeText } from "../base/wording.js";
import { shownTheme, watchTheme } from "../base/theme.js";
import { watchBaseMap } from "./base_map_watch.js";
import { baseMapStyle } from "./basemap.js";
import { EMPTY, SWITCHES, addOverlays, labelled, setGroupShown, vehiclePalette } from "./overlays.js";
import { addSymbols } from "./symbols.js";
import { VehicleLayer } from "./vehicles.js";

const WORKER_URL = new URL("../../vendor/maplibre-gl/maplibre-gl-worker.mjs", import.meta.url).href;
const HIDDEN_KEY = "wardmote.map.hidden";
/** How far along a way its name stands, from the unit. */
const NAME_AT = 0.4;
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;

maplibre.setWorkerUrl(WORKER_URL);
// The script of the page loads PMTiles as a classic script, which leaves a global name.
const archives = new globalThis.pmtiles.Protocol();
maplibre.addProtocol("pmtiles", archives.tile);

/**
 * Events: `incident` (detail: id), `unit` (detail: id), `place` (detail: `[lon, lat]`, a click
 * on empty ground), `follow` (detail: id or null).
 */
export class CityMap extends EventTarget {
  constructor({ container, city, tilesUrl = "/city/map.pmtiles", staleAfterS, now }) {
    super();
    this.city = city;
    this.tilesUrl = new URL(tilesUrl, location.href).href;
    this.data = Object.fromEntries(
      [["posts", city.posts], ["grids", city.grids], ["beats", city.beats], ["key-places", city.key_places], ["zones", city.zones]]
        .map(([name, collection]) => [name, labelled(collection)]),
    );
    this.hidden = readHidden();
    this.following = null;
    this.ready = false;
    this.vehicles = new VehicleLayer({ origin: city.centre, staleAfterS, reducedMotion, palette: null });
    this.vehicles.serverNow = now;
    this.map = new maplibre.Map({
      container,
      style: this.style(),
      bounds: city.bounds,
      fitBoundsOptions: { padding: 24 },
      maxZoom: 19,
      attributionControl: { compact: true },
      fadeDuration: reducedMotion ? 0 : 150,
      locale: mapWords(),
    });
    this.map.addControl(new maplibre.NavigationControl({ visualizePitch: false }), "top-right");
    this.map.addControl(new maplibre.ScaleControl({ maxWidth: 110 }), "bottom-left");
    this.map.addControl(new LayerSwitch(this), "top-right");
    this.map.on("style.load", () => this.dress());
    this.map.on("click", (event) => this.onClick(event));
    this.map.on("dragstart", (event) => event.originalEvent && this.follow(null));
    this.map.getCanvas().setAttribute("aria-label", gettext("Map of the city; arrow keys move it, + and − zoom"));
    const restyle = () => this.map.setStyle(this.style(), { diff: false });
    watchBaseMap(this.map, () => {
      archives.tiles.clear(); // It remembers an archive that once could not be read.
      restyle();
    });
    let first = true;
    watchTheme(() => {
      if (!first) restyle();
      first = false;
    });
  }

  style() {
    return baseMapStyle({
      theme: shownTheme(), language: LANGUAGE, url: this.tilesUrl, attribution: nameOf(this.city.attribution),
    });
  }

  /** Put overlays and vehicles onto a style that was just loaded. */
  dress() {
    addSymbols(this.map);
    addOverlays(this.map, this.data, this.hidden);
    this.vehicles.setPalette(vehiclePalette());
    this.map.addLayer(this.vehicles);
    this.ready = true;
    this.dispatchEvent(new CustomEvent("ready"));
  }

  set(source, collection) {
    this.data[source] = collection ?? EMPTY;
    this.map.getSource(source)?.setData(this.data[source]);
  }

  showIncidents(incidents, selected) {
    this.set("incidents", {
      type: "FeatureCollection",
      features: incidents.filter((incident) => incident.lon !== null).map((incident) => ({
        type: "Feature",
        geometry: { type: "Point", coordinates: [incident.lon, incident.lat] },
        properties: {
          id: incident.id, priority: incident.priority, label: shortNumber(incident.number),
          selected: incident.id === selected,
        },
      })),
    });
  }

  /** Road paths of units to a call: `routes` as `GET /api/routes` answers, `chosen` unit ids. */
  showFan(routes, chosen, callSignOf) {
    const features = (geometryOf) => routes.map((route) => ({
      type: "Feature",
      geometry: geometryOf(route.coordinates),
      properties: {
        chosen: chosen.has(route.unit),
        label: `${callSignOf(route.unit)} ${durationText(route.duration_s)}`,
      },
    }));
    this.set("fan", {
      type: "FeatureCollection",
      features: features((coordinates) => ({ type: "LineString", coordinates })),
    });
    // A line is cut at the edges of tiles and would be named once in each; a point is named once.
    this.set("fan-names", {
      type: "FeatureCollection",
      features: features((coordinates) => ({ type: "Point", coordinates: coordinates[Math.floor(coordinates.length * NAME_AT)] })),
    });
  }

  clearFan() {
    this.set("fan", EMPTY);
    this.set("fan-names", EMPTY);
  }

  showIsochrones(collection) {
    const features = (collection?.features ?? []).map((feature) => ({
      ...feature,
      properties: {
        ...feature.properties,
        label: fill(gettext("%(min)s min"), { min: feature.properties.minutes }),
      },
    }));
    this.set("isochrones", { type: "FeatureCollection", features });
  }

  /** The patrol of a unit as `GET /api/units/{id}/patrol` answers; null takes it away. */
  showPatrol(patrol) {
    const feature = (geometry, properties) => ({ type: "Feature", geometry, properties });
    this.set("patrol", patrol && { type: "FeatureCollection", features: [feature({ type: "LineString", coordinates: patrol.line }, {})] });
    this.set("patrol-stops", patrol && {
      type: "FeatureCollection",
      features: patrol.stops.map(({ lon, lat, key_place: key, visited, at_s: atS }) => feature(
        { type: "Point", coordinates: [lon, lat] },
        { key: key !== null, visited, label: key ? `${nameOf(key)} ${timeText(atS)}` : "" },
      )),
    });
  }

  /** How old the positions of silent units are: `{place, ageS}`. Drawn only when a text changes. */
  showStale(units) {
    const features = units.map(({ place, ageS }) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: place },
      properties: { label: fill(gettext("%(age)s old"), { age: durationText(Math.floor(ageS / 60) * 60) }) },
    }));
    const key = JSON.stringify(features);
    if (key === this.staleKey) return;
    this.staleKey = key;
    this.set("stale", { type: "FeatureCollection", features });
  }

  showPin(place) {
    const features = place ? [{ type: "Feature", geometry: { type: "Point", coordinates: place }, properties: {} }] : [];
    this.set("pin", { type: "FeatureCollection", features });
  }

  /** Go there, unless it is well inside the view already. */
  show(place, { zoom = 14, always = false } = {}) {
    if (!place || place[0] === null) return;
    const bounds = this.map.getBounds();
    if (!always && bounds.contains(place) && this.map.getZoom() >= 11) return;
    const target = { center: place, zoom: Math.max(zoom, this.map.getZoom()) };
    if (reducedMotion) this.map.jumpTo(target);
    else this.map.easeTo({ ...target, duration: 400 });
  }

  showAll(places) {
    if (places.length === 0) return;
    const bounds = new maplibre.LngLatBounds(places[0], places[0]);
    for (const place of places) bounds.extend(place);
    this.map.fitBounds(bounds, { padding: 70, maxZoom: 16, duration: reducedMotion ? 0 : 400 });
  }

  /** Keep a unit in the middle until the reader moves the map, or stop with null. */
  follow(unitId) {
    if (this.following === unitId) return;
    this.following = unitId;
    this.dispatchEvent(new CustomEvent("follow", { detail: unitId }));
    if (unitId !== null) this.keepFollowing();
  }

  keepFollowing() {
    if (this.following === null) return;
    const place = this.vehicles.placeOf(this.following);
    if (place) this.map.jumpTo({ center: place, zoom: Math.max(14, this.map.getZoom()) });
    const again = () => this.keepFollowing();
    if (reducedMotion) setTimeout(again, 1000);
    else requestAnimationFrame(again);
  }

  onClick(event) {
    const near = (size) => [[event.point.x - size, event.point.y - size], [event.point.x + size, event.point.y + size]];
    const incident = this.map.queryRenderedFeatures(near(4), { layers: ["incidents"] })[0];
    if (incident) {
      this.dispatchEvent(new CustomEvent("incident", { detail: incident.properties.id }));
      return;
    }
    const unit = this.vehicles.unitAt(event.point);
    if (unit) this.dispatchEvent(new CustomEvent("unit", { detail: unit }));
    else this.dispatchEvent(new CustomEvent("place", { detail: [event.lngLat.lng, event.lngLat.lat] }));
  }

  switchGroup(group, shown) {
    if (shown) this.hidden.delete(group.key);
    else this.hidden.add(group.key);
    localStorage.setItem(HIDDEN_KEY, JSON.stringify([...this.hidden]));
    setGroupShown(this.map, group, shown);
  }
}

function readHidden() {
  const stored = localStorage.getItem(HIDDEN_KEY);
  if (stored) return new Set(JSON.parse(stored));
  return new Set(SWITCHES().filter((group) => !group.on).map((group) => group.key));
}

function mapWords() {
  return {
    "NavigationControl.ZoomIn": gettext("Zoom in"),
    "NavigationControl.ZoomOut": gettext("Zoom out"),
    "NavigationControl.ResetBearing": gettext("North up"),
    "AttributionControl.ToggleAttribution": gettext("Sources of the map"),
    "ScaleControl.Meters": "m",
    "ScaleControl.Kilometers": "km",
    "Map.Title": gettext("Map of the city; arrow keys move it, + and − zoom"),
  };
}

/** A button that opens the list of overlays. */
class LayerSwitch {
  constructor(cityMap) {
    this.cityMap = cityMap;
  }

  onAdd() {
    const list = document.createElement("fieldset");
    list.className = "layer-list";
    const legend = document.createElement("legend");
    legend.textContent = gettext("On the map");
    list.append(legend);
    for (const group of SWITCHES()) {
      const label = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = !this.cityMap.hidden.has(group.key);
      box.addEventListener("change", () => this.cityMap.switchGroup(group, box.checked));
      label.append(box, ` ${group.label}`);
      list.append(label);
    }
    list.hidden = true;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "layer-button";
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-label", gettext("On the map"));
    button.title = gettext("On the map");
    button.addEventListener("click", () => {
      list.hidden = !list.hidden;
      button.setAttribute("aria-expanded", String(!list.hidden));
    });
    this.element = document.createElement("div");
    this.element.className = "maplibregl-ctrl maplibregl-ctrl-group layer-switch";
    this.element.append(button, list);
    return this.element;
  }

  onRemove() {
    this.element.remove();
  }
}
