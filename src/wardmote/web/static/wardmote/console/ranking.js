/** The recommended units for the selected call, with reasons; digits choose, Enter sends. */

import { h, setAttribute, setText, showList } from "../base/dom.js";
import { durationText, fill, percentText } from "../base/wording.js";
import { reasonText } from "../base/codes.js";
import { ask } from "./question.js";

const MOST_LINES = 9;
/** A unit that waits with the call in its queue, or is held for it, can still be sent. */
const WAITING = new Set(["proposed", "reserved", "stacked"]);

export class Ranking {
  /** `run(promise)` shows a refusal to the reader and answers null then. */
  constructor(room, { run, onShown }) {
    this.room = room;
    this.run = run;
    this.onShown = onShown;
    this.incident = null;
    this.chosen = new Set();
    this.wantsFocus = false;
    this.element = this.build();
  }

  build() {
    this.title = h("h3", { id: "ranking-title", text: gettext("Recommended units") });
    this.note = h("p", { class: "ranking-note quiet" });
    this.shortfall = h("p", { class: "message warning", hidden: true });
    this.list = h("ol", { class: "ranking-list", "aria-labelledby": "ranking-title" });
    this.rejected = h("ul", { class: "rejected-list" });
    this.rejectedSummary = h("summary");
    this.rejectedPart = h("details", { hidden: true }, this.rejectedSummary, this.rejected);
    this.sendButton = h("button", {
      type: "button", class: "primary", "aria-keyshortcuts": "F4", onclick: () => this.send("assign"),
    });
    this.stackButton = h("button", { type: "button", text: gettext("Stack"), title: gettext("Queue behind the unit's present call"), onclick: () => this.send("stack") });
    this.reserveButton = h("button", { type: "button", text: gettext("Reserve"), onclick: () => this.send("reserve") });
    this.againButton = h("button", { type: "button", text: gettext("Ask again"), onclick: () => this.run(this.room.askAgain(this.incident), gettext("Units asked for again")) });
    this.buttons = h("div", { class: "row ranking-buttons" }, this.sendButton, this.stackButton, this.reserveButton, this.againButton);
    this.list.addEventListener("change", (event) => this.onTick(event.target));
    this.list.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches("input")) return;
      event.preventDefault();
      this.send("assign");
    });
    return h("section", { class: "ranking", "aria-labelledby": "ranking-title" },
      this.title, this.note, this.shortfall, this.list,
      this.buttons,
      this.rejectedPart);
  }

  /** Show the ranking of a call; what the reader ticked stays until a new ranking comes. */
  show(incidentId) {
    const ranking = this.room.rankings.get(incidentId) ?? null;
    const fresh = incidentId !== this.incident || ranking?.recommendation !== this.recommendation;
    this.incident = incidentId;
    const incident = this.room.board.incidents.get(incidentId);
    this.maySend = Boolean(incident) && this.room.may("incident.dispatch", incident);
    this.recommendation = ranking?.recommendation ?? null;
    const lines = ranking?.lines ?? [];
    this.recommended = new Set(lines.filter((line) => line.chosen).map((line) => line.unit));
    this.sent = new Map(this.room.assignmentsOf(incidentId).filter((row) => !WAITING.has(row.state)).map((row) => [row.unit, row.state]));
    if (fresh) {
      this.chosen = new Set(this.recommended);
    }
    const newlySent = [...this.sent.keys()].filter((unit) => this.chosen.delete(unit));
    const offered = lines.filter((line) => line.chosen || line.rank !== null).sort(byRank).slice(0, MOST_LINES);
    const shown = new Set(offered.map((line) => line.unit));
    const rest = lines.filter((line) => !shown.has(line.unit));
    setText(this.note, this.noteOf(ranking));
    this.note.hidden = !this.note.textContent;
    this.shortfall.hidden = !ranking?.shortfall?.length;
    setText(this.shortfall, shortfallText(ranking?.shortfall ?? [], this.room.vocabulary));
    this.offered = offered;
    showList(this.list, offered, (line) => line.unit, createLine, (element, line, index) => this.updateLine(element, line, index));
    this.rejectedPart.hidden = rest.length === 0;
    setText(this.rejectedSummary, fill(ngettext("%(n)s other unit looked at", "%(n)s other units looked at", rest.length), { n: rest.length }));
    showList(this.rejected, rest.slice(0, 60), (line) => line.unit, () => h("li"), (element, line) =>
      setText(element, `${this.room.callSign(line.unit)}: ${line.reasons.map((reason) => reasonText(reason, this.room.vocabulary)).join(gettext("; ")) || gettext("not chosen")}`));
    this.buttons.hidden = !this.maySend;
    this.updateButtons();
    if (fresh || newlySent.length) this.onShown(incidentId, offered, this.chosen);
    if (this.wantsFocus) this.focusSoon();
  }

  /** Focus the first unit, now or as soon as the ranking is here and the reader still waits for it. */
  focusSoon() {
    const first = this.list.querySelector("input");
    const waits = document.activeElement?.closest(".queue-row") || document.activeElement === document.body;
    this.wantsFocus = !first && Boolean(waits);
    if (first && waits) first.focus();
  }

  noteOf(ranking) {
    if (!ranking) return gettext("No recommendation yet. Units can be sent from the unit board or the command line.");
    if (ranking.problem) return reasonText(ranking.problem, this.room.vocabulary);
    if (ranking.lines.length === 0) return gettext("No unit is needed for this call.");
    return "";
  }

  updateLine(element, line, index) {
    const { parts } = element;
    const unit = this.room.board.units.get(line.unit);
    setText(parts.key, String(index + 1));
    parts.box.checked = this.chosen.has(line.unit);
    parts.box.dataset.unit = line.unit;
    const state = this.sent.get(line.unit);
    parts.box.disabled = state !== undefined || !this.maySend;
    setText(parts.sign, unit?.call_sign ?? line.unit);
    setText(parts.kind, unit ? this.room.vocabulary.kind(unit.kind) : "");
    setText(parts.travel, line.travel_s === null ? gettext("no way") : durationText(line.travel_s));
    setText(parts.probability, line.probability === null ? "–" : percentText(line.probability));
    parts.meter.value = line.probability ?? 0;
    setAttribute(parts.meter, "aria-label", gettext("Probability of meeting the standard"));
    const told = state === undefined ? line.reasons : [{ code: "already_sent", values: { state } }];
    const reasons = told.map((reason) => reasonText(reason, this.room.vocabulary));
    setText(parts.reasons, reasons.join(gettext("; ")));
    setAttribute(element, "data-recommended", this.recommended.has(line.unit) ? "true" : null);
  }

  onTick(box) {
    if (box.checked) this.chosen.add(box.dataset.unit);
    else this.chosen.delete(box.dataset.unit);
    this.updateButtons();
    this.onShown(this.incident, this.offered, this.chosen);
  }

  /** Tick or untick the n-th line, from 1. */
  toggle(position) {
    const line = this.offered?.[position - 1];
    if (!line || !this.maySend || this.sent.has(line.unit)) return;
    if (this.chosen.has(line.unit)) this.chosen.delete(line.unit);
    else this.chosen.add(line.unit);
    this.show(this.incident);
    this.onShown(this.incident, this.offered, this.chosen);
  }

  updateButtons() {
    const signs = [...this.chosen].map((unit) => this.room.callSign(unit));
    this.sendButton.replaceChildren(h("span", {}, ...sendWords(signs)), " ", h("kbd", { text: "F4" }));
    for (const button of [this.sendButton, this.stackButton, this.reserveButton]) button.disabled = signs.length === 0;
  }

  get overrides() {
    if (this.recommendation === null) return false;
    return this.chosen.size !== this.recommended.size || [...this.chosen].some((unit) => !this.recommended.has(unit));
  }

  /** Send what is ticked. Another choice than the recommended one asks for its reason. */
  async send(mode) {
    if (!this.incident || !this.maySend || this.chosen.size === 0) return;
    const incident = this.incident;
    let overrideReason = "";
    if (this.overrides && mode === "assign") {
      overrideReason = await ask({
        title: gettext("Why other units than recommended?"),
        choices: this.room.vocabulary.reasons("override"),
        confirm: gettext("Send"),
      });
      if (overrideReason === null) return;
    }
    await this.run(
      this.room.assign(incident, { units: [...this.chosen], recommendation: this.recommendation, overrideReason, mode }),
      fill(gettext("Sent: %(units)s"), { units: [...this.chosen].map((unit) => this.room.callSign(unit)).join(gettext(", ")) }));
  }
}

