/** The crew's page: duty, the present job, one tap for each step, with or without a connection. */

import { byId, h, pageData, setText } from "../base/dom.js";
import { Vocabulary, assignmentActionText, priorityText, unitStateText } from "../base/codes.js";
import { clockText, durationText, fill, nameOf, setTimeZone, shortNumber, timeText } from "../base/wording.js";
import { showCaller } from "../console/caller.js";
import { ask } from "../console/question.js";
import { showConnection } from "../live/banner.js";
import { ServerClock } from "../live/clock.js";
import { get } from "../live/http.js";
import { loadMap } from "../map/loading.js";
import { presentJob, taps, withTaps } from "./job.js";
import { MoveUpCard, presentMoveUp } from "./move_up.js";
import { CrewOutbox, openStore } from "./outbox.js";
import { PatrolCard } from "./patrol.js";
import { PositionSender } from "./position.js";

const POLL_MS = 5000;
/** While the stream tells us of changes, polling is only the safety net. */
const POLL_WITH_STREAM_MS = 20_000;
const TIMEOUT_MS = 8000;
const ANOTHER_TIME_S = 3600;

class CrewPage {
  constructor(store) {
    this.store = store;
    this.outbox = new CrewOutbox(store);
    this.positions = new PositionSender();
    this.data = null;
    this.entries = [];
    this.connected = true;
    this.sent = 0;
    this.fetched = false;
    this.asOfS = null;
    this.timer = 0;
    this.map = null;
    this.routeKey = "";
    this.clock = new ServerClock({ server_s: Date.now() / 1000, rate: 1 });
    this.outbox.addEventListener("change", ({ detail }) => {
      this.entries = detail;
      this.show();
    });
    this.outbox.addEventListener("sent", ({ detail }) => this.onSent(detail.entry));
    this.outbox.addEventListener("refused", ({ detail }) => {
      this.say(`${detail.entry.label}: ${detail.message}`);
      ask({ title: fill(gettext("Not accepted: %(what)s"), { what: detail.entry.label }), text: detail.message });
      this.soon(0);
    });
    this.positions.addEventListener("state", () => this.show());
    addEventListener("online", () => this.soon(0));
    addEventListener("offline", () => this.lost());
    document.addEventListener("visibilitychange", () => document.hidden || this.soon(0));
  }

  /** What is on the way at the same time costs a slow connection one wait instead of three. */
  async start() {
    const words = this.learn();
    const kept = await this.store.get("answers", "crew");
    this.entries = await this.outbox.entries();
    if (kept) Object.assign(this, { data: kept.data, asOfS: kept.asOfS });
    const first = this.fetch();
    await words;
    this.show();
    await first;
    await this.learnCity();
    this.follow();
    setInterval(() => this.tick(), 1000);
  }

  /** Words and places change rarely: kept from the last time when there is no connection. */
  async learn() {
    const vocabulary = await this.freshOrKept("vocabulary", "/api/vocabulary");
    if (!vocabulary) throw new Error(gettext("Open this page once with a connection; then it works without one."));
    this.words = new Vocabulary(vocabulary);
    this.moveUp = new MoveUpCard(this);
    this.patrol = new PatrolCard(this);
    setTimeZone(pageData().timezone);
  }

  /** Only maps need it, and it is long. */
  async learnCity() {
    this.city = await this.freshOrKept("city", "/api/city");
    setTimeZone(this.city?.timezone);
    this.show();
  }

  async freshOrKept(name, url) {
    try {
      const answer = await get(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      await this.store.put("answers", answer, name);
      return answer;
    } catch {
      return this.store.get("answers", name);
    }
  }

  soon(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetch(), ms);
  }

  /** What the server has accepted counts here at once, also before it is fetched again. */
  onSent(entry) {
    this.sent += 1;
    if (!this.data) return;
    if (entry.subject === "duty") {
      for (const unit of this.data.units) if (entry.url.includes(`/${unit.id}/`)) unit.on_duty = entry.body.on_duty;
    } else {
      this.data.jobs = withTaps(this.data.jobs, [entry]);
      const answered = presentMoveUp(this.data.move_ups, [entry]);
      this.data.move_ups = answered ? [answered] : [];
    }
    this.store.put("answers", { data: this.data, asOfS: this.asOfS }, "crew");
    this.soon(300);
  }

