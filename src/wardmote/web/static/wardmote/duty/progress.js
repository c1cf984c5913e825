/* Parts of a page that are read again every ten seconds; never while somebody is at them. */

const EVERY_MS = 10_000;
const live = () => [...document.querySelectorAll("[data-live][id]")];
const busy = (part) => part.contains(document.activeElement) || [...part.querySelectorAll("input[type=text], input:not([type]), textarea")].some((field) => field.value !== field.defaultValue);

async function refresh() {
  if (document.hidden || live().every(busy)) return;
  const response = await fetch(window.location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const now of live()) {
    const then = page.getElementById(now.id);
    if (then && !busy(now)) now.replaceWith(then);
  }
}

if (live().length) setInterval(refresh, EVERY_MS);
