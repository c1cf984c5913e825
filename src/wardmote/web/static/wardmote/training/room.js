/** The trainer's page: it stays up to date by itself, and sets how fast the room's clock runs. */

import { byId, setText } from "../base/dom.js";
import { get, post } from "../live/http.js";

const LOOK_MS = 2000;
const TOKEN = "input[name=csrfmiddlewaretoken]";

async function look() {
  const live = byId("training-live");
  try {
    const response = await fetch(live.dataset.url, { credentials: "same-origin" });
    if (response.ok && !response.redirected) renew(live, await response.text());
    showRate((await get("/api/clock")).rate);
  } catch (error) {
    problem(error.message);
  }
}

/** Replace the sections that changed; focus and scrolling stay where they were. */
function renew(live, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  // The token differs in every answer, and each is good: the same one everywhere lets compare.
  const token = template.content.querySelector(TOKEN)?.getAttribute("value");
  for (const root of token ? [live, template.content] : []) {
    for (const input of root.querySelectorAll(TOKEN)) input.setAttribute("value", token);
  }
  for (const fresh of [...template.content.children]) {
    const old = [...live.children].find((one) => nameOf(one) === nameOf(fresh));
    if (old?.hasAttribute("tabindex")) fresh.tabIndex = -1;
    if (!old) live.append(fresh);
    // A button that is held down is left there until it is let go.
    else if (!old.isEqualNode(fresh) && !old.querySelector("button:active")) replace(old, fresh);
  }
}

function nameOf(section) {
  return section.getAttribute("aria-labelledby");
}

function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const scrolled = old.querySelector(".scroll");
  const [left, top] = [scrolled?.scrollLeft ?? 0, scrolled?.scrollTop ?? 0];
  old.replaceWith(fresh);
  fresh.querySelector(".scroll")?.scrollTo(left, top);
  if (!focused) return;
  const same = [...fresh.querySelectorAll("a, button, [tabindex]")].find((one) => keyOf(one) === keyOf(focused));
  if (!same) fresh.tabIndex = -1;
  (same ?? fresh).focus({ preventScroll: true });
}

/** What makes a control the same one after its section was replaced. */
function keyOf(control) {
  const about = [...(control.form?.querySelectorAll("input[name=call], input[name=unit]") ?? [])];
  return JSON.stringify([
    control.tagName, control.getAttribute("href"), control.value, about.map((input) => [input.name, input.value]),
  ]);
}

function showRate(rate) {
  for (const button of byId("training-speed").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.rate) === rate));
  }
}

function problem(text) {
  const host = byId("training-problem");
  host.hidden = !text;
  setText(host, text);
}

byId("training-speed").addEventListener("click", async ({ target }) => {
  if (!target.dataset.rate) return;
  try {
    showRate((await post("/api/clock", { rate: Number(target.dataset.rate) })).rate);
    problem("");
  } catch (error) {
    problem(error.message);
  }
});

look();
setInterval(look, LOOK_MS);
