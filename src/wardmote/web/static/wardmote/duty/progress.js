/* The steps of an activation, read again every ten seconds; never while somebody is writing. */

const EVERY_MS = 10_000;
const live = () => document.querySelector("#progress[data-live]");

async function refresh() {
  const now = live();
  if (!now || document.hidden || now.contains(document.activeElement)) return;
  const response = await fetch(window.location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const then = page.querySelector("#progress");
  if (then && !now.contains(document.activeElement)) now.replaceWith(then);
}

if (live()) setInterval(refresh, EVERY_MS);
