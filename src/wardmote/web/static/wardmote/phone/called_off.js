/** What was called off since the phone was last looked at: nobody goes there any more. */

import { h } from "../base/dom.js";
import { fill, nameOf, timeText } from "../base/wording.js";

/** A card for `tasks`, none for none; `seen` is called when the person has read it. */
export function calledOffCard(tasks, seen) {
  if (!tasks.length) return [];
  return [
    h("section", { class: "card called-off", "aria-label": gettext("Cancelled since") },
      h("h2", { text: gettext("Cancelled since") }),
      h("p", { text: gettext("Do not go there any more.") }),
      h("ul", {}, tasks.map((task) => h("li", {},
        h("strong", { text: nameOf(task.title) }), " ",
        h("span", { class: "quiet", text: [nameOf(task.place), fill(gettext("was due by %(time)s"), { time: timeText(task.due_s) }), fill(gettext("cancelled at %(time)s"), { time: timeText(task.cancelled_s) })].filter(Boolean).join(" · ") })))),
      h("div", { class: "buttons" }, h("button", { type: "button", text: gettext("Seen"), onclick: seen }))),
  ];
}
