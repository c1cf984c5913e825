/** The crew page's service worker: the page opens without a connection; data never comes from here. */

const STATIC = "__STATIC__";
const CACHE = "wardmote-crew-3";
const PAGE = "/crew/";
/** What the page needs besides itself; modules that these load are cached when first used. */
const FILES = [
  PAGE,
  "/i18n/js/",
  `${STATIC}wardmote/theme.css`,
  `${STATIC}wardmote/pages.css`,
  `${STATIC}wardmote/map.css`,
  `${STATIC}wardmote/crew.css`,
  `${STATIC}wardmote/icon.svg`,
  `${STATIC}wardmote/crew/main.js`,
  `${STATIC}wardmote/crew/outbox.js`,
  `${STATIC}wardmote/crew/job.js`,
  `${STATIC}wardmote/crew/move_up.js`,
  `${STATIC}wardmote/crew/patrol.js`,
  `${STATIC}wardmote/crew/position.js`,
  `${STATIC}wardmote/base/dom.js`,
  `${STATIC}wardmote/base/wording.js`,
  `${STATIC}wardmote/base/codes.js`,
  `${STATIC}wardmote/base/theme.js`,
  `${STATIC}wardmote/console/caller.js`,
  `${STATIC}wardmote/console/question.js`,
  `${STATIC}wardmote/live/http.js`,
  `${STATIC}wardmote/live/banner.js`,
  `${STATIC}wardmote/live/clock.js`,
  `${STATIC}wardmote/map/basemap.js`,
  `${STATIC}wardmote/map/city_map.js`,
  `${STATIC}wardmote/map/overlays.js`,
  `${STATIC}wardmote/map/symbols.js`,
  `${STATIC}wardmote/map/tracks.js`,
  `${STATIC}wardmote/map/label_atlas.js`,
  `${STATIC}wardmote/map/vehicles.js`,
  `${STATIC}wardmote/map/vehicle_drawing.js`,
  `${STATIC}vendor/pmtiles/pmtiles.js`,
  `${STATIC}vendor/maplibre-gl/maplibre-gl.css`,
  `${STATIC}vendor/maplibre-gl/maplibre-gl.mjs`,
  `${STATIC}vendor/maplibre-gl/maplibre-gl-worker.mjs`,
];

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
  const known = url.pathname === PAGE || url.pathname === "/i18n/js/" || url.pathname.startsWith(STATIC);
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
