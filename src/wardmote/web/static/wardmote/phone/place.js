/** Where the phone is, asked only when somebody checks in. */

const EARTH_M = 6_371_008.8;
const WAIT_MS = 12_000;

/** The phone's position, or null when it has none or may not tell. */
export function whereAmI() {
  if (!navigator.geolocation) return Promise.resolve(null);
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 15_000 },
    );
  });
}

/** Only where the person has allowed it before: a list of tasks is no reason to ask. */
export async function whereAmIIfAllowed() {
  const state = await navigator.permissions?.query({ name: "geolocation" }).then((one) => one.state, () => "prompt");
  return state === "granted" ? whereAmI() : null;
}

export function distanceM(a, b) {
  const radians = Math.PI / 180;
  const halfLat = Math.sin(((b.lat - a.lat) * radians) / 2);
  const halfLon = Math.sin(((b.lon - a.lon) * radians) / 2);
  const share = halfLat ** 2 + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * halfLon ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(share)));
}

/** Metres from a task's place when that is too far to check in; 0 when near, null without a position. */
export function tooFarM(place, here) {
  if (!place || place.lon === null) return 0;
  if (!here) return null;
  const away = distanceM(place, here);
  return away <= place.tolerance_m + Math.min(here.accuracy_m, place.tolerance_m) ? 0 : away;
}
