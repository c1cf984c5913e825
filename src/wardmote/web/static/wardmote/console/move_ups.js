/** Advice for idle units: who should stand where for a while, what that brings, what became of it. */

import { byId, h, makeOnlyTabStop, rovingFocus, setAttribute, setText, showList } from "../base/dom.js";
import { clockText, durationText, fill, shareText } from "../base/wording.js";
import { moveUpStateText } from "../base/codes.js";

const ORDER = { advised: 0, acknowledged: 1, arrived: 2 };

export class MoveUps {
  constructor(room, posts, { run, announce }) {
    this.room = room;
    this.posts = posts;
    this.run = run;
    this.say = announce;
    this.region = byId("move-ups");
    this.list = byId("move-ups-list");
    rovingFocus(this.list, ".move-up-row");
  }

  sorted() {
    return [...this.room.board.move_ups.values()].sort((a, b) => ORDER[a.state] - ORDER[b.state] || a.advised_s - b.advised_s);
  }

  show() {
    const all = this.sorted();
    this.region.hidden = all.length === 0;
    setText(byId("move-ups-count"), String(all.length));
    showList(this.list, all, (moveUp) => moveUp.id, () => this.createRow(), (element, moveUp) => this.updateRow(element, moveUp));
    makeOnlyTabStop(this.list, ".move-up-row");
    this.tick();
  }

  postName(id) {
    return this.posts.get(id) ?? id;
  }

  updateRow(element, moveUp) {
    const { parts } = element;
    const { room } = this;
    const unit = room.board.units.get(moveUp.unit);
    const may = Boolean(unit) && room.may("unit.command", unit);
    element.moveUp = moveUp;
    setAttribute(parts.row, "data-state", moveUp.state);
    setText(parts.what, fill(gettext("%(unit)s to %(post)s"), { unit: room.callSign(moveUp.unit), post: this.postName(moveUp.post) }));
    setText(parts.gain, fill(gettext("covers %(share)s more of calls in time · %(drive)s away"), {
      share: shareText(moveUp.gain_share), drive: durationText(moveUp.drive_s),
    }));
    setText(parts.state, moveUpStateText(moveUp.state));
    parts.accept.hidden = !may || moveUp.state !== "advised";
    parts.back.hidden = !may;
    setText(parts.back, moveUp.state === "arrived" ? gettext("Send back") : gettext("Take back"));
  }

  createRow() {
    const parts = {
      what: h("span", { class: "move-up-what" }),
      gain: h("span", { class: "move-up-gain" }),
      state: h("span", { class: "move-up-state" }),
      clock: h("span", { class: "clock" }),
    };
    parts.row = h("button", { type: "button", class: "move-up-row", tabindex: "-1", onclick: () => this.room.tell("unit", element.moveUp.unit) },
      parts.what, h("span", { class: "move-up-when" }, parts.state, " ", parts.clock), parts.gain);
    parts.accept = h("button", { type: "button", class: "small", text: gettext("Crew accepts"), onclick: () => this.act(element.moveUp, "acknowledge") });
    parts.back = h("button", { type: "button", class: "small", onclick: () => this.act(element.moveUp, element.moveUp.state === "arrived" ? "end" : "lapse") });
    const element = h("li", { class: "move-up" }, parts.row, h("div", { class: "row" }, parts.accept, parts.back));
    element.parts = parts;
    return element;
  }

  async act(moveUp, action) {
    const done = action === "acknowledge" ? gettext("Noted: the crew accepts.") : gettext("Taken back.");
    await this.run(this.room.actOnMoveUp(moveUp.id, action), done);
  }

  tick() {
    const now = this.room.now();
    for (const element of this.list.children) setText(element.parts.clock, clockText(now - element.moveUp.since_s));
  }

  announce({ unit, post, gain_share: share }) {
    this.say(fill(gettext("Advice: %(unit)s to %(post)s, covers %(share)s more of calls in time"), {
      unit: this.room.callSign(unit), post: this.postName(post), share: shareText(share),
    }));
  }

  focus() {
    if (this.region.hidden) this.say(gettext("There is no advice for idle units now."));
    else this.list.querySelector(".move-up-row[tabindex='0']")?.focus();
  }
}
