/** The board of units: who is free, who is doing what, and for how long. */

import { byId, h, makeOnlyTabStop, rovingFocus, setAttribute, setText, showList } from "../base/dom.js";
import { clockText, durationText, fill, shortNumber } from "../base/wording.js";
import { unitStateText } from "../base/codes.js";
import { unitStateSince } from "../live/board.js";

/** More rows than this are of no use to a reader; the filter finds every unit. */
const MOST_ROWS = 80;
const ORDER = {
  assigned: 0, acknowledged: 1, en_route: 2, on_scene: 3, feedback: 4, reserved: 5, available: 6, unavailable: 7, off_duty: 8,
};
const GROUP = {
  reserved: "assigned", assigned: "assigned", acknowledged: "assigned", en_route: "en_route",
  on_scene: "on_scene", feedback: "on_scene", available: "available", unavailable: "unavailable", off_duty: "unavailable",
};

export class UnitBoard {
  constructor(room, posts) {
    this.room = room;
    this.posts = posts;
    this.list = byId("units");
    this.filter = byId("units-filter");
    this.filter.addEventListener("input", () => this.show());
    rovingFocus(this.list, ".unit-row");
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest(".unit-row");
      if (row) room.tell("unit", row.dataset.unit);
    });
  }

  show() {
    const { room } = this;
    const all = [...room.board.units.values()];
    const onDuty = all.filter((unit) => unit.on_duty);
    const free = onDuty.filter((unit) => room.stateOf(unit) === "available").length;
    setText(byId("units-count"), fill(gettext("%(free)s free of %(all)s on duty"), { free, all: onDuty.length }));
    const words = this.filter.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const shown = (words.length ? all : onDuty).filter((unit) => words.every((word) => this.textOf(unit).includes(word)));
    const order = (unit) => ORDER[room.stateOf(unit)] ?? 9;
    shown.sort((a, b) => order(a) - order(b) || a.call_sign.localeCompare(b.call_sign, undefined, { numeric: true }));
    showList(this.list, shown.slice(0, MOST_ROWS), (unit) => unit.id, createRow, (element, unit) => this.updateRow(element, unit));
    makeOnlyTabStop(this.list, ".unit-row");
    const more = byId("units-more");
    more.hidden = shown.length <= MOST_ROWS && shown.length > 0;
    if (!more.hidden) {
      setText(more, shown.length === 0
        ? gettext("No unit is called that.")
        : fill(gettext("and %(n)s more: type above to find one"), { n: shown.length - MOST_ROWS }));
    }
    this.tick();
  }

  textOf(unit) {
    const { room } = this;
    const post = this.posts.get(unit.post) ?? "";
    return `${unit.call_sign} ${unit.id} ${room.vocabulary.kind(unit.kind)} ${post} ${unitStateText(room.stateOf(unit))}`.toLowerCase();
  }

  updateRow(element, unit) {
    const { parts } = element;
    const { room } = this;
    const state = room.stateOf(unit);
    const assignment = room.active.get(unit.id);
    const incident = assignment && room.board.incidents.get(assignment.incident);
    parts.row.dataset.unit = unit.id;
    setAttribute(parts.row, "data-state", GROUP[state] ?? "unavailable");
    setAttribute(parts.row, "aria-current", unit.id === room.lastUnit ? "true" : null);
    setText(parts.sign, unit.call_sign);
    const elsewhere = room.moveUpOf(unit.id);
    const post = elsewhere && elsewhere.state !== "advised"
      ? fill(gettext("%(home)s → %(post)s"), { home: this.posts.get(unit.post) ?? "", post: this.posts.get(elsewhere.post) ?? elsewhere.post })
      : this.posts.get(unit.post);
    setText(parts.kind, [room.vocabulary.kind(unit.kind), post].filter(Boolean).join(" · "));
    const reason = state === "unavailable" && unit.reason ? `: ${room.vocabulary.reason(unit.reason)}` : "";
    setText(parts.state, unitStateText(state) + reason);
    setText(parts.call, incident ? fill(gettext("call %(number)s"), { number: shortNumber(incident.number) }) : "");
    parts.unit = unit;
    parts.since = unitStateSince(assignment);
  }

  tick() {
    const now = this.room.now();
    const staleAfter = this.room.vocabulary.data.stale_after_s;
    for (const element of this.list.children) {
      const { parts } = element;
      setText(parts.clock, parts.since === null ? "" : clockText(now - parts.since));
      const age = parts.unit.fix_s === null ? null : now - parts.unit.fix_s;
      const stale = parts.unit.on_duty && (age === null || age > staleAfter);
      setAttribute(parts.row, "data-stale", stale ? "true" : null);
      setText(parts.age, stale
        ? age === null ? gettext("position unknown") : fill(gettext("position %(age)s old"), { age: durationText(age) })
        : "");
    }
  }
}

function createRow() {
  const parts = {
    sign: h("span", { class: "unit-sign" }),
    kind: h("span", { class: "unit-kind" }),
    state: h("span", { class: "unit-state" }),
    call: h("span", { class: "unit-call" }),
    age: h("span", { class: "unit-age" }),
    clock: h("span", { class: "clock" }),
  };
  parts.row = h("button", { type: "button", class: "unit-row", tabindex: "-1" },
    parts.sign, h("span", { class: "unit-what" }, parts.state, " ", parts.call, " ", parts.age), parts.clock, parts.kind);
  const element = h("li", {}, parts.row);
  element.parts = parts;
  return element;
}
