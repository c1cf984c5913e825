/** The selected call: what it is, who is on it, what can be done. */

import { byId, h, setAttribute, setText, showList } from "../base/dom.js";
import { clockText, fill, nameOf, shortNumber, timeText } from "../base/wording.js";
import {
  assignmentActionText, destinationText, incidentActionText, incidentStateText, placeClassText, priorityText, unitStateText,
} from "../base/codes.js";
import { unitStateSince } from "../live/board.js";
import { get } from "../live/http.js";
import { showCaller } from "./caller.js";
import { showPremiseNotes } from "./premise_notes.js";
import { ask } from "./question.js";
import { standingText } from "./queue.js";
import { Ranking } from "./ranking.js";
import { standing } from "./standard_clock.js";

/** Actions on an assignment that ask for a reason code, with the list it comes from. */
const REASON_LISTS = { refuse: "refuse", cancel: "cancel", preempt: "preempt" };

export class CallPanel {
  constructor(room, { run, onRanking }) {
    this.room = room;
    this.run = run;
    this.host = byId("call");
    this.empty = this.host.firstElementChild;
    this.ranking = new Ranking(room, { run, onShown: onRanking });
    this.element = this.build();
    this.element.addEventListener("keydown", (event) => this.onKey(event));
  }

  build() {
    this.symbol = h("span", { class: "priority-symbol", "aria-hidden": "true" });
    this.title = h("h2", { id: "call-title" });
    this.subtitle = h("p", { class: "call-subtitle" });
    this.clock = h("span", { class: "clock" });
    this.against = h("span", { class: "against" });
    this.clocks = h("p", { class: "call-clock" }, this.clock, " ", this.against);
    this.place = h("p", { class: "call-place" });
    this.facts = h("p", { class: "call-facts quiet" });
    this.premise = h("ul", { class: "premise", "aria-label": gettext("Notes on the place") });
    this.page = h("a", { class: "button small", text: gettext("Whole record") });
    this.callerButton = h("button", {
      type: "button", class: "small", text: gettext("Caller"), "aria-keyshortcuts": "c", hidden: true, onclick: () => this.openCaller(),
    });
    this.premiseButton = h("button", { type: "button", class: "small", text: gettext("Notes on the place"), hidden: true, onclick: () => this.openPremiseNotes() });
    this.assignments = h("ul", { class: "assignments", "aria-label": gettext("Units on this call") });
    this.actions = h("div", { class: "row call-actions" });
    this.priority = h("select", { "aria-label": gettext("Priority"), onchange: () => this.changePriority() });
    this.level = h("select", { "aria-label": gettext("Alarm level"), onchange: () => this.changeLevel() });
    this.levelUp = h("button", {
      type: "button", class: "small", text: "+1", "aria-label": gettext("Raise the alarm level"), title: gettext("Raise the alarm level"),
      "aria-keyshortcuts": "+", onclick: () => this.raiseLevel(),
    });
    this.priorityPart = h("label", { class: "inline" }, gettext("Priority"), " ", this.priority);
    this.levelPart = h("span", { class: "inline" }, h("label", { class: "inline" }, gettext("Alarm level"), " ", this.level), this.levelUp);
    this.noteField = h("input", { type: "text", placeholder: gettext("Add a note"), "aria-label": gettext("Add a note"), maxlength: 2000 });
    this.noteForm = h("form", { class: "note-form", onsubmit: (event) => this.addNote(event) },
      this.noteField, h("button", { type: "submit", text: gettext("Add") }));
    this.notes = h("ul", { class: "notes", "aria-label": gettext("Notes") });
    return h("div", { class: "call-panel" },
      h("header", { class: "call-head" },
        this.symbol, h("div", { class: "call-names" }, this.title, this.subtitle), this.clocks),
      this.place, this.facts, this.premise, this.assignments, this.ranking.element,
      h("div", { class: "call-more" },
        h("div", { class: "row" }, this.priorityPart, this.levelPart, this.page, this.callerButton, this.premiseButton),
        this.actions, this.noteForm, this.notes));
  }

