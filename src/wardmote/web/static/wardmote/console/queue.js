/** The list of open calls, most urgent first, each with its clock against the standard. */

import { byId, h, makeOnlyTabStop, rovingFocus, setAttribute, setText, showList } from "../base/dom.js";
import { clockText, fill, shortNumber } from "../base/wording.js";
import { incidentStateText, priorityText, unitStateText } from "../base/codes.js";
import { queueOrder, standing } from "./standard_clock.js";

/** Longer queues are cut here; the rest is counted, and the command line reaches every call. */
const MOST_ROWS = 150;

export class Queue {
  constructor(room) {
    this.room = room;
    this.list = byId("queue");
    this.rows = new Map();
    rovingFocus(this.list, ".queue-row");
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest(".queue-row");
      if (!row) return;
      room.select(row.dataset.incident);
      // Enter on a call goes on to its units, and Enter there sends them; a click stays where it is.
      if (event.detail === 0) room.tell("work", row.dataset.incident);
    });
  }

  show() {
    const { room } = this;
    const incidents = [...room.board.incidents.values()].sort(queueOrder);
    setText(byId("queue-count"), String(incidents.length));
    byId("queue-empty").hidden = incidents.length > 0;
    this.assigned = new Map();
    for (const assignment of room.board.assignments.values()) {
      if (!this.assigned.has(assignment.incident)) this.assigned.set(assignment.incident, []);
      this.assigned.get(assignment.incident).push(assignment);
    }
    this.alarmed = new Map();
    for (const alarm of room.board.alarms.values()) {
      if (this.alarmed.get(alarm.incident) !== "alarm") this.alarmed.set(alarm.incident, alarm.level);
    }
    showList(this.list, incidents.slice(0, MOST_ROWS), (incident) => incident.id, createRow, (element, incident) =>
      this.updateRow(element, incident));
    makeOnlyTabStop(this.list, ".queue-row");
    this.tick();
  }

  updateRow(element, incident) {
    const { parts } = element;
    const { room } = this;
    parts.row.dataset.incident = incident.id;
    parts.row.dataset.priority = incident.priority;
    setAttribute(parts.row, "aria-current", incident.id === room.selected ? "true" : null);
    setAttribute(parts.row, "data-alarm", this.alarmed.get(incident.id) ?? null);
    setText(parts.symbol, String(incident.priority));
    setText(parts.priority, priorityText(incident.priority));
    setText(parts.number, shortNumber(incident.number));
    setText(parts.category, room.vocabulary.category(incident.category));
    setText(parts.place, incident.place || (incident.lon === null ? gettext("place unknown") : "…"));
    parts.drill.hidden = !incident.drill;
    const units = (this.assigned.get(incident.id) ?? []).slice(0, 3)
      .map((assignment) => `${room.callSign(assignment.unit)} ${unitStateText(assignment.state)}`);
    setText(parts.state, units.length ? units.join(" · ") : incidentStateText(incident.state));
    parts.incident = incident;
  }

  /** Bring the running clocks up to date; called once a second. */
  tick() {
    const now = this.room.now();
    const { vocabulary } = this.room;
    for (const element of this.list.children) {
      const { parts } = element;
      const { incident } = parts;
      const state = standing(incident, vocabulary.standardOf(incident), vocabulary.tier(incident), now);
      setText(parts.clock, clockText(state.elapsedS));
      setText(parts.against, standingText(state));
      setAttribute(parts.clocks, "data-level", state.level);
    }
  }

  /** Select the next or previous call. */
  step(by) {
    const rows = [...this.list.querySelectorAll(".queue-row")];
    if (rows.length === 0) return;
    const at = rows.findIndex((row) => row.dataset.incident === this.room.selected);
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
    this.room.select(next.dataset.incident);
    next.focus();
  }
}

/** The words beside a clock, so that its colour is never needed. */
export function standingText({ level, targetS, elapsedS, running, stopped }) {
  if (level === "unknown") return gettext("no standard");
  if (!running && !stopped) return gettext("no unit yet");
  if (level === "late") {
    const by = clockText(elapsedS - targetS);
    return stopped ? fill(gettext("arrived %(by)s late"), { by }) : fill(gettext("late by %(by)s"), { by });
  }
  if (stopped) return gettext("arrived in time");
  return fill(gettext("of %(target)s"), { target: clockText(targetS) });
}

function createRow() {
  const parts = {
    symbol: h("span", { class: "priority-symbol", "aria-hidden": "true" }),
    priority: h("span", { class: "visually-hidden" }),
    number: h("span", { class: "queue-number number" }),
    category: h("span", { class: "queue-category" }),
    drill: h("span", { class: "tag", text: gettext("Drill") }),
    place: h("span", { class: "queue-place" }),
    state: h("span", { class: "queue-state" }),
    clock: h("span", { class: "clock" }),
    against: h("span", { class: "against" }),
  };
  parts.clocks = h("span", { class: "queue-clock" }, parts.clock, parts.against);
  parts.row = h("button", { type: "button", class: "queue-row", tabindex: "-1" },
    parts.symbol, parts.priority,
    h("span", { class: "queue-what" },
      h("span", { class: "queue-line" }, parts.number, " ", parts.category, " ", parts.drill),
      parts.place, parts.state),
    parts.clocks);
  const element = h("li", {}, parts.row);
  element.parts = parts;
  return element;
}
