/** Today's patrol of an idle unit: asked for, shown as a list and on the map, and how much was driven. */

import { byId, h, setText } from "../base/dom.js";
import { distanceText, fill, nameOf, percentText, timeText } from "../base/wording.js";
import { get, post } from "../live/http.js";

const REFRESH_MS = 60_000;

export class PatrolCard {
  /** `page` gives the unit, a map when asked (`openMap`) and a voice (`say`). */
  constructor(page) {
    this.page = page;
    this.host = byId("patrol");
    this.patrol = null;
    this.shown = "";
    this.free = false;
    setInterval(() => this.refresh(), REFRESH_MS);
  }

  get url() {
    return `/api/units/${encodeURIComponent(this.page.unit.id)}/patrol`;
  }

  /** Whether the map has something of the patrol to show. */
  get onMap() {
    return this.free && this.patrol !== null;
  }

  /** A call or a day off comes first: then there is no patrol. */
  show(free) {
    if (!free) this.patrol = null;
    this.free = free;
    this.draw();
  }

  draw() {
    const key = `${this.free}:${this.patrol?.made_s ?? ""}:${this.patrol?.driven_share ?? ""}`;
    if (this.shown === key) return;
    this.shown = key;
    this.host.replaceChildren(...(this.free ? [this.patrol ? this.card() : this.invitation()] : []));
    if (this.onMap) this.drawLine();
  }

  invitation() {
    return h("div", { class: "card" }, this.button("patrol-show", gettext("Today's patrol"), () => this.open()));
  }

  button(id, text, action) {
    return h("button", { type: "button", id, class: "patrol-button", text, onclick: () => this.guarded(action) });
  }

  card() {
    const { patrol } = this;
    const streets = patrol.streets.filter((street) => street.name).map((street) => h("li", { text: `${nameOf(street.name)} · ${distanceText(street.length_m)}` }));
    return h("article", { class: "card patrol", "aria-labelledby": "patrol-title" },
      h("h2", { id: "patrol-title", text: gettext("Today's patrol") }),
      h("p", { class: "quiet", text: fill(gettext("%(length)s until %(until)s · %(driven)s driven · keeps %(kept)s of this post's calls in reach"), {
        length: distanceText(patrol.length_m), until: timeText(patrol.until_s), driven: percentText(patrol.driven_share), kept: percentText(patrol.kept_share),
      }) }),
      h("ol", { class: "patrol-stops" }, patrol.stops.map((stop) => h("li", { "data-visited": stop.visited },
        h("span", { class: "number", text: timeText(stop.at_s) }), " ",
        stop.key_place ? h("strong", { text: nameOf(stop.key_place) }) : nameOf(stop.street) || gettext("Look around here"),
        stop.visited ? ` ✓ ${gettext("visited")}` : ""))),
      streets.length ? h("details", {}, h("summary", { text: gettext("Streets in order") }), h("ol", {}, streets)) : null,
      h("div", { class: "other-taps" },
        this.button("patrol-again", gettext("Another patrol"), () => this.drawUp()),
        this.button("patrol-hide", gettext("Hide"), () => this.hide())));
  }

  async open() {
    try {
      this.patrol = await get(this.url);
    } catch (error) {
      if (error.status !== 404) throw error;
      await this.drawUp();
    }
    this.draw();
  }

  async drawUp() {
    setText(this.host.querySelector("button"), gettext("Drawing up a patrol…"));
    this.shown = "";
    this.patrol = await post(this.url, {});
    this.page.say(gettext("A new patrol was drawn up."));
    this.draw();
  }

  hide() {
    this.patrol = null;
    this.page.hideMap();
    this.draw();
  }

  async refresh() {
    if (!this.onMap) return;
    try {
      this.patrol = await get(this.url);
    } catch (error) {
      if (error.status !== 404) return;
      this.patrol = null;
      this.page.hideMap();
    }
    this.draw();
  }

  async guarded(action) {
    try {
      await action();
    } catch (error) {
      this.shown = "";
      this.draw();
      this.host.append(h("p", { class: "message", role: "alert", text: error.message }));
    }
  }

  async drawLine() {
    const { patrol, page } = this;
    const map = await page.openMap();
    if (!map || this.patrol !== patrol) return;
    map.showIncidents([], null);
    map.showFan([{ unit: patrol.unit, coordinates: patrol.line, duration_s: patrol.until_s - patrol.made_s }], new Set([patrol.unit]), () => "");
    map.showAll(patrol.line);
  }
}
