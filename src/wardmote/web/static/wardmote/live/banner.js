/** The banner of a lost connection: how old is what the page shows? */

import { byId, setText } from "../base/dom.js";
import { fill, timeText } from "../base/wording.js";

/** Say so in `#connection` when the connection is lost, and take it back when it is there again. */
export function showConnection({ connected, asOfS, message = "" }) {
  const banner = byId("connection");
  document.body.classList.toggle("disconnected", !connected);
  if (connected) {
    banner.hidden = true;
    setText(banner, "");
    return;
  }
  const sentence = asOfS
    ? fill(gettext("No connection. Data as of %(time)s. Trying again…"), { time: timeText(asOfS) })
    : gettext("No connection yet. Trying again…");
  setText(banner, message && !asOfS ? `${message} ${gettext("Trying again…")}` : sentence);
  banner.hidden = false;
}
