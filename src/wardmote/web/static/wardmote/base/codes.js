/** The product's codes in words. Codes that the deployment defines come from the vocabulary. */

import { fill, durationText, nameOf, percentText } from "./wording.js";

const table = (entries) => (code) => entries()[code] ?? code;

export const incidentStateText = table(() => ({
  entered: gettext("Entered"),
  routed: gettext("Waiting"),
  in_progress: gettext("In progress"),
  resolved: gettext("Dealt with"),
  closed: gettext("Closed"),
  cancelled: gettext("Cancelled"),
  merged: gettext("Merged"),
}));

export const unitStateText = table(() => ({
  available: gettext("Available"),
  unavailable: gettext("Unavailable"),
  off_duty: gettext("Off duty"),
  proposed: gettext("Proposed"),
  reserved: gettext("Reserved"),
  stacked: gettext("Stacked"),
  assigned: gettext("Assigned"),
  acknowledged: gettext("Acknowledged"),
  en_route: gettext("En route"),
  on_scene: gettext("On scene"),
  feedback: gettext("Reported"),
  cleared: gettext("Cleared"),
  refused: gettext("Refused"),
  preempted: gettext("Pre-empted"),
  cancelled: gettext("Cancelled"),
}));

export const assignmentActionText = table(() => ({
  assign: gettext("Assign"),
  acknowledge: gettext("Acknowledge"),
  depart: gettext("En route"),
  arrive: gettext("Arrived"),
  report: gettext("Feedback"),
  clear: gettext("Clear"),
  refuse: gettext("Refuse"),
  preempt: gettext("Pre-empt"),
  cancel: gettext("Withdraw"),
  reserve: gettext("Reserve"),
  stack: gettext("Stack"),
}));

export const incidentActionText = table(() => ({
  route: gettext("Route again"),
  resolve: gettext("Mark as dealt with"),
  close: gettext("Close"),
  cancel: gettext("Cancel call"),
  reopen: gettext("Reopen"),
  merge: gettext("Merge"),
  unmerge: gettext("Unmerge"),
}));

export const priorityText = table(() => ({
  1: gettext("Emergency"),
  2: gettext("Urgent"),
  3: gettext("Routine"),
  4: gettext("Deferred"),
}));

export const stampText = table(() => ({
  occurred: gettext("Occurred"),
  received: gettext("Received"),
  entered: gettext("Taken down"),
  routed: gettext("Routed"),
  assigned: gettext("Assigned"),
  acknowledged: gettext("Acknowledged"),
  en_route: gettext("En route"),
  arrived: gettext("Arrived"),
  feedback: gettext("First feedback"),
  cleared: gettext("Cleared"),
  closed: gettext("Closed"),
}));

export const destinationText = table(() => ({
  community_office: gettext("Community office"),
  case_team: gettext("Case team"),
  nearest_unit: gettext("Nearest unit"),
  fire: gettext("Fire brigade"),
  medical: gettext("Ambulance"),
  traffic: gettext("Traffic police"),
  neighbour: gettext("Neighbouring control room"),
  fraud_desk: gettext("Fraud desk"),
  hazard_desk: gettext("Hazard desk"),
  record_only: gettext("Record only"),
}));

export const alarmText = table(() => ({
  unrouted: gettext("Not routed"),
  unassigned: gettext("No unit assigned"),
  unacknowledged: gettext("Not acknowledged"),
  not_departed: gettext("Not set out"),
  not_arrived: gettext("Not arrived"),
  no_feedback: gettext("No feedback"),
  not_cleared: gettext("Not cleared"),
  not_closed: gettext("Not closed"),
  welfare: gettext("Crew welfare check"),
}));

export const channelText = table(() => ({
  phone: gettext("Phone"),
  web: gettext("Web"),
  qr: gettext("QR code"),
  import: gettext("Import"),
  neighbour: gettext("Neighbouring control room"),
  patrol: gettext("Patrol"),
}));

export const placeClassText = table(() => ({
  key_place: gettext("Key place"),
  centre: gettext("Centre"),
  elsewhere: gettext("Elsewhere"),
}));

