/** Advice to the crew's idle unit: stand at another post for a while; accept, refuse, arrive. */

import { byId, h } from "../base/dom.js";
import { durationText, fill, nameOf, shareText } from "../base/wording.js";
import { ask } from "../console/question.js";

const AFTER = { acknowledge: "acknowledged", refuse: null, arrive: "arrived" };

/** The advice as it stands once all taps that still wait in the outbox are through. */
export function presentMoveUp(moveUps, entries) {
  const [moveUp] = moveUps ?? [];
  if (!moveUp) return null;
  const states = entries.filter((entry) => entry.subject === moveUp.id).map((entry) => AFTER[entry.body.action]);
  if (states.length === 0) return moveUp;
  return states.at(-1) === null ? null : { ...moveUp, state: states.at(-1) };
}

/** The post of a move-up as the city knows it: its name and place. */
export function postOf(city, id) {
  const feature = city?.posts.features.find((one) => one.properties.id === id);
  return feature ? { name: nameOf(feature.properties.name), place: feature.geometry.coordinates } : { name: id, place: null };
}

const TITLES = () => ({
  advised: gettext("Please stand by at %(post)s"),
  acknowledged: gettext("On the way to %(post)s"),
  arrived: gettext("You stand by at %(post)s for now"),
});

export class MoveUpCard {
  /** `page` gives its outbox, city, words and a voice (`say`). */
  constructor(page) {
    this.page = page;
    this.host = byId("move-up");
    this.shown = undefined;
  }

  show(moveUp) {
    const key = moveUp ? `${moveUp.id}:${moveUp.state}` : "";
    if (this.shown === key) return;
    if (moveUp?.state === "advised" && this.shown !== undefined) {
      navigator.vibrate?.([200]);
      this.page.say(gettext("There is advice where to stand by."));
    }
    this.shown = key;
    this.host.replaceChildren(...(moveUp ? [this.card(moveUp)] : []));
  }

  card(moveUp) {
    const { name } = postOf(this.page.city, moveUp.post);
    const values = { post: name, share: shareText(moveUp.gain_share), drive: durationText(moveUp.drive_s) };
    const button = (action, text, kind) => h("button", { type: "button", class: kind, "data-action": action, text, onclick: () => this.tap(moveUp, action, text) });
    return h("article", { class: "card move-up", "data-state": moveUp.state, "aria-labelledby": "move-up-title" },
      h("h2", { id: "move-up-title", text: fill(TITLES()[moveUp.state], values) }),
      moveUp.state === "arrived" ? null : h("p", { class: "quiet", text: fill(gettext("From there %(share)s more of calls are reached in time. %(drive)s by road. A call always comes first."), values) }),
      moveUp.state === "advised" ? button("acknowledge", gettext("Accept"), "primary tap") : null,
      moveUp.state === "acknowledged" ? button("arrive", gettext("I am there"), "primary tap") : null,
      moveUp.state === "arrived" ? null : h("div", { class: "other-taps" }, button("refuse", pgettext("move-up", "Refuse"), "danger")));
  }

  async tap(moveUp, action, label) {
    const { outbox, words, say } = this.page;
    const body = { action, reason: "" };
    if (action === "refuse") {
      body.reason = await ask({ title: gettext("Why can you not go?"), choices: words.reasons("refuse"), danger: true });
      if (body.reason === null) return;
    }
    say(label);
    await outbox.add({ url: `/api/move-ups/${moveUp.id}/actions`, body, label, subject: moveUp.id });
  }
}
