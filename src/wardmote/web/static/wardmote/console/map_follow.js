/** Keeping a map and the board together: vehicles, calls, following, closures. */

import { byId, setText } from "../base/dom.js";
import { listenToOthers, tellOthers } from "../base/windows.js";
import { fill } from "../base/wording.js";

/** Ages are told by the minute; looking this often is enough. */
const STALE_CHECK_MS = 2000;

/** Wire `map` to `room`; used by the console and by the map alone in a second window. */
export function connectMap(room, map, mapAnswers) {
  const incidents = () => map.showIncidents([...room.board.incidents.values()], room.selected);
  const everything = () => {
    map.vehicles.setUnits(room.board.units.values(), (unit) => room.stateOf(unit));
    incidents();
    mapAnswers.closures();
  };
  const stale = () => map.showStale(room.board ? staleUnits(room, map) : []);
  room.addEventListener("board", everything);
  room.addEventListener("board", stale);
  setInterval(stale, STALE_CHECK_MS);
  room.addEventListener("positions", ({ detail }) => map.vehicles.move(detail));
  room.addEventListener("select", () => {
    incidents();
    const incident = room.board.incidents.get(room.selected);
    if (incident?.lon !== null && incident) map.show([incident.lon, incident.lat]);
    else mapAnswers.clearFan();
  });
  room.addEventListener("change", ({ detail: { touched } }) => {
    for (const id of touched.units) {
      const unit = room.board.units.get(id);
      if (unit) map.vehicles.setUnit(unit, room.stateOf(unit));
    }
    if (touched.incidents.size) incidents();
    if (touched.closures.size) mapAnswers.closures();
  });
  map.addEventListener("follow", ({ detail }) => {
    showFollowing(room, map, detail);
    tellOthers("follow", detail);
  });
  listenToOthers({ follow: (unitId) => (unitId === null || room.board?.units.has(unitId)) && map.follow(unitId) });
}

/** Units on duty whose last position is older than the deployment counts on. */
function staleUnits(room, map) {
  const now = room.now();
  const found = [];
  for (const unit of room.board.units.values()) {
    if (!unit.on_duty || unit.fix_s === null || unit.lon === null) continue;
    const ageS = now - unit.fix_s;
    if (ageS > room.vocabulary.data.stale_after_s) found.push({ place: map.vehicles.placeOf(unit.id) ?? [unit.lon, unit.lat], ageS });
  }
  return found;
}

function showFollowing(room, map, unitId) {
  const note = byId("follow-note");
  note.hidden = unitId === null;
  map.vehicles.select(unitId);
  if (unitId !== null) {
    setText(note, fill(gettext("Following %(unit)s. Move the map to stop."), { unit: room.callSign(unitId) }));
  }
}
