/** A short question in a dialog: a reason code, a disposition, a confirmation. */

import { byId, h } from "../base/dom.js";
import { nameOf } from "../base/wording.js";

/**
 * Ask for one of `choices` (`{code, name}`), or only for confirmation when there are none.
 * Digits choose, Enter confirms, Escape answers null.
 */
export function ask({ title, text = "", choices = [], confirm = gettext("OK"), danger = false }) {
  const dialog = byId("question");
  return new Promise((resolve) => {
    const options = choices.map((choice, index) =>
      h("label", { class: "choice" },
        h("input", { type: "radio", name: "choice", value: choice.code, checked: index === 0 }),
        h("kbd", { text: String(index + 1) }),
        h("span", { text: nameOf(choice.name) })));
    const form = h("form", { method: "dialog" },
      h("h2", { id: "question-title", text: title }),
      text ? h("p", { text }) : null,
      choices.length ? h("fieldset", { class: "choices" }, h("legend", { class: "visually-hidden", text: title }), options) : null,
      h("div", { class: "buttons" },
        h("button", { type: "button", text: gettext("Back"), onclick: () => dialog.close("") }),
        h("button", { type: "submit", class: danger ? "danger" : "primary", value: "ok", text: confirm })));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = form.querySelector("input[name=choice]:checked");
      dialog.close(choices.length ? chosen.value : "ok");
    });
    form.addEventListener("keydown", (event) => {
      const radios = form.querySelectorAll("input[name=choice]");
      if (/^[1-9]$/.test(event.key) && radios[Number(event.key) - 1]) {
        radios[Number(event.key) - 1].checked = true;
        radios[Number(event.key) - 1].focus();
        event.preventDefault();
      } else if (event.key === "Enter" && event.target.matches("input[type=radio]")) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    const before = document.activeElement;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      if (before?.isConnected) before.focus();
      resolve(dialog.returnValue || null);
    }, { once: true });
    dialog.replaceChildren(form);
    dialog.showModal();
    (form.querySelector("input[name=choice]") ?? form.querySelector("button[type=submit]")).focus();
  });
}
