/** The service worker of the day's page: it opens without a network, and so does a kept map. */

const STATIC = "__STATIC__";
const KEPT = __KEPT__;
const CACHE = `wardmote-phone-${KEPT.version}`;
const MAP_CACHE = "wardmote-phone-map";
const PAGE = "/today/";
/** The page without tasks stands for the page; a person's tasks are in a store of their own. */
const FRAME = "/today/frame/";
const MAP = "/city/map.pmtiles";
/** With a connection that is too slow, what was kept is better than waiting. */
const PATIENCE_MS = 5000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT.files)).then(renewMap).then(() => self.skipWaiting()));
});

/** Whoever has kept the map gets its new scripts with a new release, or it would not open again. */
async function renewMap() {
  const cache = await caches.open(MAP_CACHE);
  if (await cache.match(MAP)) await cache.addAll(KEPT.map_files);
}

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
  if (url.pathname === MAP && request.headers.has("range")) event.respondWith(partOfMap(request));
  else if (request.headers.has("range")) return;
  else if (url.pathname === PAGE) event.respondWith(page(event));
  else if (KEPT.files.includes(url.pathname) || url.pathname.startsWith(STATIC)) event.respondWith(file(request, url));
});

/** The page itself; after it came, the frame is kept anew for whoever is logged in now. */
async function page(event) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(FRAME);
  const fresh = fetch(event.request).then((response) => {
    if (response.ok && !response.redirected) event.waitUntil(cache.add(FRAME).catch(() => null));
    // Sent to the log-in page: the next person on this phone may be another.
    else if (response.type === "opaqueredirect" || response.status === 403) event.waitUntil(cache.delete(FRAME));
    return response;
  });
  return kept ? orKept(fresh, kept) : fresh;
}

/** What is named by its content never changes; other files are taken fresh where that is quick. */
async function file(request, url) {
  const cache = await caches.open(CACHE);
  const kept = (await cache.match(url.pathname)) ?? (await (await caches.open(MAP_CACHE)).match(url.pathname));
  if (kept && /\/bundled\//.test(url.pathname)) return kept;
  const fresh = fetch(request).then(async (response) => {
    if (response.ok && !response.redirected) await cache.put(url.pathname, response.clone());
    return response;
  });
  return kept ? orKept(fresh, kept) : fresh;
}

function orKept(fresh, kept) {
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