  show() {
    const { room } = this;
    const incident = room.selected && room.board.incidents.get(room.selected);
    if (!incident) {
      if (this.element.isConnected) this.host.replaceChildren(this.empty);
      return;
    }
    if (!this.element.isConnected) this.host.replaceChildren(this.element);
    const detail = room.details.get(incident.id);
    setText(this.symbol, String(incident.priority));
    this.element.dataset.priority = incident.priority;
    setText(this.title, `${shortNumber(incident.number)} ${room.vocabulary.category(incident.category)}`);
    setText(this.subtitle, [incident.number, priorityText(incident.priority), incidentStateText(incident.state),
      incident.drill ? gettext("Drill") : ""].filter(Boolean).join(" · "));
    setText(this.place, incident.place || (incident.lon === null ? gettext("The place is unknown.") : ""));
    setText(this.facts, this.factsOf(incident));
    showList(this.premise, (detail?.premise_notes ?? []).map((text, index) => ({ text, index })), (note) => note.index,
      () => h("li"), (element, note) => setText(element, note.text));
    this.page.href = `/console/incidents/${incident.id}/`;
    this.showAssignments(incident, detail);
    this.showPriority(incident);
    this.showLevel(incident, detail);
    this.showActions(detail?.allowed ?? []);
    const mayEdit = room.may("incident.edit", incident);
    this.callerButton.hidden = !detail?.caller_purposes?.length;
    this.premiseButton.hidden = !mayEdit || incident.lon === null;
    this.priorityPart.hidden = !mayEdit;
    this.noteForm.hidden = !mayEdit;
    this.levelPart.hidden = !room.may("incident.dispatch", incident);
    const notes = [...(detail?.notes ?? [])].reverse();
    showList(this.notes, notes, (note) => note.id, createNote, (element, note) => {
      setText(element.text, note.text);
      setText(element.about, `${timeText(note.at_s)} ${nameOf(note.author)}`);
    });
    this.ranking.show(incident.id);
    this.tick();
  }

  factsOf(incident) {
    const { vocabulary } = this.room;
    const tier = vocabulary.tier(incident);
    const targets = incident.destinations.map((destination) =>
      destination.first_responsible
        ? fill(gettext("%(who)s (first responsible)"), { who: destinationText(destination.kind) })
        : destinationText(destination.kind));
    const asked = vocabulary.standardOf(incident);
    const standard = tier && asked
      ? `${nameOf(asked.name)} ${nameOf(tier.name) || placeClassText(incident.place_class)} ${clockText(tier.target_s)}`
      : placeClassText(incident.place_class);
    return [fill(gettext("received %(time)s"), { time: timeText(incident.stamps.received) }), standard, ...targets].join(" · ");
  }

  showAssignments(incident, detail) {
    const rows = this.room.assignmentsOf(incident.id);
    const allowed = new Map((detail?.assignments ?? []).map((row) => [row.id, row]));
    showList(this.assignments, rows, (row) => row.id, createAssignment, (element, row) => {
      element.row = row;
      setText(element.sign, this.room.callSign(row.unit));
      setText(element.state, unitStateText(row.state) + (row.queue ? ` (${row.queue})` : ""));
      setAttribute(element, "data-state", row.state);
      const known = allowed.get(row.id);
      const actions = known && known.state === row.state ? known.allowed : [];
      const key = actions.join();
      if (element.actionsKey === key) return;
      element.actionsKey = key;
      element.actions.replaceChildren(...actions.map((action) =>
        h("button", { type: "button", class: "small", text: assignmentActionText(action), onclick: () => this.act(row, action) })));
    });
  }

  async act(row, action) {
    let reason = "";
    if (REASON_LISTS[action]) {
      reason = await ask({
        title: `${assignmentActionText(action)}: ${this.room.callSign(row.unit)}`,
        choices: this.room.vocabulary.reasons(REASON_LISTS[action]),
      });
      if (reason === null) return;
    }
    let feedback = "";
    if (action === "report") {
      feedback = await ask({ title: gettext("What does the crew report?"), choices: this.room.vocabulary.data.feedback });
      if (feedback === null) return;
    }
    await this.run(this.room.actOnAssignment(row.id, action, { reason, feedback }),
      `${this.room.callSign(row.unit)}: ${assignmentActionText(action)}`);
  }

  showPriority(incident) {
    if (this.priority.options.length === 0) {
      this.priority.append(...[1, 2, 3, 4].map((value) => h("option", { value: String(value), text: `${value} ${priorityText(value)}` })));
    }
    if (document.activeElement !== this.priority) this.priority.value = String(incident.priority);
  }

  async changePriority() {
    const incident = this.room.board.incidents.get(this.room.selected);
    const priority = Number(this.priority.value);
    const reason = await ask({ title: gettext("Why another priority?"), choices: this.room.vocabulary.reasons("classify") });
    if (reason !== null) {
      await this.run(this.room.amend(incident.id, { priority, reason }), gettext("Priority changed"));
    }
    this.priority.value = String(this.room.board.incidents.get(incident.id)?.priority ?? priority);
  }

