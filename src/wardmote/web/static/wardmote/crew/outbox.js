/**
 * The crew's outbox: the phone's, in a database of its own.
 *
 * A tap that the server refuses is told at once and dropped: the call has gone on without it, so
 * there is nothing to decide later.
 */

import { Outbox, entryOf } from "../phone/outbox.js";
import { Store } from "../phone/store.js";

/** Older entries say nothing useful any more: they are reported as not sent and dropped. */
const KEEP_S = 12 * 3600;

/** The vehicle's, whoever crews it: no staff number has a colon. */
export const openStore = () => Store.open("crew:vehicle");

export class CrewOutbox extends Outbox {
  /** Events: `change` (detail: entries), `sent` (detail: entry), `refused` (detail: entry, message). */
  constructor(store) {
    super(store, KEEP_S);
  }

  /** Note a request down and try to send it at once. */
  add({ url, body, label, subject }) {
    return super.add([{ ...entryOf({ url, body, action: label, label, task: subject }), subject }]);
  }

  async setAside(entry, { code, message }) {
    await this.store.drop("outbox", entry.order);
    await this.changed();
    const told = code === "too_old" ? gettext("This was tapped too long ago and was not sent.") : message;
    this.dispatchEvent(new CustomEvent("refused", { detail: { entry, message: told } }));
  }

  async changed() {
    this.dispatchEvent(new CustomEvent("change", { detail: await this.entries() }));
  }
}