/** "Send A-1, B-2" with call signs that are not broken at their hyphens. */
function sendWords(signs) {
  if (signs.length === 0) return [gettext("Send")];
  const [before, after] = fill(gettext("Send %(units)s"), { units: "\n" }).split("\n");
  return [before, ...signs.flatMap((sign, index) => [index ? gettext(", ") : "", h("span", { class: "unbroken", text: sign })]), after];
}

function byRank(a, b) {
  return (a.rank ?? Infinity) - (b.rank ?? Infinity);
}

function shortfallText(shortfall, vocabulary) {
  const missing = shortfall.map(({ any_of: anyOf, wanted, found }) =>
    fill(gettext("%(n)s × %(kind)s"), { n: wanted - found, kind: anyOf.map((kind) => vocabulary.kind(kind)).join(gettext(" or ")) }));
  return missing.length ? fill(gettext("Missing: %(what)s"), { what: missing.join(gettext(", ")) }) : "";
}

function createLine() {
  const parts = {
    key: h("kbd"),
    box: h("input", { type: "checkbox" }),
    sign: h("span", { class: "line-sign" }),
    kind: h("span", { class: "line-kind" }),
    travel: h("span", { class: "line-travel number" }),
    meter: h("meter", { min: 0, max: 1, low: 0.5, high: 0.8, optimum: 1 }),
    probability: h("span", { class: "line-probability number" }),
    reasons: h("span", { class: "line-reasons" }),
  };
  const element = h("li", { class: "ranking-line" },
    h("label", {},
      parts.box, parts.key,
      h("span", { class: "line-who" }, parts.sign, " ", parts.kind),
      parts.travel,
      h("span", { class: "line-chance" }, parts.meter, parts.probability),
      parts.reasons));
  element.parts = parts;
  return element;
}
