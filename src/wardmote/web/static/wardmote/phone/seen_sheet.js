/** The dialog for something seen outside: its place is filled in, its category chosen. */

import { h } from "../base/dom.js";
import { nameOf } from "../base/wording.js";
import { showSheet } from "./sheet.js";

/** `{category, words, place, lon, lat}`, or null; `choices` are categories, none where none is needed. */
export function askSeen({ title, choices, place, here }) {
  const select = h("select", { id: "seen-category" }, choices.map((one) => h("option", { value: one.code, text: nameOf(one.name) })));
  const words = h("textarea", { id: "seen-words", rows: 3, maxlength: 1000 });
  const where = h("input", { id: "seen-place", maxlength: 120, value: place, autocomplete: "off" });
  return showSheet({
    title,
    confirm: gettext("Send it"),
    children: [
      ...(choices.length ? [h("label", { for: "seen-category", text: gettext("Category") }), select] : []),
      h("label", { for: "seen-place", text: gettext("Place") }), where,
      h("label", { for: "seen-words", text: gettext("In your own words (no names of residents)") }), words,
    ],
    answer: () => ({ category: select.value, words: words.value.trim(), place: where.value.trim(), lon: here.lon, lat: here.lat }),
  });
}

/** A short note at the end: `{note}`, or null. */
export function askNote(title) {
  const note = h("textarea", { id: "patrol-note", rows: 3, maxlength: 1000 });
  return showSheet({
    title,
    confirm: gettext("Finish"),
    children: [h("label", { for: "patrol-note", text: gettext("Short note (no names of residents)") }), note],
    answer: () => ({ note: note.value.trim() }),
  });
}
