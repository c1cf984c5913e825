/** Questions whose answers are drawn on the map: ways of the recommended units, reach, closures. */

import { get } from "../live/http.js";

const MOST_WAYS = 5;

export class MapAnswers {
  constructor(room, { map, onProblem }) {
    this.room = room;
    this.map = map;
    this.onProblem = onProblem;
    this.request = null;
  }

  /** The road paths of the offered units to a call, the ticked ones drawn strongly. */
  async fan(incidentId, offered, chosen) {
    this.request?.abort();
    if (!this.map) return;
    const key = `${incidentId}:${offered.slice(0, MOST_WAYS).map((line) => line.unit).join()}`;
    if (key === this.fanKey && this.routes) {
      this.draw(chosen);
      return;
    }
    this.fanKey = key;
    this.routes = null;
    const units = offered.slice(0, MOST_WAYS).filter((line) => line.travel_s !== null).map((line) => line.unit);
    if (units.length === 0) {
      this.map.clearFan();
      return;
    }
    this.request = new AbortController();
    const query = units.map((unit) => `unit=${encodeURIComponent(unit)}`).join("&");
    try {
      const { routes } = await get(`/api/routes?${query}&incident=${encodeURIComponent(incidentId)}`, { signal: this.request.signal });
      this.routes = routes;
      this.draw(chosen);
      this.map.showAll(routes.filter((route) => chosen.has(route.unit)).flatMap((route) => route.coordinates));
    } catch (error) {
      if (error.name !== "AbortError") this.map.clearFan();
    }
  }

  draw(chosen) {
    this.map.showFan(this.routes, chosen, (unit) => this.room.callSign(unit));
  }

  clearFan() {
    this.request?.abort();
    this.fanKey = null;
    this.routes = null;
    this.map?.clearFan();
  }

  /** Where a post or a unit gets within 1, 3 and 5 minutes; null takes the drawing away. */
  async isochrones(of) {
    if (!this.map) return;
    if (of === null) {
      this.map.showIsochrones(null);
      return;
    }
    const query = of.post ? `post=${encodeURIComponent(of.post)}` : `unit=${encodeURIComponent(of.unit)}`;
    try {
      this.map.showIsochrones(await get(`/api/isochrones?${query}&minutes=1,3,5`));
    } catch (error) {
      this.onProblem(error.message);
    }
  }

  async closures() {
    if (!this.map) return;
    try {
      this.map.set("closures", await get("/api/closures"));
    } catch (error) {
      this.onProblem(error.message);
    }
  }
}
