/**
 * The training room's telephone on the console: what rings, what the caller says, and what became
 * of it. A call that the viewer takes down while a caller is on the line belongs to that caller.
 */

import { byId, h, setText, showList } from "../base/dom.js";
import { fill, nameOf, shortNumber } from "../base/wording.js";
import { get, post } from "../live/http.js";

const LOOK_MS = 1000;
const LONG_S = 30;

class Phone {
  constructor(room) {
    this.room = room;
    this.state = { ringing: [], line: null, ended: false };
    this.build();
    room.addEventListener("change", ({ detail }) => this.onEvent(detail.event));
    room.addEventListener("board", () => this.showOpenCalls());
    this.look();
    setInterval(() => this.look(), LOOK_MS);
  }

  build() {
    this.ringing = byId("phone-ringing");
    this.quiet = h("span", { class: "quiet", text: gettext("No call is ringing.") });
    this.buttons = h("span", { class: "phone-ringing" });
    this.ringing.append(this.quiet, this.buttons);
    this.says = h("p", { class: "phone-says", id: "phone-says", role: "status" });
    this.open = h("select", { "aria-label": gettext("The call that the caller speaks of") });
    this.known = h("button", { type: "button", text: gettext("Known already"), onclick: () => this.end("known", this.open.value) });
    this.down = h("button", { type: "button", text: gettext("Hang up"), onclick: () => this.end("hung_up") });
    byId("phone-line").append(this.says, this.open, this.known, this.down);
    this.show();
  }

  async look() {
    try {
      this.take(await get("/training/phone/"));
    } catch (error) {
      if (error.status !== 404) setText(this.quiet, error.message);
    }
  }

  take(state) {
    this.state = state;
    this.show();
  }

  show() {
    const { ringing, line, ended } = this.state;
    setText(this.quiet, ended ? gettext("The exercise is over.") : gettext("No call is ringing."));
    this.quiet.hidden = ringing.length > 0 || Boolean(line);
    showList(this.buttons, line ? [] : ringing, (one) => one.call, (one) => h("button", {
      type: "button", class: "primary", onclick: () => this.answer(one.call),
    }), (button, one) => {
      setText(button, fill(gettext("Answer (rings for %(s)s s)"), { s: Math.round(one.waited_s) }));
      button.dataset.waiting = one.waited_s >= LONG_S ? "long" : "short";
    });
    for (const part of [this.says, this.open, this.known, this.down]) part.hidden = !line;
    if (line) setText(this.says, `“${nameOf(line.says)}” — ${nameOf(line.place)}`);
    else setText(this.says, "");
    this.showOpenCalls();
  }

  showOpenCalls() {
    if (!this.state.line) return;
    const calls = [...(this.room.board?.incidents.values() ?? [])].sort((a, b) => (a.number < b.number ? 1 : -1));
    showList(this.open, calls, (call) => call.id, (call) => h("option", { value: call.id }), (option, call) => {
      setText(option, `${shortNumber(call.number)} ${this.room.vocabulary.category(call.category)} ${call.place ?? ""}`);
    });
    this.known.disabled = calls.length === 0;
  }

  /** What the viewer takes down while somebody is on the line is what the caller reported. */
  onEvent(event) {
    if (event.type === "incident.entered" && this.state.line && event.actor === this.room.me.staff_id) {
      this.end("taken", event.data.incident);
    }
  }

  async answer(call) {
    await this.ask(`/training/phone/${call}/answer/`, {});
  }

  async end(how, incident = "") {
    if (this.state.line) await this.ask(`/training/phone/${this.state.line.call}/end/`, { how, incident });
  }

  async ask(url, body) {
    try {
      this.take(await post(url, body));
    } catch (error) {
      this.room.tell("problem", error.message);
      this.look();
    }
  }
}

document.addEventListener("wardmote:room", ({ detail: room }) => new Phone(room), { once: true });
