/** Light or dark, remembered on this machine; `auto` follows the system. */

const KEY = "wardmote.theme";
const THEMES = ["auto", "light", "dark"];
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set();

export function chosenTheme() {
  const stored = localStorage.getItem(KEY);
  return THEMES.includes(stored) ? stored : "auto";
}

/** `light` or `dark`, as it is shown now. */
export function shownTheme() {
  const chosen = chosenTheme();
  return chosen === "auto" ? (system.matches ? "dark" : "light") : chosen;
}

export function chooseTheme(theme) {
  localStorage.setItem(KEY, theme);
  apply();
}

/** The other one of light and dark. */
export function toggleTheme() {
  chooseTheme(shownTheme() === "dark" ? "light" : "dark");
}

/** Call `listener(theme)` now and whenever the shown theme changes. */
export function watchTheme(listener) {
  listeners.add(listener);
  listener(shownTheme());
}

/** A colour token as it is shown now, in the form `rgb(…)`. */
export function token(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  probe.hidden = true;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function apply() {
  const chosen = chosenTheme();
  if (chosen === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  for (const listener of listeners) listener(shownTheme());
}

system.addEventListener("change", apply);
addEventListener("storage", (event) => {
  if (event.key === KEY) apply();
});
apply();
