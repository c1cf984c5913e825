/**
 * What pages have in common that work without a network: the last answer of the server, what waits
 * to be sent, what needs a decision, and logging out. A page draws itself in `drawNow`.
 */

import { byId, h, setText } from "../base/dom.js";
import { fill, timeText } from "../base/wording.js";
import { get } from "../live/http.js";
import { Outbox } from "./outbox.js";
import { showSheet } from "./sheet.js";
import { askToPersist } from "./store.js";

const POLL_MS = 60_000;
const RETRY_MS = 8_000;
const TIMEOUT_MS = 15_000;
const CACHES = ["wardmote-patrol-", "wardmote-phone-"];

export class OfflinePage {
  /**
   * `url`: of the answer, kept as `kept`; `page`: its address; `owns`: whether an entry of the
   * outbox is this page's; `lostText`: what is said without a network, with %(time)s.
   */
  constructor(store, { url, kept, page, owns, lostText }) {
    Object.assign(this, { store, url, kept, page, owns, lostText });
    this.outbox = new Outbox(store);
    Object.assign(this, { data: null, asOfS: null, entries: [], stuck: [], timer: 0, busy: false, seen: "" });
    this.outbox.addEventListener("change", () => this.learnOutbox());
    this.outbox.addEventListener("sent", ({ detail }) => this.onSent(detail));
    addEventListener("online", () => this.soon(0));
    addEventListener("offline", () => this.lost());
    document.addEventListener("visibilitychange", () => document.hidden || this.soon(0));
    document.querySelector("form[action$='/logout/']")?.addEventListener("submit", (event) => this.logOut(event));
  }

  async start() {
    const kept = await this.store.get("answers", this.kept);
    if (kept) Object.assign(this, kept);
    await this.learnOutbox();
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
      const data = await get(this.url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      await this.keep(data, data.made_s);
      byId("connection").hidden = true;
      await this.draw();
      this.soon(this.entries.length ? RETRY_MS : POLL_MS);
    } catch (error) {
      if (error.status === 401 || error.status === 403) return this.loggedOut();
      this.lost();
      await this.draw();
      this.soon(RETRY_MS);
    }
    return undefined;
  }

  keep(data, asOfS) {
    Object.assign(this, { data, asOfS });
    return this.store.put("answers", { data, asOfS }, this.kept);
  }

  async learnOutbox() {
    const [entries, stuck] = await Promise.all([this.outbox.entries(), this.outbox.stuck()]);
    this.entries = entries.filter(this.owns);
    this.stuck = stuck.filter((record) => record.entries.some(this.owns));
    await this.draw();
  }

  /** What the server has accepted counts at once; a page says how. */
  async onSent() {}

  lost() {
    setText(byId("connection"), this.asOfS
      ? fill(this.lostText, { time: timeText(this.asOfS) })
      : gettext("No connection yet. Open this page once with a connection; then it works without one."));
    byId("connection").hidden = false;
  }

  loggedOut() {
    byId("connection").replaceChildren(gettext("You are no longer logged in. What waits stays on this phone until you log in again."), " ", h("a", { href: `/accounts/login/?next=${this.page}`, text: gettext("Log in") }));
    byId("connection").hidden = false;
  }

  /** One drawing after the other. */
  draw() {
    this.drawing = (this.drawing ?? Promise.resolve()).catch(() => null).then(() => {
      this.drawOutbox();
      return this.data ? this.drawNow() : undefined;
    });
    return this.drawing;
  }

  /** A second tap while the first is being worked on does nothing. */
  async once(act) {
    if (this.busy) return;
    this.busy = true;
    try {
      await act();
    } finally {
      this.busy = false;
    }
  }

  /** What waits, but what nobody tapped. */
  get waiting() {
    return this.entries;
  }

  drawOutbox() {
    const { waiting } = this;
    const box = byId("outbox");
    box.hidden = !waiting.length;
    box.replaceChildren(...(waiting.length ? [
      h("h2", { text: fill(ngettext("%(count)s item waits to be sent", "%(count)s items wait to be sent", waiting.length), { count: waiting.length }) }),
      h("ul", {}, waiting.map((entry) => h("li", { text: `${timeText(entry.tappedS)} ${entry.action}: ${entry.label}` }))),
    ] : []));
    byId("conflicts").replaceChildren(...this.stuck.map((record) => h("article", { class: "card conflict", "aria-label": fill(gettext("Not sent: %(what)s"), { what: record.label }) },
      h("h2", { text: fill(gettext("Not sent: %(what)s"), { what: record.label }) }),
      h("p", { text: record.message }),
      this.versions(record),
      h("div", { class: "buttons" },
        h("button", { type: "button", text: gettext("Leave it as on the server"), onclick: () => this.outbox.giveUp(record) }),
        this.decisions(record)))));
  }

  /** What was to be sent, and (a page says) how it stands on the server. */
  versions(record) {
    return h("ul", {}, record.entries.map((entry) => h("li", { text: `${timeText(entry.tappedS)} ${entry.action}` })));
  }

  /** What can be decided besides leaving it. */
  decisions(record) {
    return [h("button", { type: "button", class: "primary", text: gettext("Try again"), onclick: () => this.outbox.insist(record) })];
  }

  say(text, visibly = false) {
    const box = byId("announcer");
    setText(box, text);
    box.classList.toggle("visually-hidden", !visibly);
    box.classList.toggle("toast", visibly);
    if (visibly) setTimeout(() => box.classList.replace("toast", "visually-hidden"), 6000);
  }

  /** Before everything of this person leaves the phone. */
  async leave() {}

  /** Logging out takes everything of this person off the phone; what waits is asked about first. */
  async logOut(event) {
    event.preventDefault();
    const form = event.target;
    const count = this.entries.length + this.stuck.length;
    if (count && !(await showSheet({ title: gettext("Log out?"), text: fill(gettext("%(count)s things were not sent and will be lost."), { count }), confirm: gettext("Log out and lose them") }))) return;
    clearTimeout(this.timer);
    await this.leave();
    await this.store.forget();
    for (const name of await caches.keys()) if (CACHES.some((one) => name.startsWith(one))) await caches.delete(name);
    await (await navigator.serviceWorker?.getRegistration(this.page))?.unregister();
    form.submit();
  }
}

/** After the first answer, so that a slow connection serves the page before its copy. */
export function keepPage(workerUrl, page) {
  navigator.serviceWorker?.register(workerUrl, { scope: page }).catch((error) => console.warn("works only with a connection:", error.message));
}
