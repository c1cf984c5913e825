/** The page of the day on the phone, with or without a network. */

import { byId, h, pageData, setText } from "../base/dom.js";
import { fill, nameOf, setTimeZone, timeText } from "../base/wording.js";
import { get } from "../live/http.js";
import { loadMap } from "../map/loading.js";
import { calledOffCard } from "./called_off.js";
import { conflictCards, standingNow, waitingCard } from "./conflicts.js";
import { dayView, inOrder, isToDo, setDayZone, withPending } from "./day.js";
import { Outbox } from "./outbox.js";
import { whereAmIIfAllowed } from "./place.js";
import { keepPush } from "./push.js";
import { showSheet } from "./sheet.js";
import { Store, askToPersist } from "./store.js";
import { TaskPage } from "./task_page.js";

const POLL_MS = 60_000;
const RETRY_MS = 8_000;
const TIMEOUT_MS = 15_000;
const KEPT_CACHES = ["wardmote-phone-", "wardmote-patrol-"];

class Today {
  constructor(store, settings) {
    this.store = store;
    this.settings = settings;
    this.outbox = new Outbox(store);
    this.entries = [];
    this.stuck = [];
    this.seenOff = [];
    this.data = null;
    this.route = null;
    this.asOfS = null;
    this.opened = null;
    this.timer = 0;
    // The list that came with the page is newer than what the phone has kept.
    this.broughtS = Number(byId("view").dataset.made ?? 0);
    this.outbox.addEventListener("change", () => this.learnOutbox());
    this.outbox.addEventListener("sent", ({ detail }) => this.onSent(detail));
    addEventListener("online", () => this.soon(0));
    addEventListener("offline", () => this.lost());
    addEventListener("hashchange", () => this.navigate());
    document.addEventListener("visibilitychange", () => document.hidden || this.soon(0));
    document.querySelector("form[action$='/logout/']")?.addEventListener("submit", (event) => this.logOut(event));
  }

  async start() {
    const kept = await this.store.get("answers", "today");
    if (kept) Object.assign(this, { data: kept.data, asOfS: kept.asOfS });
    this.route = (await this.store.get("answers", "route")) ?? null;
    this.seenOff = (await this.store.get("answers", "seen_off")) ?? [];
    await this.learnOutbox();
    await this.navigate();
    await this.fetch();
    askToPersist();
  }

