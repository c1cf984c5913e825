/**
 * The board: what the control room knows now, folded from journal events.
 *
 * Folding gives the same board as fetching it again, field by field, except `place`, which is
 * text and not in the journal. No clock, no page, no network in here.
 */

const OPEN = new Set(["entered", "routed", "in_progress", "resolved"]);
const OVER = new Set(["cleared", "refused", "preempted", "cancelled"]);
const ACTIVE = new Set(["reserved", "assigned", "acknowledged", "en_route", "on_scene", "feedback"]);

/** The field time that reaching a state writes. */
const STAMP_OF_STATE = {
  assigned: "assigned",
  acknowledged: "acknowledged",
  en_route: "en_route",
  on_scene: "arrived",
  feedback: "feedback",
  cleared: "cleared",
};

const PARTS = ["incidents", "units", "assignments", "alarms", "closures", "move_ups"];

/** States of advice to an idle unit that are not over. */
const LIVING_MOVE_UPS = new Set(["advised", "acknowledged", "arrived"]);

/** A board from the answer of `GET /api/board`. */
export function boardFrom(snapshot) {
  const board = { seq: snapshot.seq };
  for (const part of PARTS) {
    board[part] = new Map((snapshot[part] ?? []).map((row) => [row.id, structuredClone(row)]));
  }
  return board;
}

