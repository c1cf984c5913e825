/** Keeping a map and the board together: vehicles, calls, following, closures. */

import { byId, setText } from "../base/dom.js";
import { fill } from "../base/wording.js";

/** Wire `map` to `room`; used by the console and by the map alone in a second window. */
export function connectMap(room, map, mapAnswers) {
  const incidents = () => map.showIncidents([...room.board.incidents.values()], room.selected);
  const everything = () => {
    map.vehicles.setUnits(room.board.units.values(), (unit) => room.stateOf(unit));
    incidents();
    mapAnswers.closures();
  };
  room.addEventListener("board", everything);
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
  map.addEventListener("follow", ({ detail }) => showFollowing(room, map, detail));
}

function showFollowing(room, map, unitId) {
  const note = byId("follow-note");
  note.hidden = unitId === null;
  map.vehicles.select(unitId);
  if (unitId !== null) {
    setText(note, fill(gettext("Following %(unit)s. Move the map to stop."), { unit: room.callSign(unitId) }));
  }
}
