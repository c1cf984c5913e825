/** Alarms seen and heard. Sound may be switched off, and the button says so. */

import { byId, h, setAttribute, setText, showList } from "../base/dom.js";
import { fill, shortNumber } from "../base/wording.js";
import { alarmText } from "../base/codes.js";

const KEY = "wardmote.sound";
/** An alarm that nobody answers is heard again after this long. */
const REPEAT_MS = 8000;
const MOST_SHOWN = 2;

export class Alarms {
  constructor(room, { onProblem }) {
    this.room = room;
    this.onProblem = onProblem;
    this.strip = byId("alarm-strip");
    this.button = byId("sound");
    this.muted = localStorage.getItem(KEY) === "off";
    this.context = null;
    this.heardMs = -Infinity;
    this.known = new Set();
    this.button.addEventListener("click", () => this.toggleSound());
    for (const name of ["pointerdown", "keydown"]) {
      addEventListener(name, () => this.wakeSound(), { capture: true });
    }
    this.showSound();
  }

  sorted() {
    const rank = (alarm) => (alarm.level === "alarm" ? 0 : 1);
    return [...this.room.board.alarms.values()].sort((a, b) => rank(a) - rank(b) || a.raised_s - b.raised_s);
  }

  show({ first = false } = {}) {
    const alarms = this.sorted();
    showList(this.strip, alarms.slice(0, MOST_SHOWN), (alarm) => alarm.id, () => this.createAlarm(), (element, alarm) => {
      element.alarm = alarm;
      setAttribute(element, "data-level", alarm.level);
      setText(element.label, this.describe(alarm));
    });
    let more = this.strip.querySelector(".alarm-more");
    if (alarms.length > MOST_SHOWN) {
      more ??= this.strip.appendChild(h("span", { class: "alarm-more" }));
      setText(more, `+${alarms.length - MOST_SHOWN}`);
    } else {
      more?.remove();
    }
    for (const alarm of alarms) {
      if (this.known.has(alarm.id)) continue;
      this.known.add(alarm.id);
      if (first) continue;
      setText(byId("urgent-announcer"), this.describe(alarm));
      this.sound(alarm.level);
    }
    for (const id of this.known) if (!this.room.board.alarms.has(id)) this.known.delete(id);
    document.title = document.title.replace(/^\(\d+\) /, "");
    if (alarms.length) document.title = `(${alarms.length}) ${document.title}`;
  }

  describe(alarm) {
    const { board } = this.room;
    const incident = board.incidents.get(alarm.incident);
    const number = incident ? shortNumber(incident.number) : "?";
    const who = alarm.unit ? ` · ${this.room.callSign(alarm.unit)}` : "";
    return `${alarmText(alarm.timer)}: ${fill(gettext("call %(number)s"), { number })}${who}`;
  }

  createAlarm() {
    const label = h("button", { type: "button", class: "alarm-label", onclick: () => this.room.select(element.alarm.incident) });
    const answer = h("button", { type: "button", class: "small", text: gettext("Answer"), onclick: () => this.answer(element.alarm) });
    const element = h("span", { class: "alarm" }, label, answer);
    element.label = label;
    return element;
  }

  async answer(alarm) {
    try {
      await this.room.answerAlarm(alarm.id);
    } catch (error) {
      this.onProblem(error.message);
    }
  }

  /** Answer the most pressing alarm and show its call. */
  answerFirst() {
    const [alarm] = this.sorted();
    if (!alarm) return;
    this.room.select(alarm.incident);
    this.answer(alarm);
  }

  /** Called once a second: alarms of the higher level are heard until they are answered. */
  tick() {
    if (performance.now() - this.heardMs < REPEAT_MS) return;
    if (this.sorted().some((alarm) => alarm.level === "alarm")) this.sound("alarm");
  }

  wakeSound() {
    if (!this.context) this.context = new AudioContext();
    if (this.context.state === "suspended") this.context.resume().then(() => this.showSound());
    else this.showSound();
  }

  toggleSound() {
    this.muted = !this.muted;
    localStorage.setItem(KEY, this.muted ? "off" : "on");
    this.showSound();
    if (!this.muted) this.sound("call");
  }

  showSound() {
    const waiting = !this.context || this.context.state !== "running";
    setText(this.button, this.muted ? gettext("Sound off") : waiting ? gettext("Sound waits for a key") : gettext("Sound on"));
    setAttribute(this.button, "aria-pressed", String(!this.muted));
    setAttribute(this.button, "data-state", this.muted ? "off" : waiting ? "waiting" : "on");
  }

  /** `call`: one soft note; `warn`: two; `alarm`: a rising triple. */
  sound(kind) {
    this.heardMs = performance.now();
    if (this.muted || this.context?.state !== "running") return;
    const notes = { call: [660], warn: [740, 740], alarm: [880, 1100, 1320] }[kind] ?? [660];
    notes.forEach((frequency, index) => {
      const start = this.context.currentTime + index * 0.18;
      const oscillator = this.context.createOscillator();
      const gain = this.context.createGain();
      oscillator.type = kind === "alarm" ? "square" : "sine";
      oscillator.frequency.value = frequency;
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(kind === "alarm" ? 0.12 : 0.2, start + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.001, start + 0.16);
      oscillator.connect(gain).connect(this.context.destination);
      oscillator.start(start);
      oscillator.stop(start + 0.17);
    });
  }
}
