/** Taking down a call with one hand on the keyboard: Enter goes on, F4 saves, Esc puts it aside. */

import { byId, h, setText, showList } from "../base/dom.js";
import { Combobox } from "../base/combobox.js";
import { distanceText, durationText, fill, nameOf, placeInWords, shortNumber } from "../base/wording.js";
import { channelText, incidentStateText, placeKindText, priorityText } from "../base/codes.js";
import { get, newKey } from "../live/http.js";
import { parseCoordinates, suggestCategories } from "./suggestions.js";
import { CallerPhone } from "./caller_phone.js";

const SEARCH_WAIT_MS = 180;
/** A call that is over is shown, for what it says of the place, but nothing is linked to it. */
const LINKABLE = new Set(["entered", "routed", "in_progress", "resolved"]);

export class Intake {
  constructor(room, { run, map, announce }) {
    Object.assign(this, { room, run, map, announce });
    this.region = byId("intake-region");
    this.place = null;
    this.duplicateOf = null;
    this.picking = false;
    this.region.replaceChildren(this.build());
    this.clear();
  }

  get open() {
    return !this.region.hidden;
  }

  build() {
    const field = (label, control, hint = null) =>
      h("div", { class: "field" }, h("label", { for: control.id, text: label }), control, hint);
    this.placeField = h("input", {
      id: "intake-place", type: "text", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": "intake-places", autocomplete: "off", maxlength: 200,
      placeholder: gettext("Address, crossing A & B, key place, village or 27.1, 111.4"),
    });
    const places = h("ul", { id: "intake-places", class: "options", role: "listbox", "aria-label": gettext("Places found"), hidden: true });
    this.placeNote = h("p", { class: "field-note", role: "status" });
    this.premise = h("ul", { class: "premise", "aria-label": gettext("Notes on the place") });
    this.categoryField = h("input", {
      id: "intake-category", type: "text", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": "intake-categories", autocomplete: "off", placeholder: gettext("What is it? Type a few letters"),
    });
    const categories = h("ul", { id: "intake-categories", class: "options", role: "listbox", "aria-label": gettext("Categories"), hidden: true });
    this.suggested = h("div", { class: "row suggested", role: "group", "aria-label": gettext("Suggested categories") });
    this.priorities = h("fieldset", { class: "priorities" }, h("legend", { text: gettext("Priority") }),
      [1, 2, 3, 4].map((value) => h("label", {},
        h("input", { type: "radio", name: "intake-priority", value: String(value) }),
        h("span", { class: "priority-symbol", "data-priority": value, "aria-hidden": "true", text: String(value) }),
        h("span", { text: priorityText(value) }))));
    this.noteField = h("textarea", { id: "intake-note", rows: 3, maxlength: 4000 });
    this.nameField = h("input", { id: "intake-name", type: "text", autocomplete: "off", maxlength: 100 });
    this.phoneField = h("input", { id: "intake-phone", type: "tel", autocomplete: "off", maxlength: 40 });
    this.channelField = h("select", { id: "intake-channel" },
      ["phone", "web", "qr", "neighbour", "patrol"].map((code) => h("option", { value: code, text: channelText(code) })));
    this.drill = h("input", { type: "checkbox", id: "intake-drill" });
    this.duplicates = h("ul", { class: "duplicate-list" });
    this.duplicatePart = h("section", { class: "duplicates", "aria-label": gettext("Perhaps the same call"), hidden: true },
      h("h3", { text: gettext("Perhaps the same call") }), this.duplicates);
    this.problem = h("p", { class: "message error", role: "alert", hidden: true });
    this.pinButton = h("button", { type: "button", class: "small", "aria-pressed": "false", text: gettext("Point on the map"), onclick: () => this.setPicking(!this.picking) });
    this.centreButton = h("button", { type: "button", class: "small", text: gettext("Take the map's centre"), onclick: () => this.takeCentre() });
    this.phone = new CallerPhone({ onPlace: (place) => this.setPlace(place), run: this.run });
    this.saveButton = h("button", { type: "submit", class: "primary", "aria-keyshortcuts": "F4" }, gettext("Take down"), " ", h("kbd", { text: "F4" }));
    this.form = h("form", { class: "intake-form", novalidate: true, onsubmit: (event) => this.save(event) },
      h("header", {},
        h("h2", { id: "intake-title", text: gettext("New call") }), this.elapsed = h("span", { class: "clock", "aria-hidden": "true" }),
        h("button", { type: "button", class: "plain small", onclick: () => this.close() }, gettext("Put aside"), " ", h("kbd", { text: "Esc" }))),
      h("div", { class: "field combo" }, h("label", { for: "intake-place", text: gettext("Where?") }), this.placeField, places, this.placeNote,
        h("div", { class: "row" }, this.pinButton, this.centreButton, this.phone.button), this.phone.element, this.premise),
      this.duplicatePart,
      h("div", { class: "field combo" }, h("label", { for: "intake-category", text: gettext("What?") }), this.categoryField, categories, this.suggested),
      this.priorities,
      field(gettext("What the caller says"), this.noteField),
      h("div", { class: "field-pair" },
        field(gettext("Caller's name (may be left out)"), this.nameField),
        field(gettext("Call back"), this.phoneField)),
      h("div", { class: "field-pair" },
        field(gettext("Came by"), this.channelField),
        h("label", { class: "check", for: "intake-drill" }, this.drill, " ", gettext("Drill, not a real call"))),
      this.problem,
      h("div", { class: "row" }, this.saveButton));
    this.placeCombo = new Combobox({
      input: this.placeField, list: places, waitMs: SEARCH_WAIT_MS, pickFirst: true,
      suggest: (text, signal) => this.searchPlaces(text, signal),
      choose: ({ value }) => { this.setPlace(value); this.categoryField.focus(); },
    });
    this.categoryCombo = new Combobox({
      input: this.categoryField, list: categories, pickFirst: true, openOnFocus: true,
      suggest: (text) => this.searchCategories(text),
      choose: ({ value }) => { this.setCategory(value); this.noteField.focus(); },
    });
    this.placeField.addEventListener("input", () => { this.place = null; setText(this.placeNote, ""); });
    this.categoryField.addEventListener("input", () => { this.category = null; });
    this.noteField.addEventListener("input", () => this.suggest());
    this.form.addEventListener("keydown", (event) => this.onKey(event));
    return this.form;
  }

