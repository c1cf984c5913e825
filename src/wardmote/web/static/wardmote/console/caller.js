/** Who called: opened for a purpose, shown in a dialog, kept nowhere. */

import { byId, h } from "../base/dom.js";
import { fill, nameOf } from "../base/wording.js";
import { post } from "../live/http.js";
import { ask } from "./question.js";

/**
 * Ask why, then show who called. `call` names the purposes that its reader may choose; the server
 * decides and writes the look down.
 */
export async function showCaller({ id, number, caller_purposes: allowed = [] }, vocabulary) {
  const choices = (vocabulary.data.purposes ?? []).filter(({ code }) => allowed.includes(code));
  if (choices.length === 0) {
    await ask({ title: gettext("This did not work"), text: gettext("Your role may not open this caller's data.") });
    return;
  }
  const purpose = await ask({
    title: fill(gettext("Caller of %(number)s: for which purpose?"), { number }),
    text: gettext("Who looked, when and why is recorded."),
    choices, confirm: gettext("Show the caller"),
  });
  if (purpose === null) return;
  let caller;
  try {
    caller = await post(`/api/incidents/${id}/caller`, { purpose });
  } catch (error) {
    await ask({ title: gettext("This did not work"), text: error.message });
    return;
  }
  await show(number, caller, nameOf(choices.find(({ code }) => code === purpose).name));
}

/** The data lives in this dialog alone; closing empties it. */
function show(number, { name, phone }, purpose) {
  const dialog = byId("question");
  const before = document.activeElement;
  const close = h("button", { type: "button", class: "primary", text: pgettext("dialog", "Close"), onclick: () => dialog.close() });
  dialog.replaceChildren(h("div", { class: "caller" },
    h("h2", { id: "question-title", text: fill(gettext("Caller of %(number)s"), { number }) }),
    name || phone
      ? h("dl", {},
        h("dt", { text: gettext("Name") }), h("dd", { text: name || gettext("unknown") }),
        h("dt", { text: gettext("Phone") }), h("dd", {}, phone ? h("a", { href: `tel:${dialled(phone)}`, text: phone }) : gettext("unknown")))
      : h("p", { text: gettext("Nothing is on record: the caller gave no name or number, or they were erased.") }),
    h("p", { class: "quiet", role: "status", text: fill(gettext("This look was recorded: %(purpose)s."), { purpose }) }),
    h("div", { class: "buttons" }, close)));
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.replaceChildren();
      if (before?.isConnected) before.focus();
      resolve();
    }, { once: true });
    dialog.showModal();
    (dialog.querySelector("a") ?? close).focus();
  });
}

/** What a telephone can dial of what was written (RFC 3966). */
function dialled(phone) {
  return phone.replace(/[^\d+*#]/g, "");
}
