/** Waits for a forecast that is being worked out; loads the page again when it is there. */

import { byId, setText } from "../base/dom.js";
import { get } from "../live/http.js";

const LOOK_EVERY_MS = 2000;

async function look() {
  try {
    const { under_way: underWay } = await get(byId("forecast-progress").dataset.url);
    if (!underWay) {
      location.reload();
      return;
    }
  } catch (error) {
    setText(byId("progress-text"), error.message);
  }
  setTimeout(look, LOOK_EVERY_MS);
}

look();
