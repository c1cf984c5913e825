/** How patrols look on the phone: the list, one order, and what is pending on them. */

import { h } from "../base/dom.js";
import { distanceText, durationText, fill, nameOf, timeText } from "../base/wording.js";
import { sketch } from "./sketch.js";

const verb = (entry) => entry.url.split("/").at(-1);
const END_S = 900;

/** The orders as they will stand once everything that waits has been sent. */
export function withPending(orders, entries) {
  return orders.map((order) => {
    let now = order;
    for (const entry of entries) {
      if (entry.task !== order.id) continue;
      const at = entry.body.device_s;
      if (verb(entry) === "start") now = { ...now, state: "under_way", mine: true, started_s: now.started_s ?? at, waiting: true };
      if (verb(entry) === "points") now = { ...now, reached: [...now.reached, { number: entry.body.number, at_s: at, reason: entry.body.reason ?? "" }], waiting: true };
      if (verb(entry) === "seen") now = { ...now, seen: now.seen + 1, waiting: true };
      if (verb(entry) === "finish") now = { ...now, state: "finished", finished_s: at, waiting: true };
    }
    return now;
  });
}

export const stateText = (state) =>
  ({ planned: gettext("Planned"), under_way: pgettext("patrol", "Under way"), finished: gettext("Finished"), missed: gettext("Not walked") })[state] ?? state;

/** The round of now: numbers from 0, clipped to the order. */
export function roundNow(order, nowS) {
  if (order.rounds <= 1 || !order.every_s) return 0;
  return Math.max(0, Math.min(order.rounds - 1, Math.floor((nowS - order.from_s) / order.every_s)));
}

function roundOf(order, atS) {
  if (atS < order.from_s - END_S) return -1;
  return roundNow(order, atS);
}

/** Check-points reached in the round of now. */
export function reachedNow(order, nowS) {
  const round = roundNow(order, nowS);
  return new Set(order.reached.filter((one) => roundOf(order, one.at_s) === round).map((one) => one.number));
}

const spanText = (order) => `${timeText(order.from_s)}–${timeText(order.to_s)}`;

export function listView(orders, nowS) {
  const part = (title, rows) => rows.length
    ? h("section", { class: "day-part" }, h("h2", { text: `${title} (${rows.length})` }), h("ol", { class: "task-list" }, rows.map(row)))
    : null;
  const living = orders.filter((one) => one.state === "under_way" || (one.state === "planned" && one.to_s > nowS));
  const over = orders.filter((one) => !living.includes(one));
  return [
    living.length ? null : h("p", { class: "nothing", text: gettext("No patrol is planned for you.") }),
    part(gettext("To walk"), living),
    part(gettext("Over"), over),
  ].filter(Boolean);
}

function row(order) {
  const rounds = order.rounds > 1 ? fill(gettext("%(count)s rounds"), { count: order.rounds }) : "";
  return h("li", {}, h("a", { class: "task-row", href: `#patrol/${order.id}`, "data-state": order.state === "finished" ? "done" : order.state },
    h("span", { class: "stop", "aria-hidden": "true", text: order.state === "finished" ? "✓" : "·" }),
    h("span", { class: "task-words" },
      h("strong", { text: nameOf(order.place) }),
      h("span", { class: "quiet", text: [spanText(order), rounds, stateText(order.state), order.waiting ? gettext("waits to be sent") : ""].filter(Boolean).join(" · ") }))));
}

/** The page of one order; `act` are what its buttons do. */
export function orderView(order, { nowS, here, data, act }) {
  const done = reachedNow(order, nowS);
  const walking = order.state === "under_way" && order.mine;
  return [
    h("p", { class: "quiet", text: [stateText(order.state), order.waiting ? gettext("waits to be sent") : ""].filter(Boolean).join(" · ") }),
    h("dl", { class: "facts" },
      h("dt", { text: gettext("Time") }), h("dd", { text: spanText(order) }),
      order.rounds > 1 ? [h("dt", { text: gettext("Rounds") }), h("dd", { text: fill(gettext("%(now)s of %(count)s, one every %(every)s"), { now: roundNow(order, nowS) + 1, count: order.rounds, every: durationText(order.every_s) }) })] : [],
      h("dt", { text: gettext("Way") }), h("dd", { text: order.way_m === null ? gettext("unknown") : distanceText(order.way_m) }),
      h("dt", { text: gettext("People") }), h("dd", { text: String(order.people) })),
    sketch(order, done, here),
    order.points.length ? h("section", { class: "day-part" },
      h("h2", { text: fill(gettext("Check-points (%(done)s of %(all)s)"), { done: done.size, all: order.points.length }) }),
      h("ol", { class: "task-list points" }, order.points.map((point) => h("li", { class: "point-row", "data-done": String(done.has(point.number)) },
        h("span", { class: "stop", "aria-hidden": "true", text: done.has(point.number) ? "✓" : String(point.number) }),
        h("span", { text: nameOf(point.name) || String(point.number) }),
        walking ? h("button", { type: "button", text: gettext("Reached"), "aria-label": fill(gettext("Reached: %(what)s"), { what: nameOf(point.name) || point.number }), onclick: () => act.reach(point) }) : null)))) : null,
    walking ? h("section", { class: "day-part", "aria-label": gettext("Seen something") },
      h("h2", { text: gettext("Seen something") }),
      h("div", { class: "seen-buttons" },
        data.hazards.length ? h("button", { type: "button", text: gettext("Hazard"), onclick: () => act.see("hazard") }) : null,
        data.calls.length ? h("button", { type: "button", text: gettext("Call"), onclick: () => act.see("call") }) : null,
        h("button", { type: "button", text: gettext("Task"), onclick: () => act.see("task") })),
      h("p", { class: "quiet", text: fill(gettext("Told so far: %(count)s"), { count: order.seen }) })) : null,
    h("p", { class: "quiet", text: fill(gettext("While the patrol is under way and this page is open, the phone tells where it is, so that the leader can send help and see how the order was walked. The leader's looks are recorded. Positions are deleted %(hours)s hours after the patrol."), { hours: data.positions_kept_h }) }),
  ].flat().filter(Boolean);
}