  /** Levels of the run card; a call whose category changed may stand above them. */
  showLevel(incident, detail) {
    const highest = Math.max(detail?.alarm_levels ?? 1, incident.alarm_level);
    if (this.level.options.length !== highest) {
      this.level.replaceChildren(...Array.from({ length: highest }, (_, index) =>
        h("option", { value: String(index + 1), text: fill(gettext("Level %(n)s"), { n: index + 1 }) })));
    }
    if (document.activeElement !== this.level) this.level.value = String(incident.alarm_level);
    this.levelUp.disabled = incident.alarm_level >= (detail?.alarm_levels ?? 1);
  }

  async changeLevel() {
    const incident = this.room.selected;
    await this.setLevel(incident, Number(this.level.value));
    this.level.value = String(this.room.board.incidents.get(incident)?.alarm_level ?? 1);
  }

  raiseLevel() {
    const incident = this.room.board.incidents.get(this.room.selected);
    return incident && !this.levelUp.disabled && !this.levelPart.hidden ? this.setLevel(incident.id, incident.alarm_level + 1) : null;
  }

  async setLevel(incidentId, level) {
    const reason = await ask({
      title: fill(gettext("Alarm level %(n)s: why?"), { n: level }), choices: this.room.vocabulary.reasons("classify"),
    });
    if (reason !== null) {
      await this.run(this.room.setAlarmLevel(incidentId, level, reason), fill(gettext("Alarm level %(n)s"), { n: level }));
    }
  }

  showActions(allowed) {
    const shown = allowed.filter((action) => ["close", "cancel", "resolve", "reopen", "route"].includes(action));
    const key = shown.join();
    if (this.actionsKey === key) return;
    this.actionsKey = key;
    this.actions.replaceChildren(...shown.map((action) =>
      h("button", { type: "button", class: action === "cancel" ? "danger" : "", text: incidentActionText(action), onclick: () => this.actOnCall(action) })));
  }

  actOnCall(action) {
    return actOnIncident(this.room, this.room.selected, action, this.run);
  }

  /** Ask why, then show who called; by the button, the key C or the command. */
  async openCaller(incidentId = this.room.selected) {
    if (!incidentId) return;
    const detail = this.room.details.get(incidentId) ?? await get(`/api/incidents/${incidentId}`);
    await showCaller(detail, this.room.vocabulary);
  }

  async openPremiseNotes() {
    const incident = this.room.board.incidents.get(this.room.selected);
    await showPremiseNotes(incident);
    this.room.refreshSelected();
  }

  async addNote(event) {
    event.preventDefault();
    const text = this.noteField.value.trim();
    if (!text) return;
    const done = await this.run(this.room.note(this.room.selected, text), gettext("Note added"));
    if (done !== null) {
      this.noteField.value = "";
      this.room.refreshSelected();
    }
  }

  tick() {
    const incident = this.room.selected && this.room.board.incidents.get(this.room.selected);
    if (!incident) return;
    const now = this.room.now();
    const { vocabulary } = this.room;
    const state = standing(incident, vocabulary.standardOf(incident), vocabulary.tier(incident), now);
    setText(this.clock, clockText(state.elapsedS));
    setText(this.against, standingText(state));
    setAttribute(this.clocks, "data-level", state.level);
    for (const element of this.assignments.children) {
      const since = unitStateSince(element.row);
      setText(element.clock, since === null ? "" : clockText(now - since));
    }
  }

  /** Digits tick units and Enter sends, from anywhere in the panel but its fields. */
  onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
    if (/^[1-9]$/.test(event.key)) {
      this.ranking.toggle(Number(event.key));
      event.preventDefault();
    }
  }
}

/** Ask for what the action needs and carry it out; used by the panel and the incident page. */
export async function actOnIncident(room, incidentId, action, run) {
  const { vocabulary } = room;
  let reason = "";
  let disposition = null;
  if (action === "close") {
    disposition = await ask({ title: gettext("How did the call end?"), choices: vocabulary.data.dispositions, confirm: gettext("Close the call") });
    if (disposition === null) return;
  } else if (action === "cancel" || action === "reopen") {
    reason = await ask({ title: incidentActionText(action), choices: vocabulary.reasons(action === "cancel" ? "cancel_call" : action), danger: action === "cancel" });
    if (reason === null) return;
  }
  await run(room.actOnIncident(incidentId, action, { reason, disposition }), incidentActionText(action));
}

function createNote() {
  const text = h("span", { class: "note-text" });
  const about = h("small", { class: "quiet" });
  const element = h("li", {}, text, " ", about);
  return Object.assign(element, { text, about });
}

function createAssignment() {
  const sign = h("span", { class: "unit-sign" });
  const state = h("span", { class: "unit-state" });
  const clock = h("span", { class: "clock" });
  const actions = h("span", { class: "row" });
  const element = h("li", { class: "assignment" }, sign, state, clock, actions);
  return Object.assign(element, { sign, state, clock, actions });
}
