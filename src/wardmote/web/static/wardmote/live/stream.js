/**
 * The board, kept up to date: fetched once, then followed through server-sent events.
 *
 * A lost connection is taken up again behind the last event seen, so nothing is missed; what
 * comes twice is dropped by its position in the journal. EventSource retries by itself while the
 * server answers; when it gives up we back off and start anew.
 */

import { boardFrom, bringsBack, fold, moveUnits } from "./board.js";
import { get } from "./http.js";

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
/** Three missed comment lines of the server: the connection is dead although nobody said so. */
const SILENCE_MS = 45_000;

export class BoardStream extends EventTarget {
  /**
   * Events: `board` (a fresh board), `change` (detail: touched rows and the event),
   * `positions`, `recommendation`, `clock` (detail: the message), `connection`
   * (detail: `{connected, asOfS}`).
   */
  constructor({ boardUrl = "/api/board", eventsUrl = "/live/events", now }) {
    super();
    this.boardUrl = boardUrl;
    this.eventsUrl = eventsUrl;
    this.now = now;
    this.board = null;
    this.source = null;
    this.connected = false;
    this.asOfS = null;
    this.retryMs = FIRST_RETRY_MS;
    this.timer = 0;
    this.heardMs = 0;
    this.generation = 0;
  }

  /** Fetch the board and follow it. Keeps trying until `stop`. */
  async start() {
    const generation = ++this.generation;
    this.close();
    try {
      const snapshot = await get(this.boardUrl);
      if (generation !== this.generation) return;
      this.board = boardFrom(snapshot);
      this.emit("clock", snapshot.clock);
      this.asOfS = snapshot.clock.server_s;
      this.emit("board", this.board);
      this.follow();
    } catch (error) {
      if (generation !== this.generation) return;
      this.lost(error);
      this.again(() => this.start());
    }
  }

  stop() {
    this.generation += 1;
    clearTimeout(this.timer);
    this.close();
  }

  follow() {
    const separator = this.eventsUrl.includes("?") ? "&" : "?";
    const source = new EventSource(`${this.eventsUrl}${separator}after=${this.board.seq}`);
    this.source = source;
    this.heardMs = performance.now();
    source.addEventListener("open", () => this.found());
    source.addEventListener("journal", (message) => this.onJournal(JSON.parse(message.data)));
    source.addEventListener("positions", (message) => {
      // From the text to the card: what an update costs the main thread. See `make bench`.
      const begin = performance.now();
      this.onPositions(JSON.parse(message.data));
      performance.measure("positions-update", { start: begin, end: performance.now() });
      performance.clearMeasures("positions-update");
    });
    source.addEventListener("recommendation", (message) => {
      this.heard();
      this.emit("recommendation", JSON.parse(message.data));
    });
    source.addEventListener("clock", (message) => {
      this.heard();
      this.emit("clock", JSON.parse(message.data));
    });
    source.addEventListener("resync", () => this.start());
    source.addEventListener("error", () => {
      if (this.source !== source) return;
      this.lost(null);
      if (source.readyState === EventSource.CLOSED) {
        this.close();
        this.again(() => this.follow());
      }
    });
  }

  onJournal(event) {
    this.heard();
    this.asOfS = Math.max(this.asOfS ?? 0, event.recorded_s);
    if (event.seq <= this.board.seq) return;
    if (bringsBack(this.board, event)) {
      this.start();
      return;
    }
    const touched = fold(this.board, event);
    this.emit("change", { touched, event });
  }

  onPositions(message) {
    this.heard();
    this.asOfS = Math.max(this.asOfS ?? 0, message.at_s);
    moveUnits(this.board, message);
    this.emit("positions", message);
  }

  heard() {
    this.heardMs = performance.now();
    if (!this.connected) this.found();
  }

  found() {
    this.heardMs = performance.now();
    this.retryMs = FIRST_RETRY_MS;
    this.connected = true;
    this.emit("connection", { connected: true, asOfS: this.asOfS });
  }

  lost(error) {
    if (this.connected && this.asOfS !== null) this.asOfS = Math.max(this.asOfS, this.now?.() ?? 0);
    this.connected = false;
    this.emit("connection", { connected: false, asOfS: this.asOfS, message: error?.message ?? "" });
  }

  /** Call every few seconds: a connection that has been silent for too long is opened again. */
  checkSilence(nowMs = performance.now()) {
    if (!this.source || nowMs - this.heardMs < SILENCE_MS) return;
    this.close();
    this.lost(null);
    this.again(() => this.follow());
  }

  again(action) {
    clearTimeout(this.timer);
    // A full second of jitter keeps a hundred consoles from coming back in the same instant.
    this.timer = setTimeout(action, this.retryMs + Math.random() * FIRST_RETRY_MS);
    this.retryMs = Math.min(LONGEST_RETRY_MS, this.retryMs * 2);
  }

  close() {
    this.source?.close();
    this.source = null;
  }

  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
