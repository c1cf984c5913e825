/** Taking pushes on this phone: only for who switched it on here, and no longer than the log-in. */

import { post } from "../live/http.js";

const OWNER = "wardmote.push";
const DEVICES = "/notices/devices/";
const SCOPE = "/notices/";

export const canPush = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

function bytesOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (text.length % 4)) % 4));
  return Uint8Array.from(plain, (one) => one.charCodeAt(0));
}

async function tell(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  await post(DEVICES, { endpoint, p256dh: keys.p256dh, auth: keys.auth });
}

export async function presentSubscription() {
  if (!canPush()) return null;
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** Ask the person and the browser; throws where either refuses or no push service answers. */
export async function switchOn({ worker_url: worker, push_key: key, staff }) {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("not allowed");
  const registration = await navigator.serviceWorker.register(worker, { scope: SCOPE });
  await registration.update();
  const active = registration.active ?? registration.waiting ?? registration.installing;
  if (active.state !== "activated") {
    await new Promise((resolve) => active.addEventListener("statechange", () => active.state === "activated" && resolve()));
  }
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
  await tell(subscription);
  localStorage.setItem(OWNER, staff);
}

export async function switchOff() {
  const subscription = await presentSubscription();
  localStorage.removeItem(OWNER);
  if (!subscription) return;
  await post(`${DEVICES}forget/`, { endpoint: subscription.endpoint });
  await subscription.unsubscribe();
}

/** After a new log-in the device goes on for the same person; another person begins without. */
export async function keepPush(staff) {
  const subscription = await presentSubscription();
  if (!subscription) return;
  if (localStorage.getItem(OWNER) === staff) await tell(subscription);
  else await subscription.unsubscribe();
}
