/** Notes of the place of a call: those in force with an end to each, and a form for another. */

import { byId, h, setText } from "../base/dom.js";
import { dateText, fill, nameOf } from "../base/wording.js";
import { get, post } from "../live/http.js";

export async function showPremiseNotes({ lon, lat, number }) {
  const dialog = byId("question");
  const before = document.activeElement;
  const list = h("ul", { class: "note-list" });
  const status = h("p", { role: "status" });
  const { form, fields } = noteForm();
  const refresh = async () => {
    const { notes, kinds } = await get(`/api/premise-notes?lon=${lon}&lat=${lat}`);
    const words = new Map(kinds.map(({ code, name }) => [code, nameOf(name)]));
    list.replaceChildren(...notes.length ? notes.map((note) => row(note, words, end)) : [h("li", { class: "quiet", text: gettext("None.") })]);
    if (!fields.kind.options.length) fields.kind.append(...kinds.map(({ code, name }) => h("option", { value: code, text: nameOf(name) })));
  };
  const carryOut = async (promise, done) => {
    try {
      await promise;
      setText(status, done);
      await refresh();
      return true;
    } catch (error) {
      setText(status, error.message);
      return false;
    }
  };
  const end = (note) => carryOut(post(`/api/premise-notes/${note.id}/end`), gettext("The note was ended."));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = { lon, lat, kind: fields.kind.value, label: fields.label.value, text: fields.text.value, last_day: fields.last.value || null };
    if (await carryOut(post("/api/premise-notes", body), gettext("The note was written; calls at this place show it."))) {
      fields.label.value = "";
      fields.text.value = "";
    }
  });
  dialog.replaceChildren(h("div", { class: "premise-notes" },
    h("h2", { id: "question-title", text: fill(gettext("Notes on the place of %(number)s"), { number }) }),
    h("p", { class: "quiet", text: gettext("About the place, never about a person.") }),
    list, form, status,
    h("div", { class: "buttons" }, h("button", { type: "button", text: pgettext("dialog", "Close"), onclick: () => dialog.close() }))));
  await carryOut(Promise.resolve(), "");
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.replaceChildren();
      if (before?.isConnected) before.focus();
      resolve();
    }, { once: true });
    dialog.showModal();
    fields.text.focus();
  });
}

function row(note, words, end) {
  const button = h("button", { type: "button", class: "small", text: gettext("End"), "aria-label": fill(gettext("End the note “%(text)s”"), { text: note.text }), onclick: () => end(note) });
  return h("li", { class: "row" }, h("span", { text: note.shown }), " ",
    h("small", { class: "quiet", text: fill(gettext("%(kind)s · until %(day)s"), { kind: words.get(note.kind) ?? note.kind, day: dateText(note.expires_s) }) }),
    note.may_end ? button : null);
}

function noteForm() {
  const fields = {
    kind: h("select", {}),
    label: h("input", { type: "text", maxlength: 60 }),
    text: h("input", { type: "text", maxlength: 300, required: true }),
    last: h("input", { type: "date" }),
  };
  const labelled = (text, field) => h("label", {}, text, " ", field);
  const form = h("form", { class: "premise-form" },
    labelled(gettext("Kind"), fields.kind), labelled(gettext("Label"), fields.label), labelled(gettext("Note"), fields.text),
    labelled(gettext("Last day (a year if left empty)"), fields.last),
    h("button", { type: "submit", class: "primary", text: gettext("Write the note") }));
  return { form, fields };
}
