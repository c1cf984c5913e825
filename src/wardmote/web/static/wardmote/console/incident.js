/** The page of one call: every stamp with both clocks, units, notes, links, and what can be done. */

import { byId, h, setText } from "../base/dom.js";
import {
  Vocabulary, alarmText, assignmentActionText, channelText, clockSourceText, destinationText, eventText,
  incidentActionText, incidentStateText, placeClassText, priorityText, stampText, unitStateText,
} from "../base/codes.js";
import { clockText, dateText, exactTimeText, fill, nameOf, setTimeZone, shortNumber } from "../base/wording.js";
import { showConnection } from "../live/banner.js";
import { get } from "../live/http.js";
import { gridAt } from "../map/grid_at.js";
import { actOnIncident } from "./call_panel.js";
import { showCaller } from "./caller.js";
import { showPremiseNotes } from "./premise_notes.js";
import { ask } from "./question.js";
import { Room } from "./room.js";

const STAMPS = ["occurred", "received", "entered", "routed", "assigned", "acknowledged", "en_route", "arrived", "feedback", "cleared", "closed"];
const UNIT_STAMPS = ["assigned", "acknowledged", "en_route", "arrived", "feedback", "cleared"];
const REFRESH_MS = 400;

class IncidentPage {
  constructor(room, id, grids) {
    this.room = room;
    this.id = id;
    this.grids = grids;
    this.host = byId("incident");
    this.timer = 0;
    this.run = async (promise, done) => {
      try {
        const answer = await promise;
        if (done) setText(byId("announcer"), done);
        this.refresh();
        return answer ?? true;
      } catch (error) {
        await ask({ title: gettext("This did not work"), text: error.message });
        return null;
      }
    };
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), REFRESH_MS);
  }

  async refresh() {
    const call = await get(`/api/incidents/${this.id}`);
    const typed = this.host.querySelector("#note")?.value ?? "";
    const focused = document.activeElement?.id;
    this.show(call);
    const note = this.host.querySelector("#note");
    if (note) note.value = typed;
    if (focused && document.getElementById(focused)) byId(focused).focus();
  }

  show(call) {
    const { vocabulary } = this.room;
    document.title = `${shortNumber(call.number)} ${vocabulary.category(call.category)}`;
    this.host.replaceChildren(
      h("p", {}, h("a", { href: "/console/", text: gettext("Back to the console") })),
      h("header", { class: "incident-head" },
        h("h1", { text: `${call.number} ${vocabulary.category(call.category)}` }),
        h("span", { class: "tag", text: `${call.priority} ${priorityText(call.priority)}` }),
        h("span", { class: "tag", text: incidentStateText(call.state) }),
        call.drill ? h("span", { class: "tag", text: gettext("Drill") }) : null),
      this.facts(call),
      this.actions(call),
      h("div", { class: "incident-columns" }, this.stamps(call), this.notes(call), this.links(call)),
      h("section", { class: "card timeline-card", "aria-labelledby": "units-heading" },
        h("h2", { id: "units-heading", text: gettext("Units") }), this.units(call)),
      h("section", { class: "card timeline-card", "aria-labelledby": "timeline-heading" },
        h("h2", { id: "timeline-heading", text: gettext("Timeline") }), this.timeline(call)));
  }

  facts(call) {
    const { vocabulary } = this.room;
    const responsible = call.destinations.map((destination) =>
      destination.first_responsible ? fill(gettext("%(who)s (first responsible)"), { who: destinationText(destination.kind) }) : destinationText(destination.kind));
    const grid = gridAt(this.grids, call.lon, call.lat);
    const rows = [
      [gettext("Place"), [call.place, placeClassText(call.place_class), call.lon === null ? "" : `${call.lat.toFixed(5)}, ${call.lon.toFixed(5)}`].filter(Boolean).join(" · ")],
      ...(grid ? [[gettext("Grid of"), nameOf(grid.properties.name)]] : []),
      [gettext("Came by"), [channelText(call.channel), nameOf(call.received_by)].filter(Boolean).join(" · ")],
      [gettext("Responsible"), responsible.join(gettext(", ")) || "–"],
      [gettext("Outcome"), nameOf(vocabulary.data.dispositions.find((entry) => entry.code === call.disposition)?.name) || "–"],
      ...(call.premise_notes ?? []).map((text) => [gettext("Note on the place"), text]),
    ];
    return h("dl", { class: "incident-facts" }, rows.flatMap(([name, value]) => [h("dt", { text: name }), h("dd", { text: value })]));
  }

  actions(call) {
    return h("div", { class: "row" }, this.openers(call), call.allowed.filter((action) => action !== "start" && action !== "stand_down" && action !== "merge" && action !== "unmerge").map((action) =>
      h("button", { type: "button", id: `do-${action}`, class: action === "cancel" ? "danger" : "", text: incidentActionText(action), onclick: () => actOnIncident(this.room, this.id, action, this.run) })));
  }

  /** What opens in a dialog: the caller, for those who may; the notes of the place. */
  openers(call) {
    const caller = h("button", { type: "button", id: "open-caller", text: gettext("Caller"), onclick: () => showCaller(call, this.room.vocabulary) });
    const notes = h("button", {
      type: "button", id: "open-premise-notes", text: gettext("Notes on the place"),
      onclick: async () => {
        await showPremiseNotes(call);
        this.soon();
      },
    });
    return [
      call.caller_purposes?.length ? caller : null,
      call.lon !== null && this.room.may("incident.edit", call) ? notes : null,
    ];
  }

  stamps(call) {
    const byStamp = new Map(call.field_times.map((time) => [time.stamp, time]));
    const reached = STAMPS.findLastIndex((stamp) => byStamp.has(stamp));
    return h("section", { class: "card", "aria-labelledby": "stamps-heading" },
      h("h2", { id: "stamps-heading", text: gettext("Field times") }),
      scrolled(gettext("Table of field times"), stampTable(STAMPS, byStamp, reached)));
  }

  units(call) {
    if (call.assignments.length === 0) return h("p", { class: "quiet", text: gettext("No unit was sent.") });
    return h("div", { class: "incident-columns" }, call.assignments.map((row) => {
      const byStamp = new Map(row.field_times.map((time) => [time.stamp, time]));
      const reached = UNIT_STAMPS.findLastIndex((stamp) => byStamp.has(stamp));
      return h("div", {},
        h("h3", { text: `${row.call_sign} · ${unitStateText(row.state)}${row.reason ? ` (${this.room.vocabulary.reason(row.reason)})` : ""}` }),
        scrolled(row.call_sign, stampTable(UNIT_STAMPS, byStamp, reached)));
    }));
  }

  notes(call) {
    return h("section", { class: "card", "aria-labelledby": "notes-heading" },
      h("h2", { id: "notes-heading", text: gettext("Notes") }),
      h("ul", { class: "note-list" }, call.notes.map((note) =>
        h("li", {}, h("span", { text: note.text }), " ", h("small", { class: "quiet", text: `${exactTimeText(note.at_s)} ${nameOf(note.author)}` })))),
      !this.room.may("incident.edit", call) ? null : h("form", { class: "note-form", onsubmit: (event) => this.addNote(event) },
        h("input", { id: "note", type: "text", maxlength: 2000, "aria-label": gettext("Add a note"), placeholder: gettext("Add a note") }),
        h("button", { type: "submit", text: gettext("Add") })));
  }

  async addNote(event) {
    event.preventDefault();
    const field = byId("note");
    const text = field.value.trim();
    if (!text) return;
    if ((await this.run(this.room.note(this.id, text), gettext("Note added"))) !== null) byId("note").value = "";
  }

  links(call) {
    const word = { primary: gettext("the same as"), duplicate: gettext("has the duplicate") };
    return h("section", { class: "card", "aria-labelledby": "links-heading" },
      h("h2", { id: "links-heading", text: gettext("Linked calls") }),
      call.links.length === 0
        ? h("p", { class: "quiet", text: gettext("None.") })
        : h("ul", { class: "note-list" }, call.links.map((link) => h("li", { class: "row" },
          word[link.relation], " ", h("a", { href: `/console/incidents/${link.incident}/`, text: link.number }),
          !this.room.may("incident.edit", call) ? null
            : h("button", { type: "button", class: "small", text: gettext("Take the link back"), onclick: () => this.unlink(link) })))));
  }

  unlink({ incident, relation }) {
    const [duplicate, primary] = relation === "primary" ? [this.id, incident] : [incident, this.id];
    return this.run(this.room.unlink(duplicate, primary), gettext("Link taken back"));
  }

  timeline(call) {
    let day = "";
    return h("ol", { class: "timeline" }, call.timeline.map((event) => {
      const today = dateText(event.occurred_s);
      const newDay = today !== day;
      day = today;
      const late = event.recorded_s - event.occurred_s;
      return h("li", {},
        h("div", {}, newDay ? h("small", { text: today }) : null, newDay ? h("br") : null, h("time", { class: "number", text: exactTimeText(event.occurred_s) })),
        h("div", { class: "what" }, h("strong", { text: eventText(event.type) }), " ", this.describe(event), " ",
          h("small", { text: [nameOf(event.actor_name) || event.actor, late >= 1 ? fill(gettext("recorded %(time)s later"), { time: clockText(late) }) : ""].filter(Boolean).join(" · ") })));
    }));
  }

  describe({ type, data }) {
    const { vocabulary } = this.room;
    const unit = (id) => this.room.callSign(id);
    const words = {
      "incident.entered": () => `${vocabulary.category(data.category)} · ${priorityText(data.priority)} · ${channelText(data.channel)}`,
      "incident.located": () => `${data.lat.toFixed(5)}, ${data.lon.toFixed(5)} · ${placeClassText(data.place_class)}`,
      "incident.classified": () => `${vocabulary.category(data.category)} · ${priorityText(data.priority)}${data.reason ? ` · ${vocabulary.reason(data.reason)}` : ""}`,
      "incident.alarm_level": () => `${fill(gettext("Level %(n)s"), { n: data.level })}${data.reason ? ` · ${vocabulary.reason(data.reason)}` : ""}`,
      "incident.routed": () => data.destinations.map((destination) => destinationText(destination.kind)).join(gettext(", ")),
      "incident.moved": () => `${incidentStateText(data.before)} → ${incidentStateText(data.after)}${data.reason ? ` · ${vocabulary.reason(data.reason)}` : ""}`,
      "incident.time_stamped": () => `${stampText(data.stamp)} ${exactTimeText(data.at_s)} · ${clockSourceText(data.clock)}`,
      "recommendation.made": () => data.units.map(unit).join(gettext(", ")),
      "recommendation.overridden": () => `${data.units.map(unit).join(gettext(", "))} · ${vocabulary.reason(data.reason)}`,
      "assignment.moved": () => `${unit(data.unit)} · ${data.action ? `${assignmentActionText(data.action)} → ` : ""}${unitStateText(data.after)}${data.reason ? ` · ${vocabulary.reason(data.reason)}` : ""}`,
      "alarm.raised": () => `${alarmText(data.timer)}${data.unit ? ` · ${unit(data.unit)}` : ""}`,
    };
    return words[type]?.() ?? "";
  }
}