  soon(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetch(), ms);
  }

  async fetch() {
    clearTimeout(this.timer);
    try {
      await this.outbox.flush();
      const data = await get("/api/tasks/today", { signal: AbortSignal.timeout(TIMEOUT_MS) });
      // An answer that has not changed comes from the browser's store, with the time of then.
      Object.assign(this, { data, asOfS: Math.max(data.made_s, this.broughtS) });
      this.broughtS = 0;
      await this.store.put("answers", { data, asOfS: this.asOfS }, "today");
      byId("connection").hidden = true;
      await this.forgetCalledOff();
      await this.refresh();
      await this.learnRoute();
      await this.learnNotices();
      this.soon(this.entries.length ? RETRY_MS : POLL_MS);
    } catch (error) {
      if (error.status === 401 || error.status === 403) return this.loggedOut();
      this.lost();
      await this.refresh();
      this.soon(RETRY_MS);
    }
    return undefined;
  }

  /** What was called off leaves the phone: what was typed, and whom it went to where that stands open. */
  async forgetCalledOff() {
    const pending = new Set([...this.entries, ...this.stuck].map((one) => one.task));
    for (const { id } of this.data.called_off) {
      if (!pending.has(id)) await this.store.drop("drafts", id);
      if (this.opened?.task.id === id) byId("question").close();
    }
  }

  async seeCalledOff() {
    this.seenOff = this.data.called_off.map((one) => one.id);
    await this.store.put("answers", this.seenOff, "seen_off");
    await this.refresh();
    byId("title").focus({ preventScroll: true });
  }

  /** The order changes with what is done and where one is; it is asked only when it may have. */
  async learnRoute() {
    const ids = this.data.tasks.filter(isToDo).map((task) => task.id).sort().join();
    if (ids === this.routeFor && this.route) return;
    const here = await whereAmIIfAllowed();
    const query = here ? `?lon=${here.lon.toFixed(5)}&lat=${here.lat.toFixed(5)}` : "";
    this.route = await get(`/api/today/route${query}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    this.routeFor = ids;
    await this.store.put("answers", this.route, "route");
    await this.refresh();
  }

  /** How many are new: whoever gets no pushes sees it here. */
  async learnNotices() {
    const { unread } = await get("/notices/new.json", { signal: AbortSignal.timeout(TIMEOUT_MS) });
    setText(byId("unread"), String(unread));
    byId("unread").hidden = !unread;
  }

  async learnOutbox() {
    [this.entries, this.stuck] = await Promise.all([this.outbox.entries(), this.outbox.stuck()]);
    await this.refresh();
  }

  /** What the server has accepted counts at once, before the day is fetched again. */
  async onSent({ entry, answer }) {
    if (entry.picture || !this.data) return;
    this.data.tasks = entry.action === "hand_over" ? this.data.tasks.filter((task) => task.id !== entry.task) : this.data.tasks.map((task) => (task.id === entry.task ? answer : task));
    await this.store.put("answers", { data: this.data, asOfS: this.asOfS }, "today");
    if (entry.action === "finish") await this.store.drop("drafts", entry.task);
    this.soon(400);
  }

  lost() {
    this.broughtS = 0;
    const banner = byId("connection");
    setText(banner, this.asOfS
      ? fill(gettext("No connection. Tasks as of %(time)s; what you do is kept on the phone."), { time: timeText(this.asOfS) })
      : gettext("No connection yet. Open this page once with a connection; then it works without one."));
    banner.hidden = false;
  }

  loggedOut() {
    const banner = byId("connection");
    banner.replaceChildren(gettext("You are no longer logged in. What waits stays on this phone until you log in again."), " ", h("a", { href: "/accounts/login/?next=/today/", text: gettext("Log in") }));
    banner.hidden = false;
  }

  get tasks() {
    return this.data ? withPending(this.data.tasks, this.entries, Date.now() / 1000) : [];
  }

  async navigate() {
    byId("map-card").hidden = true;
    this.opened?.close();
    this.opened = null;
    this.seen = "";
    await this.refresh();
    byId("title").focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  /** One drawing after the other: two at once would draw a task's page twice. */
  refresh() {
    this.drawing = (this.drawing ?? Promise.resolve()).catch(() => null).then(() => this.draw());
    return this.drawing;
  }

  async draw() {
    this.drawOutbox();
    if (!this.data) return;
    const id = /^#task\/(.+)$/.exec(location.hash)?.[1];
    const task = id && this.tasks.find((one) => one.id === id);
    if (task) await this.drawTask(task);
    else this.drawDay();
  }

  drawDay() {
    if (this.broughtS && (this.asOfS ?? 0) < this.broughtS && !this.opened) return;
    this.broughtS = 0;
    this.opened?.close();
    this.opened = null;
    this.seen = "";
    setText(byId("title"), gettext("Today"));
    byId("view").replaceChildren(
      ...calledOffCard((this.data.called_off ?? []).filter((one) => !this.seenOff.includes(one.id)), () => this.seeCalledOff()),
      ...dayView(this.data, this.tasks, this.route, Date.now() / 1000));
    const [next] = inOrder(this.tasks.filter(isToDo), this.route);
    byId("bar").replaceChildren(
      h("button", { type: "button", text: gettext("Map"), onclick: () => this.openMap() }),
      ...(next ? [h("a", { class: "button primary", href: `#task/${next.id}`, text: gettext("Next task") })] : []));
  }

  /** Drawn anew only when the task changed: what is being typed stays. */
  async drawTask(task) {
    const seen = JSON.stringify([task.id, task.state, task.revision, task.waiting, task.beside, task.officer_gap]);
    if (seen === this.seen) return;
    this.seen = seen;
    this.opened?.close();
    const opened = new TaskPage(this, task);
    await opened.open();
    this.opened = opened;
    setText(byId("title"), nameOf(task.title));
    byId("view").replaceChildren(...opened.view());
    byId("bar").replaceChildren(...opened.bar());
  }

  drawOutbox() {
    const box = byId("outbox");
    box.hidden = !this.entries.length;
    box.replaceChildren(...(this.entries.length ? waitingCard(this.entries) : []));
    const key = this.stuck.map((one) => `${one.order} ${standingNow(one, this.data)?.revision}`).join();
    if (key === this.stuckShown) return;
    this.stuckShown = key;
    byId("conflicts").replaceChildren(...conflictCards(this.stuck, {
      data: this.data,
      staff: this.settings.staff,
      insist: (record) => this.outbox.insist(record),
      giveUp: async (record) => {
        await this.outbox.giveUp(record);
        this.soon(0);
      },
    }));
    if (this.stuck.length) this.say(gettext("Something was not sent and needs your decision."), true);
  }

  async openMap() {
    const card = byId("map-card");
    card.hidden = false;
    card.scrollIntoView({ block: "nearest" });
    try {
      this.loadingMap ??= loadMap(this.settings);
      const { showBeat } = await this.loadingMap;
      await showBeat({ settings: this.settings, store: this.store, tasks: inOrder(this.tasks.filter(isToDo), this.route), say: (text) => this.say(text, true) });
    } catch (error) {
      this.loadingMap = null;
      console.warn("the map cannot be drawn:", error.message);
      card.hidden = true;
      this.say(gettext("The map cannot be drawn here now."), true);
    }
  }

  say(text, visibly = false) {
    setText(byId("announcer"), text);
    byId("announcer").classList.toggle("visually-hidden", !visibly);
    byId("announcer").classList.toggle("toast", visibly);
    if (visibly) setTimeout(() => byId("announcer").classList.replace("toast", "visually-hidden"), 6000);
  }

  /** Logging out takes everything of this person off the phone; what waits is asked about first. */
  async logOut(event) {
    event.preventDefault();
    const form = event.target;
    const waiting = this.entries.length + this.stuck.length;
    if (waiting && !(await showSheet({ title: gettext("Log out?"), text: fill(gettext("%(count)s things were not sent and will be lost."), { count: waiting }), confirm: gettext("Log out and lose them") }))) return;
    clearTimeout(this.timer);
    await this.store.forget();
    for (const name of await caches.keys()) if (KEPT_CACHES.some((kept) => name.startsWith(kept))) await caches.delete(name);
    const worker = await navigator.serviceWorker?.getRegistration("/today/");
    await worker?.unregister();
    form.submit();
  }
}

const settings = pageData();
setTimeZone(settings.timezone);
setDayZone(settings.timezone);
const page = new Today(await Store.open(settings.staff), settings);
await page.start();
await keepPush(settings.staff).catch(() => null);
// After the first fetch, so that a slow connection serves the page before its copy.
navigator.serviceWorker?.register(settings.worker_url, { scope: "/today/" }).catch((error) => console.warn("works only with a connection:", error.message));
