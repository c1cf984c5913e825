/**
 * The guided first five minutes of a demonstration, and the speed of its clock.
 *
 * Each step ends by what the reader really does: the tour listens to the room of the console,
 * which tells of selections, and of journal events with their actors.
 */

import { byId, h, setText } from "../base/dom.js";
import { fill } from "../base/wording.js";
import { post } from "../live/http.js";

const KEY = "wardmote.tour";
const OVER = "done";
const SPEEDS = [1, 2, 5, 10];

/** `done(event, room)` judges journal events; `selects` ends with a selection, `opens` with a link. */
const STEPS = [
  {
    name: "choose",
    text: (room) => (room.board?.incidents.size
      ? gettext("A call came in. Choose it in the list with ↓ and Enter, or press J.")
      : gettext("Wait a moment: somebody at the next desk is taking down a call.")),
    selects: true,
  },
  {
    name: "dispatch",
    text: (room) => (taken(room)
      ? gettext("A colleague was quicker with this call. Press J for another one that still waits.")
      : gettext("On the panel: who is responsible first, and which units would be there soonest. Press Enter on the recommended units to send them (F4 does it from anywhere).")),
    done: (event, room) => event.type === "assignment.moved" && mine(event, room) && event.data.after === "assigned",
  },
  {
    name: "watch",
    text: () => gettext("The crew acknowledges, sets out along the road and arrives. Watch its clock; make time run faster if you like."),
    done: (event) => event.type === "assignment.moved" && event.data.after === "en_route",
  },
  {
    name: "take-down",
    text: () => gettext("Take down a call yourself: press N (or F2), type a street, a crossing “A & B” or a school, choose what it is, and press F4."),
    done: (event, room) => event.type === "incident.entered" && mine(event, room),
  },
  {
    name: "crew",
    text: () => fill(gettext("See it from the crew's side: in a private window, log in as “crew” at %(address)s and come on duty. Each step of a job is one tap there."), { address: `${location.host}/crew/` }),
    done: (event) => event.type === "unit.on_duty" && event.actor === "crew",
  },
  {
    name: "wall",
    text: () => gettext("Look back: the wall shows today against the standard, and in the bulletin each figure opens the calls behind it."),
    opens: { href: "/wall/", text: gettext("Open the wall") },
  },
];

const mine = (event, room) => event.actor === room.me.staff_id;

function taken(room) {
  const incident = room.selected && room.board?.incidents.get(room.selected);
  return !incident || room.assignmentsOf(incident.id).length > 0;
}

export class Tour {
  constructor(room) {
    this.room = room;
    this.host = byId("tour");
    this.step = STEPS.findIndex(({ name }) => name === localStorage.getItem(KEY));
    if (this.step < 0) this.step = localStorage.getItem(KEY) === OVER ? STEPS.length : 0;
    this.build();
    room.addEventListener("select", ({ detail }) => this.onSelect(detail));
    room.addEventListener("change", ({ detail }) => this.onEvent(detail.event));
    room.addEventListener("board", () => this.show());
    this.show();
  }

  build() {
    this.count = h("span", { class: "tour-count" });
    this.text = h("p", { class: "tour-text", id: "tour-text", role: "status" });
    this.link = h("a", { class: "button primary", target: "_blank", onclick: () => this.next() });
    this.nextButton = h("button", { type: "button", class: "small", text: gettext("Skip this step"), onclick: () => this.next() });
    this.closeButton = h("button", { type: "button", class: "small", text: gettext("End the tour"), onclick: () => this.go(STEPS.length) });
    this.againButton = h("button", { type: "button", class: "small", text: gettext("Guided tour"), onclick: () => this.go(0) });
    this.host.append(this.count, this.text, this.link, this.nextButton, this.closeButton, this.againButton);
  }

  get current() {
    return STEPS[this.step] ?? null;
  }

  onSelect(incident) {
    if (incident && this.current?.selects) this.next();
    else this.show();
  }

  onEvent(event) {
    if (this.current?.done?.(event, this.room)) this.next();
    else this.show();
  }

  next() {
    this.go(this.step + 1);
  }

  go(step) {
    const focused = this.host.contains(document.activeElement);
    this.step = step;
    localStorage.setItem(KEY, this.current?.name ?? OVER);
    this.show();
    if (focused) (this.current ? this.nextButton : this.againButton).focus();
  }

  show() {
    const { current } = this;
    for (const part of [this.count, this.text, this.nextButton, this.closeButton]) part.hidden = !current;
    this.againButton.hidden = Boolean(current);
    this.link.hidden = !current?.opens;
    if (!current) return;
    setText(this.count, `${this.step + 1}/${STEPS.length}`);
    setText(this.text, current.text(this.room));
    if (current.opens) {
      this.link.href = current.opens.href;
      setText(this.link, current.opens.text);
    }
  }
}

/** How fast the demonstration's clock runs, for everybody who takes part in it. */
export class Speed {
  constructor(room) {
    this.room = room;
    this.buttons = SPEEDS.map((rate) => h("button", {
      type: "button", class: "small", text: `${rate}×`, "data-rate": rate, "aria-pressed": "false", onclick: () => this.set(rate),
    }));
    byId("speed").append(...this.buttons);
    room.stream.addEventListener("clock", () => this.show());
    this.show();
  }

  async set(rate) {
    try {
      this.room.clock.set(await post("/api/clock", { rate }));
      this.show();
    } catch (error) {
      this.room.tell("problem", error.message);
    }
  }

  show() {
    for (const button of this.buttons) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.rate) === this.room.clock.rate));
    }
  }
}

document.addEventListener("wardmote:room", ({ detail: room }) => {
  new Speed(room);
  new Tour(room);
}, { once: true });