  show() {
    if (!this.open) {
      this.region.hidden = false;
      this.startedS ??= this.room.now();
      document.body.dataset.intake = "open";
    }
    this.placeField.focus();
    this.tick();
  }

  /** Hide the form; what was typed stays for the next time. */
  close() {
    this.region.hidden = true;
    delete document.body.dataset.intake;
    this.setPicking(false);
    this.map?.showPin(null);
    byId("new-call").focus();
  }

  clear() {
    this.form.reset();
    this.place = null;
    this.category = null;
    this.duplicateOf = null;
    this.startedS = null;
    this.key = newKey();
    this.problem.hidden = true;
    setText(this.placeNote, "");
    this.showPremise([]);
    this.showDuplicates([]);
    this.suggested.replaceChildren();
    this.phone.clear();
    this.map?.showPin(null);
  }

  tick() {
    if (this.open && this.startedS) setText(this.elapsed, durationText(Math.max(0, this.room.now() - this.startedS)));
  }

  onKey(event) {
    if (event.isComposing) return;
    const save = event.key === "F4" || (event.key === "Enter" && (event.ctrlKey || event.metaKey));
    if (save) {
      event.preventDefault();
      event.stopPropagation();
      this.form.requestSubmit();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.altKey && /^[1-4]$/.test(event.key)) {
      event.preventDefault();
      this.setPriority(Number(event.key));
    } else if (event.key === "Enter" && event.target.matches("input:not([type=checkbox]), select")) {
      event.preventDefault();
      this.goOn(event.target);
    }
  }

  goOn(from) {
    const fields = [this.placeField, this.categoryField, this.noteField, this.nameField, this.phoneField, this.channelField, this.saveButton];
    const at = fields.indexOf(from);
    (at < 0 ? this.noteField : fields[at + 1]).focus();
  }

