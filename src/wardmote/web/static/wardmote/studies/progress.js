/** Follows a run that waits or is computed; loads the page again when it is over. */

import { byId, setText } from "../base/dom.js";
import { get } from "../live/http.js";

const LOOK_EVERY_MS = 1500;
const OVER = new Set(["done", "failed", "cancelled"]);

async function look() {
  const bar = byId("run-progress");
  try {
    const { state, done, total, text } = await get(bar.dataset.url);
    if (OVER.has(state)) {
      location.reload();
      return;
    }
    bar.max = total || 1;
    bar.value = done;
    setText(byId("progress-text"), text);
  } catch (error) {
    setText(byId("progress-text"), error.message);
  }
  setTimeout(look, LOOK_EVERY_MS);
}

look();
