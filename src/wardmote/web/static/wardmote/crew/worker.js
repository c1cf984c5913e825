/** The crew page's service worker: the page opens without a connection; data never comes from here. */

const STATIC = "__STATIC__";
/** What the page and its map need besides data. */
const KEPT = __KEPT__;
const CACHE = `wardmote-crew-${KEPT.version}`;
const FILES = [...KEPT.files, ...KEPT.map_files];

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(FILES.map((url) => new Request(url, { cache: "reload" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("wardmote-crew-") && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || request.headers.has("range")) return;
  const known = FILES.includes(url.pathname) || url.pathname.startsWith(STATIC);
  if (known) event.respondWith(networkFirst(request, url));
});

/** Fresh when there is a connection, from the cache when there is none. */
async function networkFirst(request, url) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    // A redirect to the log-in page must not take the page's place.
    if (response.ok && !response.redirected) await cache.put(url.pathname, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(url.pathname);
    if (kept) return kept;
    throw error;
  }
}
