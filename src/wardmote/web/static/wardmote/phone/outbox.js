/**
 * The phone's outbox: what was done while there was no connection, pictures included.
 *
 * Each entry carries the idempotency key that it got when it was tapped and the device's time, so
 * it can be sent again and again and counts once. What the server refuses is set aside with how
 * things stand there, together with all that was to follow on the same task: a person decides.
 */

import { RequestError, csrfToken, newKey, post } from "../live/http.js";

/** Older entries are not sent without being asked: things have gone on since. */
export const KEEP_S = 36 * 3600;
const LOCAL = "local:";

export const localReference = (id) => `${LOCAL}${id}`;
export const isLocal = (value) => typeof value === "string" && value.startsWith(LOCAL);

/** A request to be sent: `picture` (blob, id, kind) or JSON `body`; `action` is what it does. */
export function entryOf({ url, body = null, picture = null, action, label, task }) {
  return { url, body, picture, action, label, task, key: picture?.id ?? newKey(), tappedS: Date.now() / 1000 };
}

export class Outbox extends EventTarget {
  /** Events: `change` (what waits or is set aside changed), `sent` (detail: entry, answer). */
  constructor(store, keepS = KEEP_S) {
    super();
    this.store = store;
    this.keepS = keepS;
    this.sending = null;
  }

  entries() {
    return this.store.all("outbox");
  }

  stuck() {
    return this.store.all("stuck");
  }

  async add(entries) {
    await this.store.addAll(entries);
    await this.changed();
    this.flush();
  }

  /** Send what waits, oldest first; stop at the first that does not get through. */
  flush() {
    this.sending ??= this.sendAll().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  async sendAll() {
    for (;;) {
      const [entry] = await this.entries();
      if (!entry || !(await this.send(entry))) return;
    }
  }

  /** Answers whether the entry is dealt with, for good or bad. */
  async send(entry) {
    if (!entry.confirmed && Date.now() / 1000 - entry.tappedS > this.keepS) {
      await this.setAside(entry, { code: "too_old", message: gettext("This was done long ago and was not sent. Look how things stand, then decide."), standing: null });
      return true;
    }
    try {
      const answer = entry.picture ? await this.sendPicture(entry) : await post(entry.url, await this.bodyOf(entry), { key: entry.key });
      this.dispatchEvent(new CustomEvent("sent", { detail: { entry, answer } }));
      await this.store.drop("outbox", entry.order);
      await this.changed();
      return true;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.unreachable || error.status === 429 || error.status === 401) return false;
      await this.setAside(entry, { code: error.code, message: error.message, standing: error.body?.task ?? null, watch: error.body?.watch ?? null, status: error.status });
      return true;
    }
  }

  /** The answers with the ids that the server gave to the pictures. */
  async bodyOf(entry) {
    if (!entry.body?.answers) return entry.body;
    const answers = {};
    for (const [code, value] of Object.entries(entry.body.answers)) {
      answers[code] = Array.isArray(value) ? await Promise.all(value.map((one) => this.known(one))) : await this.known(value);
    }
    return { ...entry.body, answers };
  }

  async known(value) {
    if (!isLocal(value)) return value;
    const id = await this.store.get("ids", value);
    if (!id) throw new RequestError(gettext("A picture of this was not accepted."), { status: 422, code: "picture_missing" });
    return id;
  }

  async sendPicture({ url, picture, task, key }) {
    const form = new FormData();
    form.append("file", picture.blob, picture.kind === "signature" ? "signature.png" : "photo.jpg");
    form.append("subject_kind", "task");
    form.append("subject_id", task);
    form.append("kind", picture.kind);
    let response;
    try {
      response = await fetch(url, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": csrfToken(), "Idempotency-Key": key },
        credentials: "same-origin",
        body: form,
      });
    } catch {
      throw new RequestError(gettext("The server cannot be reached. Check the connection and try again."));
    }
    const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
    const answer = isJson ? await response.json() : null;
    if (!response.ok) throw new RequestError(answer?.message ?? gettext("The picture was not accepted."), { status: response.status, code: answer?.code ?? "", body: answer });
    await this.store.put("ids", answer.id, localReference(picture.id));
    return answer;
  }

  /** Nothing more of the same task is sent until somebody has decided. */
  async setAside(entry, record) {
    const all = await this.entries();
    const entries = all.filter((one) => one.task === entry.task && one.order >= entry.order);
    await this.store.setAside(entries, { ...record, task: entry.task, label: entry.label, asideS: Date.now() / 1000 });
    await this.changed();
  }

  /** Send what was set aside again: the person has seen how it stands and wants this. */
  async insist(record) {
    const revision = record.standing?.revision;
    const entries = record.entries.map((entry) => ({
      ...entry,
      confirmed: true,
      // Another request than the one that was refused: it needs a key of its own.
      key: entry.picture ? entry.key : newKey(),
      body: entry.body && {
        ...entry.body,
        ...(revision === undefined ? {} : { based_on: revision }),
        ...(record.code === "overload" ? { although_overloaded: true } : {}),
      },
    }));
    await this.store.sendAgain(record, entries);
    await this.changed();
    this.flush();
  }

  async giveUp(record) {
    await this.store.drop("stuck", record.order);
    await this.changed();
  }

  async changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}
