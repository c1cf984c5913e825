/** Tonight's states, brought up to date every quarter of a minute; never where somebody is. */

import { byId, pageData, setText } from "../base/dom.js";
import { fill, timeText } from "../base/wording.js";
import { get } from "../live/http.js";

const EVERY_MS = 15_000;
const data = pageData();

const STATES = () => ({ planned: gettext("Planned"), under_way: pgettext("patrol", "Under way"), finished: gettext("Finished"), missed: gettext("Not walked"), cancelled: pgettext("patrol", "Cancelled") });
const BEGUN = () => ({ not_due: gettext("not due yet"), overdue: gettext("should have begun"), on_time: gettext("begun on time"), late: gettext("begun late"), never: gettext("not begun") });

function show(now) {
  const [states, begun] = [STATES(), BEGUN()];
  let missing = now.swaps !== data.swaps;
  for (const order of now.orders) {
    const row = document.querySelector(`tr[data-order="${CSS.escape(order.id)}"]`);
    missing ||= !row;
    if (!row) continue;
    row.dataset.begun = order.begun;
    setText(row.querySelector("[data-part=state]"), states[order.state] ?? order.state);
    setText(row.querySelector("[data-part=begun]"), begun[order.begun] ?? order.begun);
    setText(row.querySelector("[data-part=points]"), order.due ? `${order.reached}/${order.due}` : "–");
  }
  for (const [id, state] of Object.entries(now.watches)) {
    const cell = document.querySelector(`tr[data-watch="${CSS.escape(id)}"] [data-part=state]`);
    missing ||= !cell;
    if (cell) setText(cell, data.watch_states[state] ?? state);
  }
  const text = fill(gettext("As of %(time)s; the page keeps itself up to date."), { time: timeText(now.made_s) });
  setText(byId("as-of"), missing ? `${text} ${gettext("Something was added: reload to see it.")}` : text);
}

async function look() {
  try {
    if (!document.hidden) show(await get("/api/patrol-orders/tonight"));
  } catch (error) {
    setText(byId("as-of"), error.message);
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