  async searchPlaces(text, signal) {
    const coordinates = parseCoordinates(text);
    if (coordinates) {
      const [lon, lat] = coordinates;
      const name = `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
      return [{ label: name, detail: placeKindText("coordinates"), value: { lon, lat, text: name, premise_notes: [] } }];
    }
    if (text.trim().length < 2) return [];
    const centre = this.map?.map.getCenter();
    const near = centre ? `&lon=${centre.lng.toFixed(5)}&lat=${centre.lat.toFixed(5)}` : "";
    const { results } = await get(`/api/places/search?q=${encodeURIComponent(text.trim())}${near}`, { signal });
    return results.map((result) => ({
      label: nameOf(result.name),
      detail: [placeKindText(result.kind), nameOf(result.context)].filter(Boolean).join(" · "),
      value: { ...result, text: placeInWords(result) },
    }));
  }

  searchCategories(text) {
    return suggestCategories(this.room.vocabulary, text).map((category) => ({
      label: nameOf(category.name), detail: priorityText(category.priority), value: category,
    }));
  }

  /** Categories that the caller's words point to. */
  suggest() {
    if (this.category) return;
    const found = suggestCategories(this.room.vocabulary, this.noteField.value, { wordsOnly: true }).slice(0, 4);
    this.suggested.replaceChildren(...found.map((category) =>
      h("button", { type: "button", class: "small", text: nameOf(category.name), onclick: () => this.setCategory(category) })));
  }

  setCategory(category) {
    this.category = category;
    this.categoryField.value = nameOf(category.name);
    this.suggested.replaceChildren();
    this.setPriority(category.priority);
    this.lookForDuplicates();
  }

  setPriority(value) {
    this.priorities.querySelector(`input[value="${value}"]`).checked = true;
  }

  setPlace(place) {
    this.place = place;
    this.placeField.value = place.text ?? "";
    setText(this.placeNote, `${place.lat.toFixed(5)}, ${place.lon.toFixed(5)}`);
    this.map?.showPin([place.lon, place.lat]);
    this.map?.show([place.lon, place.lat], { zoom: 15, always: true });
    this.showPremise(place.premise_notes ?? []);
    this.setPicking(false);
    this.lookForDuplicates();
  }

  setPicking(picking) {
    this.picking = picking;
    this.pinButton.setAttribute("aria-pressed", String(picking));
    document.body.classList.toggle("picking", picking);
    if (picking) this.announce(gettext("Press a point on the map."));
  }

  /** A click on the map while the form waits for one. Answers whether it was taken. */
  pick([lon, lat]) {
    if (!this.open || !this.picking) return false;
    this.setPlace({ lon, lat, text: this.placeField.value || pointInWords(lon, lat), premise_notes: [] });
    this.categoryField.focus();
    return true;
  }

  takeCentre() {
    const centre = this.map?.map.getCenter();
    if (centre) this.setPlace({ lon: centre.lng, lat: centre.lat, text: this.placeField.value || pointInWords(centre.lng, centre.lat), premise_notes: [] });
  }

  showPremise(notes) {
    this.premise.replaceChildren(...notes.map((text) => h("li", { text })));
  }

  async lookForDuplicates() {
    if (!this.place) return;
    const { lon, lat } = this.place;
    const at = this.startedS ?? this.room.now();
    const answer = await this.run(get(`/api/incidents/nearby?lon=${lon}&lat=${lat}&at_s=${at}`), null);
    if (answer) this.showDuplicates(answer.incidents);
  }

  showDuplicates(incidents) {
    this.duplicatePart.hidden = incidents.length === 0;
    showList(this.duplicates, incidents, (incident) => incident.id, () => createDuplicate(this), (element, incident) => {
      element.incident = incident;
      element.box.checked = this.duplicateOf === incident.id;
      element.box.disabled = !LINKABLE.has(incident.state);
      element.tag.hidden = element.box.disabled;
      setText(element.what, `${shortNumber(incident.number)} ${this.room.vocabulary.category(incident.category)} · ${incidentStateText(incident.state)}`);
      setText(element.where, [incident.place, fill(gettext("%(distance)s away, %(age)s ago"), {
        distance: distanceText(incident.distance_m), age: durationText(incident.age_s),
      })].filter(Boolean).join(" · "));
      setText(element.note, incident.note ?? "");
    });
  }

  chooseDuplicate(incident, chosen) {
    this.duplicateOf = chosen ? incident.id : null;
    for (const element of this.duplicates.children) element.box.checked = element.incident.id === this.duplicateOf;
  }

  async save(event) {
    event.preventDefault();
    if (this.saving) return;
    const priority = this.priorities.querySelector("input:checked")?.value;
    if (!this.category) {
      this.complain(gettext("Say what it is: choose a category."), this.categoryField);
      return;
    }
    const call = {
      category: this.category.code,
      priority: priority ? Number(priority) : null,
      channel: this.channelField.value,
      received_s: this.startedS,
      lon: this.place?.lon ?? null,
      lat: this.place?.lat ?? null,
      place: this.placeField.value.trim() || null,
      caller_name: this.nameField.value.trim() || null,
      caller_phone: this.phoneField.value.trim() || null,
      note: this.noteField.value.trim() || null,
      drill: this.drill.checked,
      location_request: this.phone.requestId,
    };
    this.problem.hidden = true;
    this.saving = true;
    try {
      const { id, number } = await this.room.enter(call, this.key);
      const primary = this.duplicateOf;
      this.announce(fill(gettext("Call %(number)s taken down"), { number: shortNumber(number) }));
      this.clear();
      this.close();
      this.room.tell("entered", id);
      // The call is on record; a link that is refused is told, and can be made on its panel.
      if (primary) await this.run(this.room.link(id, primary), null);
    } catch (error) {
      this.complain(error.message, this.saveButton);
      // The server refused this body: what is sent next is another request.
      if (!error.unreachable) this.key = newKey();
    } finally {
      this.saving = false;
    }
  }

  complain(message, field) {
    setText(this.problem, message);
    this.problem.hidden = false;
    field.focus();
  }
}

function createDuplicate(intake) {
  const box = h("input", { type: "checkbox" });
  const what = h("span", { class: "duplicate-what" });
  const where = h("span", { class: "quiet" });
  const note = h("span", { class: "duplicate-note" });
  const tag = h("span", { class: "tag", text: gettext("same call: link") });
  const element = h("li", {}, h("label", {}, box, " ", what, where, note, tag));
  box.addEventListener("change", () => intake.chooseDuplicate(element.incident, box.checked));
  return Object.assign(element, { box, tag, what, where, note });
}

/** A place that only its coordinates tell. */
function pointInWords(lon, lat) {
  return fill(gettext("a point on the map, %(lat)s, %(lon)s"), { lat: lat.toFixed(5), lon: lon.toFixed(5) });
}
