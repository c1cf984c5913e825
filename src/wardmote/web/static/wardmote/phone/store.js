/**
 * What the phone keeps for a day without a network: answers of the server, drafts with their
 * pictures, what waits to be sent, and what needs a decision. Each person has a database of their
 * own, so that nobody on a shared phone sends another's work.
 */

const STORES = { outbox: { keyPath: "order", autoIncrement: true }, stuck: { keyPath: "order", autoIncrement: true }, answers: null, drafts: null, ids: null };

const databaseName = (staff) => `wardmote-phone-${staff}`;

export function finished(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export class Store {
  static async open(staff) {
    const request = indexedDB.open(databaseName(staff), 1);
    request.onupgradeneeded = () => {
      for (const [name, options] of Object.entries(STORES)) request.result.createObjectStore(name, options ?? {});
    };
    return new Store(await finished(request), staff);
  }

  constructor(database, staff) {
    this.database = database;
    this.staff = staff;
  }

  of(name, mode = "readwrite") {
    return this.database.transaction(name, mode).objectStore(name);
  }

  get(name, key) {
    return finished(this.of(name, "readonly").get(key));
  }

  all(name) {
    return finished(this.of(name, "readonly").getAll());
  }

  put(name, value, key) {
    return finished(key === undefined ? this.of(name).put(value) : this.of(name).put(value, key));
  }

  drop(name, key) {
    return finished(this.of(name).delete(key));
  }

  clear(name) {
    return finished(this.of(name).clear());
  }

  /** Move entries from what waits to what needs a decision, all or nothing. */
  setAside(entries, record) {
    const transaction = this.database.transaction(["outbox", "stuck"], "readwrite");
    for (const entry of entries) transaction.objectStore("outbox").delete(entry.order);
    transaction.objectStore("stuck").add({ ...record, entries });
    return done(transaction);
  }

  /** Several entries at once: a task is finished with its pictures or not at all. */
  addAll(entries) {
    const transaction = this.database.transaction("outbox", "readwrite");
    for (const entry of entries) transaction.objectStore("outbox").add(entry);
    return done(transaction);
  }

  /** The other way: send what was set aside again. */
  sendAgain(record, entries) {
    const transaction = this.database.transaction(["outbox", "stuck"], "readwrite");
    transaction.objectStore("stuck").delete(record.order);
    for (const { order, ...entry } of entries) transaction.objectStore("outbox").add(entry);
    return done(transaction);
  }

  /** Nothing of this person stays on the phone. */
  forget() {
    this.database.close();
    return finished(indexedDB.deleteDatabase(databaseName(this.staff)));
  }
}

function done(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** Ask the browser not to throw the day's work away when space is short. */
export function askToPersist() {
  return navigator.storage?.persist?.() ?? Promise.resolve(false);
}
