/** The product's codes in words. Codes that the deployment defines come from the vocabulary. */

import { fill, durationText, nameOf, shareText } from "./wording.js";

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

export const moveUpStateText = table(() => ({
  advised: gettext("Advised"),
  acknowledged: gettext("On the way"),
  arrived: gettext("Stands by there"),
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
  command_room: gettext("Command room"),
  record_only: gettext("Record only"),
}));

export const alarmText = table(() => ({
  unrouted: gettext("Not routed"),
  unassigned: gettext("No unit assigned"),
  unacknowledged: gettext("Not acknowledged"),
  not_moving: gettext("Not moving"),
  late: gettext("Arrival late"),
  no_feedback: gettext("No feedback"),
  unclosed: gettext("Not closed"),
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

/** What stands in the usage of a command. */
export const argumentText = table(() => ({
  incident: gettext("CALL"),
  unit: gettext("UNIT"),
  post: gettext("POST"),
  text: gettext("TEXT"),
  number: gettext("N"),
  priority: gettext("PRIORITY"),
  category: gettext("CATEGORY"),
  disposition: gettext("OUTCOME"),
  feedback: gettext("FEEDBACK"),
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
  "incident.alarm_level": gettext("Alarm level changed"),
  "incident.routed": gettext("Responsibility decided"),
  "incident.moved": gettext("Call moved on"),
  "incident.time_stamped": gettext("Time stamped"),
  "incident.linked": gettext("Linked as a duplicate"),
  "incident.unlinked": gettext("Link taken back"),
  "incident.noted": gettext("Note added"),
  "incident.caller_erased": gettext("Caller's data erased"),
  "recommendation.requested": gettext("Units asked for again"),
  "recommendation.made": gettext("Units recommended"),
  "recommendation.overridden": gettext("Recommendation overridden"),
  "assignment.moved": gettext("Unit moved on"),
  "alarm.raised": gettext("Alarm raised"),
  "alarm.ended": gettext("Alarm ended"),
}));

const reasonSentences = () => ({
  chosen_for: gettext("arrives in about %(arrival)s as %(capability)s"),
  others_serve_better: gettext("arrives %(later)s after the others"),
  sooner_but_held_back: gettext("arrives %(sooner)s sooner, but is held back"),
  enough_units_sent: gettext("enough units are sent"),
  kind_not_needed: gettext("no %(kind)s is needed"),
  kind_not_asked_for: gettext("%(kind)s was not asked for"),
  no_such_unit: gettext("there is no such unit"),
  off_duty: gettext("off duty"),
  unavailable: gettext("unavailable: %(reason)s"),
  busy: gettext("busy with another call (%(state)s)"),
  already_sent: gettext("is on this call already (%(state)s)"),
  on_scene: gettext("on scene elsewhere, never taken away"),
  position_unknown: gettext("position unknown"),
  position_too_old: gettext("last position is %(age)s old, too old to count on"),
  position_stale: gettext("last position is %(age)s old; %(counted)s added"),
  unreachable: gettext("no way there by road"),
  later_but_keeps_cover: gettext("%(later)s later, keeps %(kept)s of calls covered"),
  kept_for_cover: gettext("arrives %(sooner)s sooner, but stays to keep %(kept)s of calls covered"),
  leaves_uncovered: gettext("leaves %(places)s places uncovered; %(counted)s added"),
  place_unknown: gettext("The place is unknown: find it first."),
  more_urgent: gettext("this call is more urgent (%(priority)s before %(other_priority)s)"),
  nobody_free: gettext("nobody is free"),
  gains: gettext("arrives %(gain)s sooner"),
  leaves_waiting: gettext("leaves another call waiting"),
});

/** A reason as a sentence; a code that this page does not know is shown as it is. */
export function reasonText(reason, vocabulary) {
  const sentences = reasonSentences();
  const sentence = reason.code === "others_serve_better" && Math.round(reason.values?.later_s ?? 1) <= 0
    ? gettext("arrives no sooner than the others")
    : sentences[reason.code];
  if (!sentence) return reason.code.replaceAll("_", " ");
  return fill(sentence, wordedValues(reason.values ?? {}, vocabulary));
}

function wordedValues(values, vocabulary) {
  const worded = {};
  for (const [key, value] of Object.entries(values)) {
    if (key.endsWith("_s")) worded[key.slice(0, -2)] = durationText(value);
    else if (key.endsWith("_share")) worded[key.slice(0, -6)] = shareText(value);
    else if (key === "kind" || key === "capability") worded[key] = vocabulary.kind(value);
    else if (key === "reason") worded[key] = vocabulary.reason(value);
    else if (key === "state") worded[key] = unitStateText(value);
    else worded[key] = value;
  }
  return worded;
}

/** Where the levels of a 12-digit division code end: province, city, county, town, village. */
const LEVEL_ENDS = [2, 4, 6, 9, 12];

/** The digits that the codes of all divisions within `area` begin with; empty for everywhere. */
export function areaPrefix(area) {
  const kept = LEVEL_ENDS.findLast((end, index) => Number(area.slice(index ? LEVEL_ENDS[index - 1] : 0, end)) > 0);
  return area.slice(0, kept ?? 0);
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

  /** The standard where the call is: a duty level in force may ask for another in a part of the place. */
  standardOf(incident) {
    const own = this.data.area_standards?.find(({ area }) => incident.area?.startsWith(areaPrefix(area)));
    return own ? own.standard : this.data.standard;
  }

  /** Take over the standards of a newer answer: a duty level may have been switched meanwhile. */
  renewStandards({ standard, area_standards: areaStandards }) {
    this.data.standard = standard;
    this.data.area_standards = areaStandards;
  }

  /** The first tier whose place class and priority equal the call's; null matches everything. */
  tier(incident) {
    return this.standardOf(incident)?.tiers.find(
      (tier) =>
        (tier.place_class === null || tier.place_class === incident.place_class) &&
        (tier.priority === null || tier.priority === incident.priority) &&
        tier.force == null,
    );
  }
}
