/** A text field with a list of suggestions, as ARIA's combobox pattern describes it. */

import { h, setAttribute } from "./dom.js";

let serial = 0;

/**
 * Options:
 * - `input`, `list`: the field and the (empty) listbox element.
 * - `suggest(text, signal)`: suggestions for a text, possibly a promise; each `{label, detail?, value}`.
 * - `choose(suggestion)`: one was chosen.
 * - `waitMs`: pause in typing before asking.
 * - `pickFirst`: Enter takes the first suggestion when none is highlighted.
 */
export class Combobox {
  constructor({ input, list, suggest, choose, waitMs = 0, pickFirst = false, openOnFocus = false }) {
    Object.assign(this, { input, list, suggest, choose, waitMs, pickFirst });
    this.suggestions = [];
    this.active = -1;
    this.timer = 0;
    this.request = null;
    this.prefix = `option-${(serial += 1)}`;
    input.addEventListener("input", () => this.ask());
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("blur", () => this.close());
    if (openOnFocus) input.addEventListener("focus", () => this.ask());
    // The list must not take the focus from the field when it is clicked.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(Number(option.dataset.index));
    });
  }

  get open() {
    return !this.list.hidden;
  }

  ask() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.request = new AbortController();
    const { signal } = this.request;
    const text = this.input.value;
    const run = async () => {
      try {
        const suggestions = await this.suggest(text, signal);
        if (!signal.aborted && document.activeElement === this.input) this.show(suggestions);
      } catch (error) {
        if (error.name !== "AbortError") this.show([]);
      }
    };
    if (this.waitMs) this.timer = setTimeout(run, this.waitMs);
    else run();
  }

  show(suggestions) {
    this.suggestions = suggestions;
    this.active = -1;
    this.list.replaceChildren(
      ...suggestions.map((suggestion, index) =>
        h("li", { role: "option", id: `${this.prefix}-${index}`, "data-index": index, "aria-selected": "false" },
          h("span", { class: "option-label", text: suggestion.label }),
          suggestion.detail ? h("span", { class: "option-detail", text: suggestion.detail }) : null,
        )),
    );
    this.list.hidden = suggestions.length === 0;
    setAttribute(this.input, "aria-expanded", String(this.open));
    setAttribute(this.input, "aria-activedescendant", null);
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.show([]);
  }

  move(step) {
    const { length } = this.suggestions;
    if (!length) return;
    this.active = (this.active + step + (this.active < 0 && step < 0 ? length + 1 : length)) % length;
    [...this.list.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === this.active));
      if (index === this.active) option.scrollIntoView({ block: "nearest" });
    });
    setAttribute(this.input, "aria-activedescendant", `${this.prefix}-${this.active}`);
  }

  take(index) {
    const suggestion = this.suggestions[index];
    if (!suggestion) return false;
    this.close();
    this.choose(suggestion);
    return true;
  }

  onKey(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && (this.open || event.altKey)) {
      if (this.open) this.move(1);
      else this.ask();
      event.preventDefault();
    } else if (event.key === "ArrowUp" && this.open) {
      this.move(-1);
      event.preventDefault();
    } else if (event.key === "Enter" && this.open && (this.active >= 0 || this.pickFirst)) {
      event.preventDefault();
      event.stopPropagation();
      this.take(Math.max(0, this.active));
    } else if (event.key === "Tab" && this.open && this.active >= 0) {
      this.take(this.active);
    } else if (event.key === "Escape" && this.open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }
}
