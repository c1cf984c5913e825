/**
 * Where the phone is while its patrol is under way, and at no other time.
 *
 * Positions are thinned, kept on the phone until they are handed to the outbox, and end with the
 * patrol. Only while the page is open: a page cannot ask in the background.
 */

import { distanceM } from "../phone/place.js";
import { entryOf } from "../phone/outbox.js";

const APART_S = 15;
const APART_M = 15;
const LONGEST_STAY_S = 60;
const SEND_EVERY_MS = 45_000;
/** The server takes so many at once. */
const MOST_AT_ONCE = 200;

export class Positions {
  constructor(store, outbox) {
    this.store = store;
    this.outbox = outbox;
    this.order = null;
    this.fixes = [];
    this.last = null;
    this.watch = null;
    this.timer = 0;
    this.over = new Set();
  }

  /** Positions of `order` (id) from now on, unless it is over; null: of none. */
  async follow(wanted) {
    const order = this.over.has(wanted) ? null : wanted;
    if (order === this.order) return;
    await this.stop();
    this.order = order;
    if (!order) return;
    this.fixes = (await this.store.get("answers", `fixes-${order}`)) ?? [];
    if (!navigator.geolocation) return;
    this.watch = navigator.geolocation.watchPosition((position) => this.take(position), () => null, { enableHighAccuracy: true, maximumAge: 10_000, timeout: 30_000 });
    this.timer = setInterval(() => this.send(), SEND_EVERY_MS);
  }

  take({ coords }) {
    // When it came: it is at most some seconds old, and phones disagree about their positions' time.
    const fix = { at_s: Date.now() / 1000, lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy };
    const before = this.last;
    this.last = fix;
    if (this.kept && fix.at_s - this.kept.at_s < LONGEST_STAY_S && (fix.at_s - this.kept.at_s < APART_S || distanceM(this.kept, fix) < APART_M) && before) return;
    this.kept = fix;
    this.fixes.push([fix.at_s, fix.lon, fix.lat, Math.max(0, Math.min(1e6, fix.accuracy_m))]);
    this.store.put("answers", this.fixes, `fixes-${this.order}`);
  }

  /** Hand over what was kept; `all` also while other positions wait, as at the end. */
  async send(all = false) {
    const { order } = this;
    if (!order || !this.fixes.length) return;
    const waiting = (await this.outbox.entries()).some((one) => one.url.endsWith(`${order}/positions`));
    if (waiting && !all && this.fixes.length < MOST_AT_ONCE) return;
    const entries = [];
    const fixes = this.fixes;
    this.fixes = [];
    while (fixes.length) {
      entries.push(entryOf({ url: `/api/patrol-orders/${order}/positions`, body: { positions: fixes.splice(0, MOST_AT_ONCE) }, action: gettext("Position"), label: pgettext("message", "Patrol"), task: order }));
    }
    await this.store.drop("answers", `fixes-${order}`);
    await this.outbox.add(entries);
  }

  /** The patrol is being finished: not one position more, whatever is drawn meanwhile. */
  end(order) {
    this.over.add(order);
    return this.stop();
  }

  /** No more positions; what was kept goes to the outbox. */
  async stop() {
    if (this.watch !== null) navigator.geolocation.clearWatch(this.watch);
    clearInterval(this.timer);
    this.watch = null;
    await this.send(true);
    Object.assign(this, { order: null, fixes: [], kept: null });
  }
}