  async fetch() {
    clearTimeout(this.timer);
    try {
      await this.outbox.flush();
      const { sent } = this;
      const data = await get("/api/crew", { signal: AbortSignal.timeout(TIMEOUT_MS) });
      // An answer from before a tap that has got through meanwhile would turn it back.
      const fresh = sent === this.sent;
      if (fresh) this.data = data;
      this.fetched = true;
      this.connected = true;
      this.clock.set({ server_s: this.data.at_s, rate: this.clock.rate });
      this.asOfS = this.data.at_s;
      await this.store.put("answers", { data: this.data, asOfS: this.asOfS }, "crew");
      showConnection({ connected: true });
      this.show();
      this.soon(!fresh ? 0 : this.streaming ? POLL_WITH_STREAM_MS : POLL_MS);
    } catch (error) {
      if (error.status === 401 || error.status === 403) await this.loggedOut();
      this.lost(error);
      this.show();
      this.soon(POLL_MS);
    }
  }

  /** Somebody else may use this phone next: nothing of the last job stays on it. */
  async loggedOut() {
    this.data = null;
    await this.store.clear("answers");
  }

  lost(error = null) {
    this.connected = false;
    showConnection({ connected: false, asOfS: this.asOfS, message: error?.status ? error.message : "" });
  }