/** The board as `GET /api/board` would answer, rows sorted by id, for comparison. */
export function plainBoard(board) {
  const plain = { seq: board.seq };
  for (const part of PARTS) {
    plain[part] = [...board[part].values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  }
  return plain;
}

/**
 * Fold one event into the board and say which rows it touched. An event at or before the
 * board's position changes nothing: a repeated message is harmless.
 */
export function fold(board, event) {
  const touched = Object.fromEntries(PARTS.map((part) => [part, new Set()]));
  if (event.seq <= board.seq) return touched;
  board.seq = event.seq;
  HANDLERS[event.type]?.(board, event, touched);
  return touched;
}

const HANDLERS = {
  "incident.entered"(board, { area, data }, touched) {
    board.incidents.set(data.incident, {
      id: data.incident,
      number: data.number,
      category: data.category,
      priority: data.priority,
      alarm_level: 1,
      state: "entered",
      channel: data.channel,
      area,
      beat: data.beat,
      lon: data.lon,
      lat: data.lat,
      place: "",
      place_class: data.place_class,
      drill: data.drill,
      primary: null,
      destinations: [],
      stamps: {},
      disposition: null,
      recommendation: null,
    });
    touched.incidents.add(data.incident);
  },

  "incident.located"(board, { area, data }, touched) {
    const { lon, lat, place_class, beat } = data;
    change(board, data.incident, { lon, lat, place_class, beat, area }, touched);
  },

  "incident.classified"(board, { data }, touched) {
    change(board, data.incident, { category: data.category, priority: data.priority }, touched);
  },

  "incident.alarm_level"(board, { data }, touched) {
    change(board, data.incident, { alarm_level: data.level }, touched);
  },

  "incident.routed"(board, { data }, touched) {
    change(board, data.incident, { destinations: data.destinations }, touched);
  },

  "incident.moved"(board, { data }, touched) {
    const row = board.incidents.get(data.incident);
    if (!row) return;
    touched.incidents.add(row.id);
    if (OPEN.has(data.after)) {
      row.state = data.after;
      if (data.disposition) row.disposition = data.disposition;
      return;
    }
    board.incidents.delete(row.id);
    for (const assignment of board.assignments.values()) {
      if (assignment.incident !== row.id) continue;
      board.assignments.delete(assignment.id);
      touched.assignments.add(assignment.id);
      touched.units.add(assignment.unit);
    }
    for (const alarm of board.alarms.values()) {
      if (alarm.incident !== row.id) continue;
      board.alarms.delete(alarm.id);
      touched.alarms.add(alarm.id);
    }
  },

  "incident.time_stamped"(board, { data }, touched) {
    const row = board.incidents.get(data.incident);
    if (!row || row.stamps[data.stamp] !== undefined) return;
    row.stamps[data.stamp] = data.at_s;
    touched.incidents.add(row.id);
  },

  "incident.linked"(board, { data }, touched) {
    change(board, data.incident, { primary: data.primary }, touched);
  },

  "incident.unlinked"(board, { data }, touched) {
    change(board, data.incident, { primary: null }, touched);
  },

  "recommendation.made"(board, { data }, touched) {
    const { recommendation: id, policy_version, units, shortfall } = data;
    change(board, data.incident, { recommendation: { id, policy_version, units, shortfall } }, touched);
  },

  "unit.on_duty"(board, { area, occurred_s, data }, touched) {
    board.units.set(data.unit, {
      id: data.unit,
      call_sign: data.call_sign,
      kind: data.kind,
      capabilities: data.capabilities,
      seats: data.seats,
      post: data.post,
      area,
      on_duty: true,
      available: true,
      reason: "",
      lon: data.lon,
      lat: data.lat,
      heading: null,
      fix_s: occurred_s,
    });
    touched.units.add(data.unit);
  },

  "unit.off_duty"(board, { data }, touched) {
    const row = board.units.get(data.unit);
    if (!row) return;
    const nowhere = { lon: null, lat: null, heading: null, fix_s: null };
    Object.assign(row, { on_duty: false, available: false, reason: "" }, nowhere);
    touched.units.add(row.id);
  },

  "unit.stationed"(board, { data }, touched) {
    const row = board.units.get(data.unit);
    if (!row) return;
    row.post = data.post;
    touched.units.add(row.id);
  },

  "unit.availability"(board, { data }, touched) {
    const row = board.units.get(data.unit);
    if (!row) return;
    row.available = data.available;
    row.reason = data.reason;
    touched.units.add(row.id);
  },

  "assignment.moved"(board, { occurred_s, data }, touched) {
    if (!board.incidents.has(data.incident)) return;
    touched.assignments.add(data.assignment);
    touched.incidents.add(data.incident);
    touched.units.add(data.unit);
    if (OVER.has(data.after)) {
      board.assignments.delete(data.assignment);
      return;
    }
    const { assignment: id, incident, unit, after: state, queue, reason } = data;
    const stamps = board.assignments.get(id)?.stamps ?? {};
    const stamp = STAMP_OF_STATE[state];
    if (stamp && stamps[stamp] === undefined) stamps[stamp] = occurred_s;
    board.assignments.set(id, { id, incident, unit, state, queue, reason, stamps });
  },

  "alarm.raised"(board, { occurred_s, data }, touched) {
    const { alarm: id, timer, level, incident, assignment, unit } = data;
    if (!board.incidents.has(incident)) return;
    board.alarms.set(id, { id, timer, level, incident, assignment, unit, raised_s: occurred_s });
    touched.alarms.add(id);
    touched.incidents.add(incident);
  },

  "alarm.ended"(board, { data }, touched) {
    board.alarms.delete(data.alarm);
    touched.alarms.add(data.alarm);
    touched.incidents.add(data.incident);
  },

  "closure.set"(board, { data }, touched) {
    if (data.closed) board.closures.set(data.closure, { id: data.closure, edges: data.edges });
    else board.closures.delete(data.closure);
    touched.closures.add(data.closure);
  },

  "move_up.advised"(board, { occurred_s, data }, touched) {
    const { move_up: id, unit, home, post, gain_share, drive_s, reason } = data;
    const row = { id, unit, home, post, state: "advised", advised_s: occurred_s, since_s: occurred_s, gain_share, drive_s, reason };
    board.move_ups.set(id, row);
    touched.move_ups.add(id);
    touched.units.add(unit);
  },

  "move_up.moved"(board, { occurred_s, data }, touched) {
    const row = board.move_ups.get(data.move_up);
    if (!row) return;
    touched.move_ups.add(row.id);
    touched.units.add(row.unit);
    if (LIVING_MOVE_UPS.has(data.after)) Object.assign(row, { state: data.after, since_s: occurred_s });
    else board.move_ups.delete(row.id);
  },
};

function change(board, incident, values, touched) {
  const row = board.incidents.get(incident);
  if (!row) return;
  Object.assign(row, values);
  touched.incidents.add(incident);
}

/** True for an event that brings back a call which the board no longer holds. */
export function bringsBack(board, { type, data }) {
  const comesBack = data.action === "reopen" || data.action === "unmerge";
  return type === "incident.moved" && comesBack && !board.incidents.has(data.incident);
}

/** A positions message onto the units it names. Returns how many are on the board. */
export function moveUnits(board, { units, lon, lat, heading, fix_s: fixS }) {
  let moved = 0;
  for (let index = 0; index < units.length; index += 1) {
    const row = board.units.get(units[index]);
    if (!row || !row.on_duty) continue;
    row.lon = lon[index];
    row.lat = lat[index];
    row.heading = heading[index];
    row.fix_s = fixS[index];
    moved += 1;
  }
  return moved;
}

/** The active assignment of each unit, by unit. */
export function activeAssignments(board) {
  const active = new Map();
  for (const assignment of board.assignments.values()) {
    if (ACTIVE.has(assignment.state)) active.set(assignment.unit, assignment);
  }
  return active;
}

/** What a unit is doing: the state of its active assignment, or whether it is free. */
export function unitState(unit, assignment) {
  if (!unit.on_duty) return "off_duty";
  if (assignment) return assignment.state;
  return unit.available ? "available" : "unavailable";
}

/** When the unit came into its present state, or null when the board does not know. */
export function unitStateSince(assignment) {
  if (!assignment) return null;
  const stamp = STAMP_OF_STATE[assignment.state];
  return assignment.stamps[stamp] ?? null;
}
