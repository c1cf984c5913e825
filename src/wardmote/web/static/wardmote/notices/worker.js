/** The service worker of notices: shows what was pushed; the words are here, not in the message. */

const WORDS = __WORDS__;
const PAGE = "/notices/";

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data?.json() ?? {};
  } catch {
    told = {};
  }
  const language = told.language === "en" ? "en" : "zh";
  const words = WORDS.kinds[told.kind]?.[language] ?? WORDS.site[language];
  const title = told.count > 1 ? `${words} (${told.count})` : words;
  event.waitUntil(self.registration.showNotification(told.drill ? `${WORDS.drill[language]} ${title}` : title, {
    // One that comes a second time takes the first one's place and stays silent.
    tag: told.id ?? "notice", lang: language === "zh" ? "zh-Hans" : "en", icon: WORDS.icon, badge: WORDS.icon,
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.matchAll({ type: "window" }).then((windows) => {
    const open = windows.find((one) => new URL(one.url).pathname === PAGE);
    return open ? open.focus() : self.clients.openWindow(PAGE);
  }));
});
