/**
 * The crew's outbox: what was tapped while there was no connection, kept in IndexedDB.
 *
 * Each entry carries the idempotency key that it got when it was tapped and the device's time, so
 * it can be sent again and again and counts once, at the moment of the tap.
 */

import { RequestError, newKey, post } from "../live/http.js";

const DATABASE = "wardmote-crew";
/** Older entries say nothing useful any more: they are reported as not sent and dropped. */
const KEEP_S = 12 * 3600;

/** The database with its three stores: `outbox` (entries), `answers` (last data), both small. */
export function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("outbox", { keyPath: "order", autoIncrement: true });
      request.result.createObjectStore("answers");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finished(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Keep an answer of the server for the time without a connection. */
export function keepAnswer(database, name, value) {
  return finished(database.transaction("answers", "readwrite").objectStore("answers").put(value, name));
}

export function keptAnswer(database, name) {
  return finished(database.transaction("answers").objectStore("answers").get(name));
}

export function forgetAnswers(database) {
  return finished(database.transaction("answers", "readwrite").objectStore("answers").clear());
}

export class Outbox extends EventTarget {
  /** Events: `change` (detail: entries), `sent` (detail: entry), `refused` (detail: entry, message). */
  constructor(database) {
    super();
    this.database = database;
    this.sending = false;
  }

  store(mode = "readonly") {
    return this.database.transaction("outbox", mode).objectStore("outbox");
  }

  entries() {
    return finished(this.store().getAll());
  }

  /** Note a request down and try to send it at once. */
  async add({ url, body, label, subject }) {
    const entry = { url, body, label, subject, key: newKey(), tappedS: Date.now() / 1000 };
    entry.order = await finished(this.store("readwrite").add(entry));
    await this.changed();
    this.flush();
    return entry;
  }

  /** Send what waits, oldest first; stop at the first that does not get through. */
  async flush() {
    if (this.sending) return;
    this.sending = true;
    try {
      for (let entry = await this.first(); entry; entry = await this.first()) {
        if (!(await this.send(entry))) break;
      }
    } finally {
      this.sending = false;
    }
  }

  async first() {
    const [entry] = await finished(this.store().getAll(null, 1));
    return entry;
  }

  /** Answers whether the entry is dealt with, for good or bad. */
  async send(entry) {
    if (Date.now() / 1000 - entry.tappedS > KEEP_S) {
      await this.drop(entry);
      this.tell("refused", { entry, message: gettext("This was tapped too long ago and was not sent.") });
      return true;
    }
    try {
      const answer = await post(entry.url, entry.body, { key: entry.key });
      // Told before it is dropped, so that the page never shows the state before the tap again.
      this.tell("sent", { entry, answer });
      await this.drop(entry);
      return true;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.unreachable || error.status === 429 || error.status === 401) return false;
      await this.drop(entry);
      this.tell("refused", { entry, message: error.message });
      return true;
    }
  }

  async drop(entry) {
    await finished(this.store("readwrite").delete(entry.order));
    await this.changed();
  }

  async changed() {
    this.tell("change", await this.entries());
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
