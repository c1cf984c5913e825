/** One task on the phone: what, where, by when, its form, and the big buttons. */

import { h } from "../base/dom.js";
import { distanceText, fill, nameOf, timeText } from "../base/wording.js";
import { post } from "../live/http.js";
import { dueText, goesAlong, stateText } from "./day.js";
import { TaskForm, emptyDraft, missing } from "./form.js";
import { entryOf } from "./outbox.js";
import { tooFarM, whereAmI } from "./place.js";
import { choose, showSheet } from "./sheet.js";

const gapText = (gap) =>
  ({
    vacant: gettext("nobody is appointed"),
    leave_without_deputy: gettext("on leave without a deputy"),
    deputy_away: gettext("the deputy is away too"),
    two_holders: gettext("two people at once"),
    outside: gettext("outside every place of this kind"),
  })[gap] ?? gap;

export class TaskPage {
  /** `page`: the day's page with `store`, `outbox`, `data`, `route`, `say`, `show`. */
  constructor(page, task) {
    this.page = page;
    this.task = task;
    this.busy = false;
  }

  async open() {
    this.draft = (await this.page.store.get("drafts", this.task.id)) ?? emptyDraft();
    const form = this.page.data.forms[this.task.form] ?? { fields: [] };
    this.form = new TaskForm(form, this.draft, (draft) => this.page.store.put("drafts", draft, this.task.id));
  }

  close() {
    this.form?.close();
  }

  view() {
    const { task } = this;
    const kind = this.page.data.kinds.find((one) => one.code === task.kind);
    return [
      h("p", { class: "quiet", text: [nameOf(kind?.name), stateText(task.state), task.waiting ? gettext("waits to be sent") : "", task.drill ? gettext("Drill") : ""].filter(Boolean).join(" · ") }),
      nameOf(task.purpose) ? h("p", { text: nameOf(task.purpose) }) : null,
      h("dl", { class: "facts" },
        h("dt", { text: gettext("Place") }), h("dd", { text: nameOf(task.place?.name) || nameOf(task.area_name) }),
        h("dt", { text: gettext("Due") }), h("dd", { text: dueText(task, this.page.data.day) }),
        h("dt", { text: gettext("Takes") }), h("dd", { text: fill(gettext("%(min)s min"), { min: task.minutes }) }),
        this.withWhom()),
      this.notAlone(),
      task.source_kind === "patrol" ? h("a", { class: "button wide", href: `/patrols/walk/#patrol/${task.source}`, text: gettext("Walk the patrol") }) : null,
      task.kind === "care_visit" ? h("button", { type: "button", class: "wide", text: gettext("Open whom it goes to"), onclick: () => this.openVisit() }) : null,
      task.kind === "care_visit" ? h("p", { class: "quiet", text: gettext("Whom it goes to opens with a network alone and is not kept on this phone: open it before you leave.") }) : null,
      task.state === "under_way" && this.form.form.fields.length
        ? h("form", { class: "task-form", "aria-label": gettext("Form"), onsubmit: (event) => event.preventDefault() }, this.form.elements())
        : null,
      task.state === "planned" ? h("p", { class: "quiet", text: fill(gettext("It can be begun at %(time)s, with or without a network."), { time: timeText(task.opens_s) }) }) : null,
      task.state === "expired" ? h("p", { class: "late", text: fill(gettext("It was of use until %(time)s. If it still has to be done, ask your leader to open it again."), { time: timeText(task.useless_after_s) }) }) : null,
      task.state === "open" && this.form.form.fields.length ? h("p", { class: "quiet", text: fill(gettext("%(count)s points to fill in after checking in."), { count: this.form.form.fields.length }) }) : null,
    ].filter(Boolean);
  }

  get along() {
    return goesAlong(this.task, this.page.data);
  }

  withWhom() {
    const { beside, officer_gap: gap, holder_name: holder } = this.task;
    if (!beside && !gap) return null;
    const who = this.along ? holder : beside?.name ?? fill(gettext("no officer to go along: %(why)s"), { why: gapText(gap) });
    return [h("dt", { text: gettext("With whom") }), h("dd", { class: gap ? "late" : "", text: who })];
  }

  notAlone() {
    const { beside, officer_gap: gap, state } = this.task;
    if ((!beside && !gap) || state === "done") return null;
    const text = this.along
      ? gettext("You go along: an assistant does not do this alone. Whoever holds the task finishes it and says that you were there.")
      : gettext("An assistant does not do this alone. When finishing, say which police officer was there; if nobody can come, hand it to an officer.");
    return h("p", { class: "quiet", text });
  }

  bar() {
    const button = (text, act, kind = "") => h("button", { type: "button", class: kind, text, onclick: () => this.once(act) });
    const buttons = [h("a", { class: "button", href: "#", text: gettext("Back") })];
    if (this.along) return buttons;
    if (this.task.state === "open") buttons.push(button(gettext("Hand over"), () => this.handOver()), button(gettext("Check in"), () => this.checkIn(), "primary"));
    if (this.task.state === "under_way") buttons.push(button(gettext("Not yet"), () => this.send("undo", "undo", {}, gettext("Check-in taken back"))), button(gettext("Finish"), () => this.finish(), "primary"));
    return buttons;
  }

