/** The service worker of a page that opens without a network: its files, and a frame of the page. */

const STATIC = "__STATIC__";
const KEPT = __KEPT__;
/** `page`: its address; `frame`: what stands for it without a network, itself where nothing personal is in it. */
const { page: PAGE, frame: FRAME, files: FILES } = KEPT;
const CACHE = `${KEPT.cache}${KEPT.version}`;
/** With a connection that is too slow, what was kept is better than waiting. */
const PATIENCE_MS = 5000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith(KEPT.cache) && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === PAGE) event.respondWith(page(event));
  else if (FILES.includes(url.pathname) || url.pathname.startsWith(STATIC)) event.respondWith(file(request, url));
});

/** The page itself; after it came, the frame is kept anew for whoever is logged in now. */
async function page(event) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(FRAME);
  const fresh = fetch(event.request).then((response) => {
    if (response.ok && !response.redirected) event.waitUntil((FRAME === PAGE ? cache.put(PAGE, response.clone()) : cache.add(FRAME)).catch(() => null));
    // Sent to the log-in page: the next person on this phone may be another.
    else if (response.type === "opaqueredirect" || response.status === 403) event.waitUntil(cache.delete(FRAME));
    return response;
  });
  return kept ? orKept(fresh, kept) : fresh;
}

async function file(request, url) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(url.pathname);
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
