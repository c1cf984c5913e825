/** What the server did not take: both versions side by side, and the person decides. */

import { h } from "../base/dom.js";
import { fill, timeText } from "../base/wording.js";
import { stateText } from "./day.js";
import { answersText } from "./form.js";

const acted = (action) =>
  ({ check_in: gettext("Check in"), undo: gettext("Not yet"), finish: gettext("Finish"), hand_over: gettext("Hand over"), picture: gettext("Picture") })[action] ?? action;

function mine(record, data) {
  const steps = record.entries.filter((one) => !one.picture).map((one) => `${timeText(one.tappedS)} ${acted(one.action)}`);
  const finish = record.entries.find((one) => one.action === "finish");
  const form = data?.forms[data.tasks.find((one) => one.id === record.task)?.form ?? record.standing?.form];
  return [h("p", { text: steps.join(", ") || "–" }), finish ? h("p", { text: answersText(form, finish.body.answers) }) : null].filter(Boolean);
}

/** How the task of a record stands: as it was refused, or as the day says since; null where nobody said. */
export function standingNow(record, data) {
  const { standing } = record;
  const known = data?.tasks.find((one) => one.id === record.task);
  return standing && known && known.revision > standing.revision ? known : standing;
}

function theirs(standing, record, data, staff) {
  if (!standing) return [h("p", { text: record.message })];
  const holder = standing.holder === staff ? gettext("You hold it.") : fill(gettext("Held by %(who)s."), { who: standing.holder || gettext("nobody") });
  return [
    h("p", { text: `${stateText(standing.state)}. ${holder}` }),
    standing.state === "expired" && standing.useless_after_s ? h("p", { text: fill(gettext("It was of use until %(time)s."), { time: timeText(standing.useless_after_s) }) }) : null,
    standing.answers ? h("p", { text: answersText(data?.forms[standing.form], standing.answers) }) : null,
  ].filter(Boolean);
}

/** One card for each; `insist` and `giveUp` are what the person can decide. */
export function conflictCards(records, { data, staff, insist, giveUp }) {
  return records.map((record) => {
    const standing = standingNow(record, data);
    const living = standing === null || ["open", "under_way"].includes(standing.state);
    const possible = living && (standing === null || standing.holder === staff);
    return h("article", { class: "card conflict", "aria-label": fill(gettext("Not sent: %(what)s"), { what: record.label }) },
      h("h2", { text: fill(gettext("Not sent: %(what)s"), { what: record.label }) }),
      h("p", { text: record.message }),
      h("div", { class: "versions" },
        h("section", {}, h("h3", { text: gettext("On this phone") }), mine(record, data)),
        h("section", {}, h("h3", { text: gettext("On the server") }), theirs(standing, record, data, staff))),
      h("div", { class: "buttons" },
        h("button", { type: "button", text: gettext("Leave it as on the server"), onclick: () => giveUp(record) }),
        possible ? h("button", { type: "button", class: "primary", text: gettext("Send mine all the same"), onclick: () => insist({ ...record, standing }) }) : null));
  });
}

/** The list of what waits. */
export function waitingCard(entries) {
  return [
    h("h2", { text: fill(ngettext("%(count)s item waits to be sent", "%(count)s items wait to be sent", entries.length), { count: entries.length }) }),
    h("ul", {}, entries.map((entry) => h("li", { text: `${timeText(entry.tappedS)} ${acted(entry.action)}: ${entry.label}` }))),
  ];
}