  /** The stream only says *that* something changed; the job itself is fetched. */
  follow() {
    this.source?.close();
    const source = new EventSource("/live/events");
    this.source = source;
    source.addEventListener("open", () => { this.streaming = true; });
    source.addEventListener("clock", ({ data }) => this.clock.set(JSON.parse(data)));
    source.addEventListener("journal", () => this.soon(200));
    source.addEventListener("error", () => {
      this.streaming = false;
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.follow(), 15_000);
    });
  }

  get unit() {
    return this.data?.units[0] ?? null;
  }

  show() {
    if (!this.words || !this.data) return;
    const { unit } = this;
    const dutyTaps = this.entries.filter((entry) => entry.subject === "duty");
    const onDuty = dutyTaps.length ? dutyTaps.at(-1).body.on_duty : unit?.on_duty ?? false;
    // What is kept from the last time may be old: no position leaves before the server has said
    // that the unit is on duty now.
    this.positions.set(unit?.id ?? null, this.fetched && onDuty && Boolean(unit));
    this.showUnit(unit, onDuty);
    const jobs = withTaps(this.data.jobs, this.entries);
    const job = presentJob(jobs);
    // A call always comes first: advice is shown only while there is no job.
    this.moveUp.show(job ? null : presentMoveUp(this.data.move_ups, this.entries));
    this.patrol.show(Boolean(unit) && onDuty && !job);
    this.showJob(job, jobs, onDuty);
    this.showOutbox();
  }

  showUnit(unit, onDuty) {
    const host = byId("unit");
    if (!unit) {
      host.replaceChildren(h("p", { text: gettext("You are not the crew of any unit. Ask your dispatcher.") }));
      return;
    }
    const words = {
      off: onDuty ? gettext("On duty: waiting for the server.") : gettext("Off duty: your position is not sent."),
      asking: gettext("On duty: waiting for this phone's position."),
      sending: gettext("On duty: your position is sent to the dispatchers."),
      refused: gettext("On duty, but this phone does not give its position. Allow it in the settings."),
      failed: gettext("On duty, but the position cannot be sent just now."),
    };
    const duty = h("button", {
      id: "duty", type: "button", class: onDuty ? "duty" : "primary duty", "aria-pressed": String(onDuty),
      text: onDuty ? gettext("Go off duty") : gettext("Come on duty"), onclick: () => this.setDuty(unit, !onDuty),
    });
    const focused = document.activeElement?.id === "duty";
    host.replaceChildren(
      h("div", { class: "unit-head" },
        h("h2", { text: unit.call_sign }), h("span", { class: "quiet", text: this.words.kind(unit.kind) }),
        h("span", { class: `tag ${onDuty ? "on" : ""}`, text: onDuty ? gettext("On duty") : gettext("Off duty") })),
      h("p", { class: "position-note", "data-state": this.positions.state, text: words[this.positions.state] }), duty);
    if (focused) duty.focus();
  }

  async setDuty(unit, onDuty) {
    const place = this.positions.last ?? (onDuty ? await whereAmI() : null);
    await this.outbox.add({
      url: `/api/units/${unit.id}/duty`,
      body: { on_duty: onDuty, lon: place?.lon ?? null, lat: place?.lat ?? null },
      label: onDuty ? gettext("Come on duty") : gettext("Go off duty"),
      subject: "duty",
    });
  }

  showJob(job, jobs, onDuty) {
    const host = byId("job");
    this.job = job;
    if (!job) {
      host.replaceChildren(h("div", { class: "card no-job" }, h("p", { text: onDuty ? gettext("No job. On patrol.") : gettext("Come on duty to receive jobs.") })));
      byId("map-card").hidden = !this.patrol.onMap;
      this.shownJob = null;
      return;
    }
    const { incident, assignment } = job;
    if (this.shownJob !== assignment.id) {
      if (this.shownJob !== undefined && assignment.state === "assigned") this.alert(incident);
      this.shownJob = assignment.id;
    }
    const { next, others } = taps(assignment);
    const focused = document.activeElement?.dataset?.action;
    host.replaceChildren(h("article", { class: "card job", "data-priority": incident.priority, "aria-labelledby": "job-title" },
      h("header", {},
        h("span", { class: "priority-symbol", "aria-hidden": "true", text: String(incident.priority) }),
        h("div", {}, h("h2", { id: "job-title", text: `${shortNumber(incident.number)} ${this.words.category(incident.category)}` }),
          h("p", { class: "quiet", text: `${priorityText(incident.priority)} · ${unitStateText(assignment.state)}` })),
        this.since = h("span", { class: "clock number" })),
      h("p", { class: "job-place", text: incident.place || gettext("The place is unknown.") }),
      this.way = h("p", { class: "quiet", text: this.wayText ?? "" }),
      incident.premise_notes.length ? h("ul", { class: "premise" }, incident.premise_notes.map((text) => h("li", { text }))) : null,
      next ? h("button", { type: "button", class: "primary tap", "data-action": next, text: assignmentActionText(next), onclick: () => this.tap(job, next) }) : null,
      incident.caller_purposes?.length ? h("button", { type: "button", class: "tap-caller", "data-action": "caller", text: gettext("Caller"), onclick: () => showCaller(incident, this.words) }) : null,
      h("div", { class: "other-taps" }, others.map((action) =>
        h("button", { type: "button", class: action === "refuse" ? "danger" : "", "data-action": action, text: assignmentActionText(action), onclick: () => this.tap(job, action) }))),
      incident.notes.length ? h("ul", { class: "job-notes", "aria-label": gettext("Notes") }, incident.notes.map((note) => h("li", {}, h("small", { class: "quiet", text: `${timeText(note.at_s)} ` }), note.text))) : null,
      jobs.length > 1 ? h("p", { class: "quiet", text: fill(ngettext("%(n)s more job waits", "%(n)s more jobs wait", jobs.length - 1), { n: jobs.length - 1 }) }) : null));
    if (focused) host.querySelector(`[data-action="${focused}"]`)?.focus() ?? host.querySelector("[data-action]")?.focus();
    this.tick();
    this.showMap(job);
  }

  async tap({ assignment }, action) {
    const body = { action, device_s: this.deviceNow(), reason: "", feedback: "" };
    if (action === "refuse") {
      body.reason = await ask({ title: gettext("Why can you not go?"), choices: this.words.reasons("refuse"), danger: true });
      if (body.reason === null) return;
    } else if (action === "report") {
      body.feedback = await ask({ title: gettext("What do you find?"), choices: this.words.data.feedback, confirm: gettext("Report") });
      if (body.feedback === null) return;
      body.device_s = this.deviceNow();
    }
    const label = assignmentActionText(action);
    this.say(label);
    await this.outbox.add({ url: `/api/assignments/${assignment.id}/actions`, body, label, subject: assignment.id });
  }

  showOutbox() {
    const host = byId("outbox");
    host.hidden = this.entries.length === 0;
    host.replaceChildren(
      h("h2", { text: fill(ngettext("%(n)s tap waits for a connection", "%(n)s taps wait for a connection", this.entries.length), { n: this.entries.length }) }),
      h("ul", {}, this.entries.map((entry) => h("li", { text: `${timeText(entry.tappedS)} ${entry.label}` }))));
  }

  async showMap(job) {
    if (job.incident.lon === null) byId("map-card").hidden = true;
    else if (await this.openMap() && this.job?.assignment.id === job.assignment.id) await this.drawJob(job);
  }

  hideMap() {
    byId("map-card").hidden = true;
    this.routeKey = "";
  }

  /** The map once it can be drawn on; null where this browser cannot. */
  async openMap() {
    byId("map-card").hidden = !this.city;
    if (!this.city) return null;
    this.mapOpening ??= this.makeMap();
    return this.mapOpening;
  }

  async makeMap() {
    try {
      const { CityMap } = await loadMap(pageData());
      const map = new CityMap({
        container: byId("map"), city: this.city, tilesUrl: pageData().tiles_url,
        staleAfterS: this.words.data.stale_after_s, now: () => this.clock.now(),
      });
      this.map = map;
      this.positions.addEventListener("fix", ({ detail }) => map.showPin([detail.lon, detail.lat]));
      if (!map.ready) await new Promise((resolve) => map.addEventListener("ready", resolve, { once: true }));
      return map;
    } catch (error) {
      console.warn("the map cannot be drawn:", error.message);
      this.mapOpening = null;
      byId("map-card").hidden = true;
      return null;
    }
  }

  async drawJob({ incident }) {
    this.map.showIncidents([incident], incident.id);
    const key = `${incident.id}:${this.unit.id}`;
    if (this.routeKey === key) return;
    this.routeKey = key;
    try {
      const { routes } = await get(`/api/routes?unit=${encodeURIComponent(this.unit.id)}&incident=${encodeURIComponent(incident.id)}`);
      await this.store.put("answers", { key, routes }, "routes");
      this.drawRoute(routes);
    } catch {
      const kept = await this.store.get("answers", "routes");
      if (kept?.key === key) this.drawRoute(kept.routes);
      else this.routeKey = "";
      this.map.show([incident.lon, incident.lat], { zoom: 15, always: true });
    }
  }

  drawRoute(routes) {
    this.map.showFan(routes, new Set([this.unit.id]), () => "");
    this.map.showAll(routes.flatMap((route) => route.coordinates));
    this.wayText = routes.length ? fill(gettext("%(time)s by road"), { time: durationText(routes[0].duration_s) }) : "";
    if (this.way) setText(this.way, this.wayText);
  }

  alert(incident) {
    this.say(fill(gettext("New job: %(category)s, %(place)s"), { category: this.words.category(incident.category), place: incident.place }));
    navigator.vibrate?.([300, 120, 300]);
  }

  say(text) {
    setText(byId("announcer"), text);
  }

  /**
   * The device's own clock, except where the server's is another altogether: a demonstration runs
   * in a time of its own, and the device's time would say nothing there.
   */
  deviceNow() {
    const deviceS = Date.now() / 1000;
    const another = this.clock.rate !== 1 || Math.abs(this.clock.now() - deviceS) > ANOTHER_TIME_S;
    return another ? this.clock.now() : deviceS;
  }

  tick() {
    if (!this.job || !this.since) return;
    const { stamps } = this.job.assignment;
    const since = Math.max(...Object.values(stamps), 0);
    setText(this.since, since ? clockText(this.clock.now() - since) : "");
  }
}

/** Where the phone is right now, or null when it does not say within a few seconds. */
function whereAmI() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) {
      resolve(null);
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lon: coords.longitude, lat: coords.latitude }),
      () => resolve(null),
      { timeout: 4000, maximumAge: 30_000 },
    );
  });
}

async function main() {
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(pageData().worker_url, { scope: "/crew/" }).catch((error) => console.warn("no offline page:", error.message));
  }
  const page = new CrewPage(await openStore());
  await page.start();
}

main().catch((error) => {
  showConnection({ connected: false, asOfS: null, message: error.message });
  setTimeout(() => location.reload(), 10_000);
});
