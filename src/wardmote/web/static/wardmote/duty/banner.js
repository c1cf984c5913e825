/* What a page that stays open says of duty: read again once a minute. */

const EVERY_MS = 60_000;

async function renew(place) {
  if (document.hidden || place.contains(document.activeElement)) return;
  const response = await fetch(place.dataset.from, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const lines = new DOMParser().parseFromString(await response.text(), "text/html").body;
  if (lines.textContent.trim() !== place.textContent.trim()) place.replaceChildren(...lines.childNodes);
}

const place = document.getElementById("duty-banner");
if (place) setInterval(() => renew(place), EVERY_MS);
