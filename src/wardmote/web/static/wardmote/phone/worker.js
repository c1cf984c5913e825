/** The service worker of the day's page: it opens without a network, and so does a kept map. */

const STATIC = "__STATIC__";
const CACHE = "wardmote-phone-1";
const MAP_CACHE = "wardmote-phone-map";
const PAGE = "/today/";
const MAP = "/city/map.pmtiles";
/** With a connection that is too slow, what was kept is better than waiting. */
const PATIENCE_MS = 5000;
const FILES = [
  PAGE,
  "/i18n/js/",
  `${STATIC}wardmote/theme.css`,
  `${STATIC}wardmote/pages.css`,
  `${STATIC}wardmote/icon.svg`,
  ...["phone.css", "main.js", "store.js", "outbox.js", "day.js", "task_page.js", "form.js", "photo.js", "signature.js", "sheet.js", "place.js", "conflicts.js"].map((name) => `${STATIC}wardmote/phone/${name}`),
  `${STATIC}wardmote/base/dom.js`,
  `${STATIC}wardmote/base/wording.js`,
  `${STATIC}wardmote/live/http.js`,
];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("wardmote-phone-") && name !== CACHE && name !== MAP_CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === MAP && request.headers.has("range")) {
    event.respondWith(partOfMap(request));
  } else if (!request.headers.has("range") && (url.pathname === PAGE || url.pathname === "/i18n/js/" || url.pathname.startsWith(STATIC))) {
    event.respondWith(networkFirst(request, url));
  }
});

async function networkFirst(request, url) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(url.pathname);
  const fresh = fetch(request).then(async (response) => {
    // A redirect to the log-in page must not take the page's place.
    if (response.ok && !response.redirected) await cache.put(url.pathname, response.clone());
    return response;
  });
  if (!kept) return fresh;
  const patience = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
  return Promise.race([fresh.catch(() => kept), patience]);
}

/** A stretch of the map: from the copy on the phone, where there is one. */
async function partOfMap(request) {
  const kept = await (await caches.open(MAP_CACHE)).match(MAP);
  const wanted = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "");
  if (!kept || !wanted) return fetch(request);
  const whole = await kept.blob();
  const [first, last] = [Number(wanted[1]), Math.min(Number(wanted[2]), whole.size - 1)];
  return new Response(whole.slice(first, last + 1), {
    status: 206,
    headers: { "Content-Range": `bytes ${first}-${last}/${whole.size}`, "Content-Length": String(last - first + 1), "Content-Type": "application/octet-stream" },
  });
}
