/** What all parts of the console share: the board, the selection, and what can be done. */

import { areaPrefix } from "../base/codes.js";
import { ServerClock } from "../live/clock.js";
import { get, newKey, post, remove, patch } from "../live/http.js";
import { activeAssignments, unitState } from "../live/board.js";
import { BoardStream } from "../live/stream.js";

/** Texts of calls are fetched after the event that announced them, a few at a time. */
const MOST_FETCHES = 3;
const REFRESH_MS = 350;

/**
 * Events: `board` (everything is new), `change` (detail: `{touched, event}`), `positions`,
 * `ranking` (detail: incident id), `detail` (detail: incident id), `select` (detail: id or
 * null), `connection`.
 */
export class Room extends EventTarget {
  constructor(vocabulary, me) {
    super();
    this.vocabulary = vocabulary;
    this.me = me;
    this.clock = new ServerClock({ server_s: Date.now() / 1000, rate: 1 });
    this.stream = new BoardStream({ now: () => this.clock.now() });
    this.rankings = new Map();
    this.details = new Map();
    this.selected = null;
    this.active = new Map();
    this.wanted = new Set();
    this.fetching = 0;
    this.refreshTimer = 0;
    this.listen();
  }

  get board() {
    return this.stream.board;
  }

  now() {
    return this.clock.now();
  }

  listen() {
    const { stream } = this;
    stream.addEventListener("clock", ({ detail }) => this.clock.set(detail));
    stream.addEventListener("board", () => {
      this.active = activeAssignments(this.board);
      this.rankings.clear();
      for (const [id] of this.details) if (!this.board.incidents.has(id)) this.details.delete(id);
      if (this.selected && !this.board.incidents.has(this.selected)) this.select(null);
      this.tell("board");
      if (this.selected) this.openSelected();
    });
    stream.addEventListener("change", ({ detail }) => this.onChange(detail));
    stream.addEventListener("positions", ({ detail }) => this.tell("positions", detail));
    stream.addEventListener("recommendation", ({ detail }) => {
      this.rankings.set(detail.incident, detail);
      this.tell("ranking", detail.incident);
    });
    stream.addEventListener("connection", ({ detail }) => this.tell("connection", detail));
  }

  onChange({ touched, event }) {
    if (touched.assignments.size) this.active = activeAssignments(this.board);
    if (event.type === "incident.entered" || event.type === "incident.located") this.fetchText(event.data.incident);
    if (this.selected && touched.incidents.has(this.selected)) {
      if (this.board.incidents.has(this.selected)) this.refreshSelected();
      else this.select(null);
    } else if (event.type === "incident.noted" && event.data.incident === this.selected) {
      this.refreshSelected();
    }
    this.tell("change", { touched, event });
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Show a call everywhere. */
  select(incidentId) {
    if (this.selected === incidentId) return;
    this.selected = incidentId;
    this.tell("select", incidentId);
    if (incidentId) this.openSelected();
  }

  async openSelected() {
    const id = this.selected;
    this.fetchText(id);
    if (this.rankings.has(id)) return;
    try {
      const ranking = await get(`/api/incidents/${id}/recommendation`);
      if (ranking && !this.rankings.has(id)) {
        this.rankings.set(id, ranking);
        this.tell("ranking", id);
      }
    } catch (error) {
      if (error.status !== 404) this.tell("problem", error.message);
    }
  }

  refreshSelected() {
    clearTimeout(this.refreshTimer);
    this.refreshTimer = setTimeout(() => this.selected && this.fetchText(this.selected), REFRESH_MS);
  }

  /** Fetch the place, the notes and what is allowed: texts that the journal does not carry. */
  fetchText(incidentId) {
    this.wanted.add(incidentId);
    this.fetchNext();
  }

  async fetchNext() {
    if (this.fetching >= MOST_FETCHES || this.wanted.size === 0) return;
    const id = this.wanted.has(this.selected) ? this.selected : this.wanted.values().next().value;
    this.wanted.delete(id);
    this.fetching += 1;
    try {
      const detail = await get(`/api/incidents/${id}`);
      this.details.set(id, detail);
      const row = this.board?.incidents.get(id);
      if (row) row.place = detail.place ?? "";
      this.tell("detail", id);
    } catch (error) {
      if (id === this.selected) this.tell("problem", error.message);
    } finally {
      this.fetching -= 1;
      this.fetchNext();
    }
  }

  /** Whether the viewer may do that to a call or unit; the server checks it again. */
  may(permission, { area }) {
    return this.me.grants.some((grant) => grant.permissions.includes(permission) && area.startsWith(areaPrefix(grant.area)));
  }

  stateOf(unit) {
    return unitState(unit, this.active.get(unit.id));
  }

  callSign(unitId) {
    return this.board?.units.get(unitId)?.call_sign ?? unitId;
  }

  assignmentsOf(incidentId) {
    return [...this.board.assignments.values()].filter((assignment) => assignment.incident === incidentId);
  }

  // What can be done. Each answers with the server's answer or throws a RequestError.

  enter(call, key = newKey()) {
    return post("/api/incidents", call, { key });
  }

  assign(incidentId, { units, recommendation = null, overrideReason = "", mode = "assign" }) {
    return post(`/api/incidents/${incidentId}/assignments`, {
      units, recommendation, override_reason: overrideReason, mode,
    });
  }

  actOnAssignment(assignmentId, action, { reason = "", feedback = "" } = {}) {
    return post(`/api/assignments/${assignmentId}/actions`, { action, reason, feedback });
  }

  actOnIncident(incidentId, action, { reason = "", disposition = null } = {}) {
    return post(`/api/incidents/${incidentId}/actions`, { action, reason, disposition });
  }

  amend(incidentId, changes) {
    return patch(`/api/incidents/${incidentId}`, changes);
  }

  askAgain(incidentId) {
    return post(`/api/incidents/${incidentId}/recommendation`, {});
  }

  setAlarmLevel(incidentId, level, reason) {
    return post(`/api/incidents/${incidentId}/alarm-level`, { level, reason });
  }

  note(incidentId, text) {
    return post(`/api/incidents/${incidentId}/notes`, { text });
  }

  link(incidentId, primary) {
    return post(`/api/incidents/${incidentId}/links`, { primary });
  }

  unlink(incidentId, primary) {
    return remove(`/api/incidents/${incidentId}/links/${primary}`);
  }

  answerAlarm(alarmId) {
    return post(`/api/alarms/${alarmId}/answer`, {});
  }

  /** Advice to a unit that is not over, or undefined. */
  moveUpOf(unitId) {
    return [...this.board.move_ups.values()].find((moveUp) => moveUp.unit === unitId);
  }

  actOnMoveUp(moveUpId, action, { reason = "" } = {}) {
    return post(`/api/move-ups/${moveUpId}/actions`, { action, reason });
  }

  runCommand(line) {
    return post("/api/commands", { line });
  }
}
