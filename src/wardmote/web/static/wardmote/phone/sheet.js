/** Dialogs of the phone: a choice with words, a canvas to draw on. Escape and Back answer null. */

import { byId, h } from "../base/dom.js";
import { nameOf } from "../base/wording.js";

/**
 * Show `children` in the dialog; `answer` is called when it is confirmed and gives the result.
 * What it gives as undefined keeps the dialog open.
 */
export function showSheet({ title, text = "", children = [], confirm = gettext("OK"), answer = () => "ok" }) {
  const dialog = byId("question");
  return new Promise((resolve) => {
    let result = null;
    const form = h("form", { method: "dialog" },
      h("h2", { id: "question-title", text: title }),
      text ? h("p", { text }) : null,
      children,
      h("div", { class: "buttons" },
        h("button", { type: "button", text: gettext("Back"), onclick: () => dialog.close() }),
        h("button", { type: "submit", class: "primary", text: confirm })));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const given = await answer(form);
      if (given === undefined) return;
      result = given;
      dialog.close();
    });
    const before = document.activeElement;
    dialog.addEventListener("close", () => {
      if (before?.isConnected) before.focus();
      resolve(result);
    }, { once: true });
    dialog.replaceChildren(form);
    dialog.showModal();
  });
}

/** One of `choices` (`{code, name}`); with `words` also something in one's own words. */
export function choose({ title, text = "", choices, words = false, confirm }) {
  const select = h("select", { id: "sheet-choice" }, choices.map((one) => h("option", { value: one.code, text: nameOf(one.name) })));
  const more = h("input", { id: "sheet-words", maxlength: 200, autocomplete: "off" });
  return showSheet({
    title,
    text,
    confirm,
    children: [
      h("label", { for: "sheet-choice", text: gettext("Choose") }), select,
      words ? h("label", { for: "sheet-words", text: gettext("In your own words (no names of residents)") }) : null,
      words ? more : null,
    ],
    answer: () => {
      if (words && select.value === "other" && !more.value.trim()) {
        more.setAttribute("aria-invalid", "true");
        more.focus();
        return undefined;
      }
      return { code: select.value, words: more.value.trim() };
    },
  });
}
