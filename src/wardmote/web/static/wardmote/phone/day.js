/** The day: how tasks stand with what waits to be sent, in which order, and the list of them. */

import { h } from "../base/dom.js";
import { durationText, fill, nameOf, timeText } from "../base/wording.js";

const AFTER = { check_in: "under_way", undo: "open", finish: "done" };

/** What the clock makes of a task while nobody can ask the server: it opens, or is of no use any more. */
function byClock(task, nowS) {
  if (task.state !== "planned" && task.state !== "open") return task;
  if (task.useless_after_s !== null && task.useless_after_s <= nowS) return { ...task, state: "expired" };
  return task.opens_s <= nowS ? { ...task, state: "open" } : task;
}

/** The tasks as they will stand once everything that waits has been sent. */
export function withPending(tasks, entries, nowS) {
  return tasks.flatMap((task) => {
    let now = task;
    for (const entry of entries) {
      if (entry.task !== task.id || entry.picture) continue;
      if (entry.action === "hand_over") return [];
      now = { ...now, state: AFTER[entry.action] ?? now.state, waiting: true };
    }
    return [byClock(now, nowS)];
  });
}

export const isToDo = (task) => task.state === "open" || task.state === "under_way";

/** Under way first, then the order of the way, then by when they are due. */
export function inOrder(tasks, route) {
  const at = new Map((route?.order ?? []).map((id, index) => [id, index]));
  const rank = (task) => (task.state === "under_way" ? -1 : at.get(task.id) ?? Infinity);
  return [...tasks].sort((a, b) => rank(a) - rank(b) || a.due_s - b.due_s || a.id.localeCompare(b.id));
}

export const stateText = (state) =>
  ({
    planned: gettext("Planned"),
    open: gettext("Open"),
    under_way: gettext("Under way"),
    done: gettext("Done"),
    cancelled: pgettext("task", "Cancelled"),
    expired: gettext("Expired"),
  })[state] ?? state;

let zone;

/** Days begin where the tasks are, whatever the phone is set to. */
export function setDayZone(name) {
  zone = name || undefined;
}

const dayStart = (day) => `${day.slice(5)} `;

/** When a task is due, with the day where that is not today. */
export function dueText(task, today) {
  const date = new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(task.due_s * 1000);
  return fill(gettext("by %(time)s"), { time: `${date === today ? "" : dayStart(date)}${timeText(task.due_s)}` });
}

const placeText = (task) => nameOf(task.place?.name) || nameOf(task.area_name);

/** Whose task it is for whoever goes along; `data` is the day. */
export const goesAlong = (task, data) => Boolean(task.beside) && task.holder !== data.staff_id;

/** With whom, where somebody may not do it alone. */
export function besideText(task, data) {
  if (task.officer_gap) return gettext("no officer to go along");
  if (!task.beside) return "";
  if (!goesAlong(task, data)) return fill(gettext("with %(who)s"), { who: task.beside.name });
  return fill(task.state === "done" ? gettext("with %(who)s") : gettext("go along with %(who)s"), { who: task.holder_name });
}

function row(task, number, data, nowS) {
  const late = isToDo(task) && task.due_s < nowS;
  return h("li", {},
    h("a", { class: "task-row", href: `#task/${task.id}`, "data-state": task.state },
      h("span", { class: "stop", "aria-hidden": "true", text: task.state === "done" ? "✓" : number ?? "·" }),
      h("span", { class: "task-words" },
        h("strong", { text: nameOf(task.title) }),
        h("span", { class: "quiet", text: placeText(task) }),
        h("span", { class: late ? "late" : "quiet", text: [
          late ? gettext("Late") : "", dueText(task, data.day), fill(gettext("%(min)s min"), { min: task.minutes }),
          task.state === "under_way" ? stateText(task.state) : "", besideText(task, data), task.waiting ? gettext("waits to be sent") : "", task.drill ? gettext("Drill") : "",
        ].filter(Boolean).join(" · ") }))));
}

function section(title, tasks, data, nowS, numbered = false) {
  if (!tasks.length) return null;
  return h("section", { class: "day-part" },
    h("h2", { text: `${title} (${tasks.length})` }),
    h("ol", { class: "task-list" }, tasks.map((task, index) => row(task, numbered ? index + 1 : null, data, nowS))));
}

function routeText(route) {
  if (!route?.order.length) return "";
  const from = { position: gettext("from where you are"), office: gettext("from the office"), first: gettext("from the first place") }[route.start];
  const note = route.basis === "straight" ? gettext("Order by straight lines, because no roads are loaded for here.") : gettext("Order by driving time.");
  return `${note} ${route.way_s === null ? gettext("One place cannot be reached by road.") : fill(gettext("%(duration)s on the way, %(from)s."), { duration: durationText(Math.round(route.way_s / 60) * 60), from })}`;
}

/** The elements of the list. */
export function dayView(data, tasks, route, nowS) {
  const toDo = inOrder(tasks.filter(isToDo), route);
  const later = tasks.filter((task) => task.state === "planned");
  const done = tasks.filter((task) => task.state === "done");
  const expired = tasks.filter((task) => task.state === "expired");
  return [
    h("p", { class: "quiet", text: fill(gettext("%(planned)s min planned, %(duty)s min on duty today"), { planned: data.planned_minutes, duty: data.duty_minutes }) }),
    toDo.length ? h("p", { class: "quiet", text: routeText(route) }) : h("p", { class: "nothing", text: gettext("Nothing left to do today.") }),
    section(gettext("To do"), toDo, data, nowS, true),
    section(gettext("Coming up"), later, data, nowS),
    section(gettext("Done today"), done, data, nowS),
    section(gettext("Of no use any more"), expired, data, nowS),
  ].filter(Boolean);
}