/** A table that scrolls by itself where the screen is narrower; `name` tells readers which. */
function scrolled(name, table) {
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": name }, table);
}

/** A table of stamps with the time that counts, both clocks and the time since the stamp before. */
function stampTable(stamps, byStamp, reached) {
  let before = null;
  const rows = stamps.slice(0, Math.max(reached + 1, 1)).map((stamp) => {
    const time = byStamp.get(stamp);
    const since = time && before !== null ? clockText(time.at_s - before) : "";
    if (time) before = time.at_s;
    return h("tr", {},
      h("th", { scope: "row", text: stampText(stamp) }),
      h("td", { class: `figure ${time ? "" : "missing"}`, text: time ? exactTimeText(time.at_s) : gettext("missing") }),
      h("td", { class: "figure", text: since }),
      h("td", { class: "figure", text: time && time.device_s !== null ? exactTimeText(time.device_s) : "–" }),
      h("td", { class: "figure", text: time ? exactTimeText(time.recorded_s) : "–" }),
      h("td", { text: time ? clockSourceText(time.clock) : "" }));
  });
  const heads = [gettext("Step"), gettext("Time"), gettext("After"), gettext("Device clock"), gettext("Server clock"), gettext("Counts")];
  return h("table", {}, h("thead", {}, h("tr", {}, heads.map((text, index) => h("th", { scope: "col", class: index > 0 && index < 5 ? "figure" : "", text })))), h("tbody", {}, rows));
}

async function main() {
  const id = byId("incident").dataset.incident;
  const [vocabularyData, city, me] = await Promise.all(["/api/vocabulary", "/api/city", "/api/me"].map((url) => get(url)));
  setTimeZone(city.timezone);
  const room = new Room(new Vocabulary(vocabularyData), me);
  const page = new IncidentPage(room, id, city.grids);
  room.addEventListener("board", () => page.refresh().catch((error) => setText(byId("incident"), error.message)));
  room.addEventListener("change", ({ detail: { touched, event } }) => {
    if (touched.incidents.has(id) || event.data.incident === id) page.soon();
  });
  room.addEventListener("connection", ({ detail }) => showConnection(detail));
  room.stream.start();
  setInterval(() => room.stream.checkSilence(), 5000);
}

main().catch((error) => setText(byId("incident"), error.message));
