/** My night watches on the phone: begun and finished with or without a network. */

import { byId, h, pageData } from "../base/dom.js";
import { fill, nameOf, setTimeZone, timeText } from "../base/wording.js";
import { OfflinePage, keepPage } from "../phone/offline_page.js";
import { entryOf } from "../phone/outbox.js";
import { whereAmI } from "../phone/place.js";
import { askNote, askSeen } from "../phone/seen_sheet.js";
import { Store } from "../phone/store.js";
import { cardsOf, setDayZone, standingText, withPending } from "./mine_view.js";

const OWN = "/api/watches/";
const PAGE = "/my-watches/";
/** What belongs to a watch waits in its order; what was seen waits on its own. */
const taskOf = (watch) => `watch:${watch.id}`;
const verb = (entry) => entry.url.split("/").at(-1);

class Watches extends OfflinePage {
  constructor(store) {
    super(store, {
      url: `${OWN}mine`,
      kept: "watches",
      page: PAGE,
      owns: (entry) => entry.task?.startsWith("watch:"),
      lostText: gettext("No connection. Watches as of %(time)s; what you do is kept on the phone."),
    });
    // The list that came with the page is newer than what the phone has kept.
    this.broughtS = Number(byId("view").dataset.made ?? 0);
  }

  lost() {
    this.broughtS = 0;
    super.lost();
  }

  /** What the server has accepted counts at once. */
  async onSent({ entry, answer }) {
    if (!this.data || !entry.url?.startsWith(OWN) || !answer?.id) return;
    const watches = this.data.watches.map((one) => (one.id === answer.id ? answer : one));
    await this.keep({ ...this.data, watches }, this.asOfS);
  }

  drawNow() {
    if (this.asOfS < this.broughtS) return;
    this.broughtS = 0;
    const nowS = Date.now() / 1000;
    const watches = withPending(this.data.watches, this.entries);
    const seen = JSON.stringify([watches, Math.floor(nowS / 60)]);
    if (seen === this.seen) return;
    this.seen = seen;
    const focused = document.activeElement?.getAttribute("aria-label");
    byId("view").replaceChildren(...cardsOf(watches, nowS, {
      begin: (watch) => this.once(() => this.begin(watch)),
      finish: (watch) => this.once(() => this.finish(watch)),
      see: this.data.hazards.length ? (watch) => this.once(() => this.see(watch)) : null,
    }));
    if (focused) [...byId("view").querySelectorAll("[aria-label]")].find((one) => one.getAttribute("aria-label") === focused)?.focus();
  }

  async send(url, body, action, watch, task = taskOf(watch)) {
    const label = nameOf(watch.team);
    await this.outbox.add([entryOf({ url, body, action, label, task })]);
    this.say(`${action}: ${label}`);
  }

  begin(watch) {
    const body = { device_s: Date.now() / 1000, although_missed: watch.state === "missed" };
    return this.send(`${OWN}${watch.id}/begin`, body, gettext("Watch begun"), watch);
  }

  async finish(watch) {
    const told = await askNote(gettext("Finish the watch?"));
    if (told) await this.send(`${OWN}${watch.id}/finish`, { device_s: Date.now() / 1000, ...told }, gettext("Watch finished"), watch);
  }

  /** A hazard: where the phone is, or else where the team meets. */
  async see(watch) {
    const here = (await whereAmI()) ?? (watch.lon === null ? null : watch);
    if (!here) {
      this.say(gettext("The phone has no position."), true);
      return;
    }
    const title = gettext("Report a hazard");
    const told = await askSeen({ title, choices: this.data.hazards, place: watch.meets_at, here });
    if (told) await this.send("/api/hazards", told, title, watch, `${taskOf(watch)}:seen:${Date.now()}`);
  }

  versions(record) {
    const told = super.versions(record);
    if (!record.watch) return told;
    return h("div", { class: "versions" },
      h("section", {}, h("h3", { text: gettext("On this phone") }), told),
      h("section", {}, h("h3", { text: gettext("On the server") }), h("p", { text: standingText(record.watch) })));
  }

  /** Nothing is merged unasked: who was there decides what is sent of it. */
  decisions(record) {
    const [first, ...more] = record.entries;
    const state = record.watch?.state;
    const button = (text, entries) => h("button", { type: "button", class: "primary", text, onclick: () => this.outbox.insist({ ...record, entries }) });
    if (record.code === "watch_missed") {
      const there = { ...first, body: { ...first.body, although_missed: true } };
      return [button(gettext("Our team was there: send it"), [there, ...more])];
    }
    if (state === "under_way" && verb(first) === "begin") {
      return more.length ? [button(fill(gettext("Keep the beginning at %(time)s, send the rest"), { time: timeText(record.watch.begun_s) }), more)] : [];
    }
    return state === "finished" || state === "cancelled" ? [] : super.decisions(record);
  }
}

const settings = pageData();
setTimeZone(settings.timezone);
setDayZone(settings.timezone);
await new Watches(await Store.open(settings.staff)).start();
keepPage(settings.worker_url, PAGE);
