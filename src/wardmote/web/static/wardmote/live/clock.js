/** The server's clock as seen from here, sped up when the server's is. */

export class ServerClock {
  constructor({ server_s: serverS, rate }, nowMs = performance.now()) {
    this.set({ server_s: serverS, rate }, nowMs);
  }

  set({ server_s: serverS, rate }, nowMs = performance.now()) {
    this.serverS = serverS;
    this.rate = rate;
    this.atMs = nowMs;
  }

  /** Server time now, seconds since 1970 UTC. */
  now(nowMs = performance.now()) {
    return this.serverS + ((nowMs - this.atMs) / 1000) * this.rate;
  }
}
