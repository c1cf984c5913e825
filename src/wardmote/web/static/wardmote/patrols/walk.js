/** Walking a patrol on the phone, with or without a network. */

import { byId, h, pageData, setText } from "../base/dom.js";
import { distanceText, fill, nameOf, setTimeZone } from "../base/wording.js";
import { OfflinePage, keepPage } from "../phone/offline_page.js";
import { entryOf } from "../phone/outbox.js";
import { distanceM, whereAmI } from "../phone/place.js";
import { askNote, askSeen } from "../phone/seen_sheet.js";
import { choose } from "../phone/sheet.js";
import { Store } from "../phone/store.js";
import { Positions } from "./positions.js";
import { listView, orderView, withPending } from "./walk_view.js";

const FRESH_S = 20;
const OWN = "/api/patrol-orders/";
const PAGE = "/patrols/walk/";

class Walk extends OfflinePage {
  constructor(store) {
    super(store, {
      url: `${OWN}mine`,
      kept: "patrols",
      page: PAGE,
      owns: (entry) => entry.url?.startsWith(OWN),
      lostText: gettext("No connection. Patrols as of %(time)s; what you do is kept on the phone."),
    });
    this.positions = new Positions(store, this.outbox);
    addEventListener("hashchange", () => this.navigate());
    document.addEventListener("visibilitychange", () => document.hidden || this.stayAwake());
  }

  /** What the server has accepted counts at once. */
  async onSent({ entry, answer }) {
    if (!this.data || !answer?.points) return;
    const orders = this.data.orders.map((one) => (one.id === entry.task ? answer : one));
    await this.keep({ ...this.data, orders }, this.asOfS);
  }

  get orders() {
    return this.data ? withPending(this.data.orders, this.entries) : [];
  }

  async navigate() {
    this.seen = "";
    await this.draw();
    byId("title").focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  async drawNow() {
    const { orders } = this;
    const walking = orders.find((one) => one.state === "under_way" && one.mine);
    await this.positions.follow(walking?.id ?? null);
    if (walking) this.stayAwake();
    const id = /^#patrol\/(.+)$/.exec(location.hash)?.[1];
    const order = id && orders.find((one) => one.id === id);
    const nowS = Date.now() / 1000;
    const seen = JSON.stringify([id, order ?? orders, Math.floor(nowS / 60)]);
    if (seen === this.seen) return;
    this.seen = seen;
    const focused = document.activeElement?.getAttribute("aria-label");
    setText(byId("title"), order ? nameOf(order.place) : gettext("My patrols"));
    byId("view").replaceChildren(...(order ? orderView(order, { nowS, here: this.positions.last, data: this.data, act: this.acts(order) }) : listView(orders, nowS)));
    byId("bar").replaceChildren(...(order ? this.bar(order) : this.listBar(walking ?? orders.find((one) => one.state === "planned" && one.to_s > nowS))));
    if (focused) [...document.querySelectorAll("[aria-label]")].find((one) => one.getAttribute("aria-label") === focused)?.focus();
  }

  listBar(next) {
    return [
      ...(this.data.hazards.length ? [h("a", { class: "button", href: "/my-watches/", text: gettext("My watches") })] : []),
      ...(next ? [h("a", { class: "button primary", href: `#patrol/${next.id}`, text: next.state === "under_way" ? gettext("Go on") : gettext("Next patrol") })] : []),
    ];
  }

  bar(order) {
    const button = (text, act, kind = "") => h("button", { type: "button", class: kind, text, onclick: () => this.once(act) });
    const buttons = [h("a", { class: "button", href: "#", text: gettext("Back") })];
    if (order.state === "planned" || order.state === "missed") buttons.push(button(gettext("Start"), () => this.begin(order), "primary"));
    if (order.state === "under_way" && order.mine) buttons.push(button(gettext("Finish"), () => this.finish(order), "primary"));
    return buttons;
  }

  acts(order) {
    return { reach: (point) => this.once(() => this.reach(order, point)), see: (kind) => this.once(() => this.see(order, kind)) };
  }

  async send(order, verb, body, action) {
    const label = nameOf(order.place);
    await this.outbox.add([entryOf({ url: `${OWN}${order.id}/${verb}`, body: { ...body, device_s: Date.now() / 1000 }, action, label, task: order.id })]);
    this.say(`${action}: ${label}`);
  }

  begin(order) {
    return this.send(order, "start", {}, gettext("Patrol started"));
  }

  /** Where the phone is: what it told a moment ago, or else asked anew. */
  async here() {
    const { last } = this.positions;
    return last && Date.now() / 1000 - last.at_s <= FRESH_S ? last : whereAmI();
  }

  async reach(order, point) {
    const here = await this.here();
    let told = here ? { lon: here.lon, lat: here.lat, accuracy_m: here.accuracy_m } : {};
    const away = here && distanceM(point, here);
    const near = here && away <= point.tolerance_m + Math.min(here.accuracy_m, point.tolerance_m);
    if (!near) {
      const text = here ? fill(gettext("You are %(away)s from the check-point."), { away: distanceText(away) }) : gettext("The phone has no position.");
      const reason = await choose({ title: gettext("Why from here?"), text, choices: this.data.away, words: true, confirm: gettext("Count it") });
      if (!reason) return;
      told = { ...told, reason: reason.code, words: reason.words };
    }
    await this.send(order, "points", { ...told, number: point.number }, gettext("Check-point reached"));
  }

  /** What was seen, with the place filled in: where the phone is, or the check-point ahead. */
  async see(order, kind) {
    const here = (await this.here()) ?? this.positions.last ?? order.points.find((one) => !order.reached.some((two) => two.number === one.number)) ?? order.points[0] ?? null;
    if (!here) {
      this.say(gettext("The phone has no position."), true);
      return;
    }
    const title = { hazard: gettext("Report a hazard"), call: gettext("Report a call"), task: gettext("Leave a task") }[kind];
    const choices = { hazard: this.data.hazards, call: this.data.calls, task: [] }[kind];
    const told = await askSeen({ title, choices, place: nameOf(order.place), here });
    if (told) await this.send(order, "seen", { kind, ...told }, title);
  }

  async finish(order) {
    const told = await askNote(gettext("Finish the patrol?"));
    if (!told) return;
    await this.positions.end(order.id);
    await this.send(order, "finish", told, gettext("Patrol finished"));
    this.lock?.release?.();
    location.hash = "";
  }

  /** The screen stays on while a patrol is under way, where the phone allows it. */
  async stayAwake() {
    if (!this.positions.order || document.hidden || (this.lock && !this.lock.released)) return;
    this.lock = await navigator.wakeLock?.request("screen").catch(() => null);
  }

  get waiting() {
    return this.entries.filter((one) => !one.url.endsWith("/positions"));
  }

  leave() {
    return this.positions.stop();
  }
}

const settings = pageData();
setTimeZone(settings.timezone);
await new Walk(await Store.open(settings.staff)).start();
keepPage(settings.worker_url, PAGE);
