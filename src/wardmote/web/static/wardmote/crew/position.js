/** The phone's position, sent only while the unit is on duty. Nothing is kept or sent later. */

import { post } from "../live/http.js";

/** Often enough for the dispatcher's map, seldom enough for the battery. */
const SEND_MS = 5000;

export class PositionSender extends EventTarget {
  /** Events: `state` (detail: `off`, `asking`, `sending`, `refused`, `failed`). */
  constructor() {
    super();
    this.unit = null;
    this.watch = null;
    this.last = null;
    this.sentMs = -Infinity;
    this.state = "off";
  }

  /** Send for `unit` while on duty; stop otherwise. */
  set(unit, onDuty) {
    const wanted = onDuty ? unit : null;
    if (wanted === this.unit) return;
    this.unit = wanted;
    if (this.watch !== null) {
      navigator.geolocation.clearWatch(this.watch);
      this.watch = null;
      this.last = null;
    }
    if (wanted === null) {
      this.tell("off");
      return;
    }
    if (!navigator.geolocation) {
      this.tell("failed");
      return;
    }
    this.tell("asking");
    this.watch = navigator.geolocation.watchPosition(
      (position) => this.onPosition(position),
      (error) => this.tell(error.code === error.PERMISSION_DENIED ? "refused" : "failed"),
      { enableHighAccuracy: true, maximumAge: 2000, timeout: 20_000 },
    );
  }

  async onPosition({ coords, timestamp }) {
    this.last = { lon: coords.longitude, lat: coords.latitude };
    this.dispatchEvent(new CustomEvent("fix", { detail: this.last }));
    if (this.unit === null || performance.now() - this.sentMs < SEND_MS) return;
    this.sentMs = performance.now();
    const fix = { unit: this.unit, ...this.last, accuracy_m: coords.accuracy, fix_s: timestamp / 1000 };
    if (coords.heading !== null && !Number.isNaN(coords.heading)) fix.heading = coords.heading;
    if (coords.speed !== null && !Number.isNaN(coords.speed)) fix.speed_mps = coords.speed;
    try {
      await post("/live/positions", { fixes: [fix] });
      this.tell("sending");
    } catch {
      // A fix that did not get through is of no use later; the next one follows.
      this.tell("failed");
    }
  }

  tell(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}
