/** How a call stands against its response standard at this moment. No page, no clock in here. */

/** From this share of the target on, a call that still waits is shown as close to late. */
const CLOSE_SHARE = 0.75;

/**
 * Answers `{elapsedS, targetS, running, stopped, level}`; `level` is `ok`, `close`, `late` or
 * `unknown`. A call is late when its time is greater than the target, not when it equals it.
 *
 * Before the standard's clock starts (`running` false: nobody was sent, say) the waiting time
 * since the call was received is held against the same target, so that it is seen early.
 */
export function standing(incident, standard, tier, nowS) {
  const { stamps } = incident;
  const running = standard !== null && stamps[standard.start] !== undefined;
  const start = running ? stamps[standard.start] : stamps.received ?? stamps.entered;
  if (start === undefined) return { elapsedS: null, targetS: null, running, stopped: false, level: "unknown" };
  const stop = standard === null ? undefined : stamps[standard.stop];
  const stopped = stop !== undefined;
  const elapsedS = (stopped ? stop : nowS) - start;
  if (!tier) return { elapsedS, targetS: null, running, stopped, level: "unknown" };
  const targetS = tier.target_s;
  if (elapsedS > targetS) return { elapsedS, targetS, running, stopped, level: "late" };
  const close = !stopped && elapsedS >= CLOSE_SHARE * targetS;
  return { elapsedS, targetS, running, stopped, level: close ? "close" : "ok" };
}

const STATE_ORDER = { entered: 0, routed: 0, in_progress: 0, resolved: 1 };

/** The queue's order: what is dealt with last, then priority, then the longest waiting. */
export function queueOrder(a, b) {
  return (
    STATE_ORDER[a.state] - STATE_ORDER[b.state] ||
    a.priority - b.priority ||
    (a.stamps.received ?? Infinity) - (b.stamps.received ?? Infinity) ||
    (a.id < b.id ? -1 : 1)
  );
}
