/** A job as the crew sees it, and how a tap changes it before the server has answered. */

/** What one tap does: the next state and the stamp that it writes. */
const TAPS = {
  acknowledge: { after: "acknowledged", stamp: "acknowledged" },
  depart: { after: "en_route", stamp: "en_route" },
  arrive: { after: "on_scene", stamp: "arrived" },
  report: { after: "feedback", stamp: "feedback" },
  clear: { after: "cleared", stamp: "cleared" },
  refuse: { after: "refused", stamp: null },
};

/** What may be tapped in a state; the server has the last word. */
const ALLOWED = {
  assigned: ["acknowledge", "depart", "arrive", "refuse"],
  acknowledged: ["depart", "arrive", "refuse"],
  en_route: ["arrive", "clear"],
  on_scene: ["report", "clear"],
  feedback: ["report", "clear"],
};

/** The one tap that usually comes next. */
const NEXT = { assigned: "acknowledge", acknowledged: "depart", en_route: "arrive", on_scene: "report", feedback: "clear" };

const OVER = new Set(["cleared", "refused", "preempted", "cancelled"]);

/** The job after a tap at `atS`; stamps that are there already stay as they are. */
export function afterTap(job, action, atS) {
  const tap = TAPS[action];
  if (!tap) return job;
  const stamps = { ...job.assignment.stamps };
  if (tap.stamp && stamps[tap.stamp] === undefined) stamps[tap.stamp] = atS;
  return {
    ...job,
    assignment: { ...job.assignment, state: tap.after, allowed: ALLOWED[tap.after] ?? [], stamps },
  };
}

/** The jobs after all taps that still wait in the outbox; finished ones are left out. */
export function withTaps(jobs, entries) {
  return jobs
    .map((job) => entries
      .filter((entry) => entry.subject === job.assignment.id)
      .reduce((present, entry) => afterTap(present, entry.body.action, entry.body.device_s), job))
    .filter((job) => !OVER.has(job.assignment.state));
}

/** The large button first, then the other taps that are allowed. */
export function taps(assignment) {
  const next = NEXT[assignment.state];
  const allowed = assignment.allowed ?? [];
  const others = allowed.filter((action) => action !== next && action !== "cancel" && action !== "preempt" && action in TAPS);
  return { next: allowed.includes(next) ? next : others.shift() ?? null, others };
}

/** The job to show: the active one, else the first that waits. */
export function presentJob(jobs) {
  const waiting = (job) => job.assignment.state === "stacked" || job.assignment.state === "reserved";
  const sorted = [...jobs].sort((a, b) => Number(waiting(a)) - Number(waiting(b)) || a.assignment.queue - b.assignment.queue);
  return sorted[0] ?? null;
}
