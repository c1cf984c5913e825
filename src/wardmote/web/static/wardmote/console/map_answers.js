/** Questions whose answers are drawn on the map: ways of the recommended units, reach, closures. */

import { fill, nameOf, percentText, timeText } from "../base/wording.js";
import { get } from "../live/http.js";

const MOST_WAYS = 5;

export class MapAnswers {
  constructor(room, { map, onProblem }) {
    this.room = room;
    this.map = map;
    this.onProblem = onProblem;
    this.request = null;
    this.patrolOf = null;
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

  /** The patrol of a unit on duty, drawn if it has one; null takes the drawing away. Its words, or "". */
  async patrol(unitId) {
    this.patrolOf = unitId;
    this.map?.showPatrol(null);
    const unit = unitId === null ? null : this.room.board.units.get(unitId);
    if (!unit?.on_duty) return "";
    try {
      const { patrols: [patrol] } = await get(`/api/patrols?unit=${encodeURIComponent(unitId)}`);
      if (!patrol || this.patrolOf !== unitId) return "";
      this.map?.showPatrol(patrol);
      return patrolInWords(unit.call_sign, patrol, this.room.now());
    } catch (error) {
      this.onProblem(error.message);
      return "";
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

function patrolInWords(sign, patrol, now) {
  const keys = patrol.stops.filter((stop) => stop.key_place);
  const following = patrol.stops.find((stop) => !stop.visited && stop.at_s + stop.stays_s >= now);
  const place = following && (nameOf(following.key_place) || nameOf(following.street));
  const told = fill(patrol.driven_share === null
    ? gettext("%(unit)s is on patrol until %(until)s; without its positions nobody knows what was driven.")
    : gettext("%(unit)s is on patrol until %(until)s: %(driven)s driven, %(visited)s of %(planned)s key places visited."), {
    unit: sign, until: timeText(patrol.until_s), driven: percentText(patrol.driven_share),
    visited: keys.filter((stop) => stop.visited).length, planned: keys.length,
  });
  return place ? `${told} ${fill(gettext("Next: %(place)s at %(time)s."), { place, time: timeText(following.at_s) })}` : told;
}