export const placeKindText = table(() => ({
  street: gettext("Street"),
  crossing: gettext("Crossing"),
  poi: gettext("Place"),
  key_place: gettext("Key place"),
  village: gettext("Village"),
  post: gettext("Post"),
  coordinates: gettext("Coordinates"),
}));

export const clockSourceText = table(() => ({
  server: gettext("server"),
  device: gettext("device"),
  import: gettext("import"),
}));

export const eventText = table(() => ({
  "incident.entered": gettext("Call taken down"),
  "incident.located": gettext("Place set"),
  "incident.classified": gettext("Category or priority changed"),
  "incident.routed": gettext("Responsibility decided"),
  "incident.moved": gettext("Call moved on"),
  "incident.time_stamped": gettext("Time stamped"),
  "incident.linked": gettext("Linked as a duplicate"),
  "incident.unlinked": gettext("Link taken back"),
  "incident.noted": gettext("Note added"),
  "recommendation.made": gettext("Units recommended"),
  "recommendation.overridden": gettext("Recommendation overridden"),
  "assignment.moved": gettext("Unit moved on"),
  "alarm.raised": gettext("Alarm raised"),
  "alarm.ended": gettext("Alarm ended"),
}));

const reasonSentences = () => ({
  shortest_travel: gettext("shortest way by road"),
  travel: gettext("%(travel)s by road"),
  meets_standard: gettext("arrives in time with %(probability)s probability"),
  misses_standard: gettext("the standard of %(target)s is likely missed"),
  capability: gettext("has what the call asks for"),
  capability_missing: gettext("lacks %(capability)s"),
  busy: gettext("busy with another call"),
  on_scene: gettext("on scene and never taken away"),
  preemptible: gettext("would be taken from a less urgent call"),
  unavailable: gettext("unavailable"),
  off_duty: gettext("off duty"),
  stale_position: gettext("last position is %(age)s old"),
  position_stale: gettext("last position is %(age)s old"),
  no_position: gettext("position unknown"),
  unreachable: gettext("no way there by road"),
  uncovers: gettext("leaves %(post)s uncovered"),
  not_needed: gettext("others arrive sooner"),
  first_responsible: gettext("responsible for this beat"),
  own_grid: gettext("the call is in its own grid"),
  stacked: gettext("takes the call after its present one"),
});

/** A reason as a sentence; a code that this page does not know is shown as it is. */
export function reasonText(reason) {
  const sentence = reasonSentences()[reason.code];
  if (!sentence) return reason.text ? nameOf(reason.text) : reason.code.replaceAll("_", " ");
  return fill(sentence, wordedValues(reason.values ?? {}));
}

function wordedValues(values) {
  const worded = {};
  for (const [key, value] of Object.entries(values)) {
    if (typeof value === "number" && key.endsWith("_s")) worded[key.slice(0, -2)] = durationText(value);
    else if (typeof value === "number" && key === "probability") worded[key] = percentText(value);
    else worded[key] = typeof value === "object" ? nameOf(value) : value;
  }
  return worded;
}

/** Look-ups in the deployment's own lists. */
export class Vocabulary {
  constructor(data) {
    this.data = data;
    this.categories = new Map(data.categories.map((category) => [category.code, category]));
    this.kinds = new Map(data.unit_kinds.map((kind) => [kind.code, kind]));
  }

  category(code) {
    return nameOf(this.categories.get(code)?.name) || code;
  }

  kind(code) {
    return nameOf(this.kinds.get(code)?.name) || code;
  }

  reasons(list) {
    return this.data.reasons[list] ?? [];
  }

  reason(code) {
    for (const list of Object.values(this.data.reasons)) {
      const found = list.find((entry) => entry.code === code);
      if (found) return nameOf(found.name);
    }
    return code;
  }

  /** The first tier whose place class and priority equal the call's; null matches everything. */
  tier(incident) {
    return this.data.standard.tiers.find(
      (tier) =>
        (tier.place_class === null || tier.place_class === incident.place_class) &&
        (tier.priority === null || tier.priority === incident.priority) &&
        tier.force == null,
    );
  }
}
