/** The trainer's page: it stays up to date by itself, and sets how fast the room's clock runs. */

import { byId, setText } from "../base/dom.js";
import { get, post } from "../live/http.js";

const LOOK_MS = 2000;

async function look() {
  const live = byId("training-live");
  if (live.matches(":hover") && live.querySelector("button:active, :focus")) return;
  try {
    const response = await fetch(live.dataset.url, { credentials: "same-origin" });
    if (response.ok && !response.redirected) live.innerHTML = await response.text();
    showRate((await get("/api/clock")).rate);
  } catch (error) {
    problem(error.message);
  }
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
