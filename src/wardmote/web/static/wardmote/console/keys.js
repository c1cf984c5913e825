/** Keys for everything. Letters work outside of fields and can be switched off. */

import { byId, h } from "../base/dom.js";

const KEY = "wardmote.letters";

/** True when a key press belongs to the field that has the focus. */
function inField(target) {
  return target.matches?.("input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable]");
}

export class Keys {
  /** `bindings`: `{keys: [..], letters: bool, text, run}`; a key is `F2`, `n`, `?`, `Ctrl+k`. */
  constructor(bindings) {
    this.bindings = bindings;
    this.letters = localStorage.getItem(KEY) !== "off";
    addEventListener("keydown", (event) => this.onKey(event));
  }

  onKey(event) {
    if (event.isComposing || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    const name = (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "") + event.key;
    for (const binding of this.bindings) {
      if (!binding.keys.includes(name)) continue;
      if (binding.letters && (!this.letters || inField(event.target))) continue;
      event.preventDefault();
      binding.run(event);
      return;
    }
  }

  setLetters(on) {
    this.letters = on;
    localStorage.setItem(KEY, on ? "on" : "off");
  }

  showHelp(commandTable) {
    const dialog = byId("help");
    const letters = h("input", { type: "checkbox", checked: this.letters, onchange: () => this.setLetters(letters.checked) });
    const rows = this.bindings.filter((binding) => binding.text).map((binding) => h("tr", {},
      h("td", {}, binding.keys.flatMap((key, index) => [index ? " " : "", h("kbd", { text: keyName(key) })])),
      h("td", { text: binding.text })));
    dialog.replaceChildren(h("div", { class: "inside" },
      h("h2", { id: "help-title", text: gettext("Keys and commands") }),
      h("label", { class: "check" }, letters, " ", gettext("Single letters act as commands")),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": gettext("Keys and commands") },
        h("table", {},
          h("thead", {}, h("tr", {}, h("th", { scope: "col", text: gettext("Key") }), h("th", { scope: "col", text: gettext("What it does") }))),
          h("tbody", {}, rows)),
        h("h3", { text: gettext("Command line") }), commandTable),
      h("div", { class: "buttons" }, h("button", { type: "button", class: "primary", text: pgettext("dialog", "Close"), onclick: () => dialog.close() }))));
    dialog.showModal();
  }
}

function keyName(key) {
  return { ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc", " ": "Space" }[key] ?? key;
}

/** Move the focus to the next or previous region of the page. */
export function cycleRegions(regions, backwards) {
  const shown = regions.filter((region) => region && !region.hidden && region.getClientRects().length);
  const at = shown.findIndex((region) => region.contains(document.activeElement));
  const next = shown[(at + (backwards ? -1 : 1) + shown.length) % shown.length];
  const inside = next.querySelector('[tabindex="0"], input:not([disabled]), button:not([disabled]):not([tabindex="-1"])');
  (inside ?? next).focus();
}