  /** A second tap while the first is being worked on does nothing. */
  async once(act) {
    if (this.busy) return;
    this.busy = true;
    try {
      await act();
    } finally {
      this.busy = false;
    }
  }

  async checkIn() {
    const { place } = this.task;
    let where = {};
    if (place && place.lon !== null) {
      this.page.say(gettext("Looking for your position…"));
      const here = await whereAmI();
      const away = tooFarM(place, here);
      where = here ?? {};
      if (away !== 0) {
        const text = away === null ? gettext("The phone has no position.") : fill(gettext("You are %(away)s from the place."), { away: distanceText(away) });
        const reason = await choose({ title: gettext("Why from here?"), text, choices: this.page.data.reasons.elsewhere, words: true, confirm: gettext("Check in") });
        if (!reason) return;
        where = { ...where, reason: reason.code, words: reason.words };
      }
    }
    await this.send("check_in", "check-in", { where }, gettext("Checked in"));
  }

  async finish() {
    const open = missing(this.form.form, this.draft);
    if (open.length) {
      this.page.say(fill(gettext("Still missing: %(what)s"), { what: open.map((one) => nameOf(one.name)).join(", ") }), true);
      document.getElementById(`field-${open[0].code}`)?.focus();
      return;
    }
    const officer = await this.whoWasThere();
    if (officer === null) return;
    const label = nameOf(this.task.title);
    const pictures = this.draft.pictures.map(({ id, kind, blob }) => entryOf({ url: "/api/photos", picture: { id, kind, blob }, action: "picture", label, task: this.task.id }));
    await this.send("finish", "finish", { answers: this.draft.answers, officer }, gettext("Finished"), pictures);
    location.hash = "";
  }

  /** The officer who was there, whoever was to come first; empty where nobody need be; null to go back. */
  async whoWasThere() {
    const { beside, officer_gap: gap, area } = this.task;
    if (!beside && !gap) return "";
    const officers = this.page.data.officers?.[area] ?? [];
    const title = gettext("Which police officer was there?");
    if (!officers.length) {
      await showSheet({ title, text: gettext("No police officer is known here. Hand the task to an officer, or ask your leader.") });
      return null;
    }
    const first = [...officers].sort((a, b) => (b.staff === beside?.staff) - (a.staff === beside?.staff));
    const choices = [{ code: "", name: "–" }, ...first.map((one) => ({ code: one.staff, name: one.name }))];
    const chosen = await choose({ title, text: gettext("If nobody was, go back and hand the task to an officer."), choices, confirm: gettext("Finish") });
    if (chosen && !chosen.code) this.page.say(gettext("Choose the officer who was there."), true);
    return chosen?.code || null;
  }

  async handOver() {
    const colleagues = this.page.route?.colleagues[this.task.area] ?? [];
    if (!colleagues.length) {
      await showSheet({ title: gettext("Hand over"), text: gettext("Nobody is known on this phone who may take it. Try again with a connection.") });
      return;
    }
    const to = await choose({ title: gettext("Hand over to whom?"), choices: colleagues.map((one) => ({ code: one.staff, name: one.name })), confirm: gettext("Go on") });
    if (!to) return;
    const reason = await choose({ title: gettext("Why?"), choices: this.page.data.reasons.hand_over, confirm: gettext("Hand over") });
    if (!reason) return;
    await this.send("hand_over", "hand-over", { to: to.code, reason: reason.code }, gettext("Handed over"));
    location.hash = "";
  }

  async send(action, path, body, said, before = []) {
    const label = nameOf(this.task.title);
    const told = { ...body, device_s: Date.now() / 1000, based_on: this.task.revision };
    await this.page.outbox.add([...before, entryOf({ url: `/api/tasks/${this.task.id}/${path}`, body: told, action, label, task: this.task.id })]);
    this.page.say(`${said}: ${label}`);
  }

  /** Shown once and not kept: whose visit it is does not stay on the phone. */
  async openVisit() {
    let text;
    if (navigator.onLine === false) {
      await showSheet({ title: gettext("Care visit"), text: gettext("There is no network: whom the visit goes to cannot be opened now. Names and addresses of care visits are never kept on a phone. Go where there is a network, open it there, then go on.") });
      return;
    }
    try {
      const found = await post(`/api/tasks/${this.task.id}/care-visit`);
      text = [nameOf(found.purpose.name), found.name, found.contact, found.address, found.wishes].filter(Boolean).join("\n");
    } catch (error) {
      text = error.message;
    }
    await showSheet({ title: gettext("Care visit"), children: [h("p", { class: "lines", text }), h("p", { class: "quiet", text: gettext("That you looked is on record.") })] });
  }
}
