/** The page of notices: pushes on and off for this phone, and a look for new ones. */

import { byId, pageData, setText } from "../base/dom.js";
import { get } from "../live/http.js";
import { canPush, keepPush, presentSubscription, switchOff, switchOn } from "../phone/push.js";

const POLL_MS = 60_000;
const settings = pageData();
const [status, on, off] = [byId("push-status"), byId("push-on"), byId("push-off")];

async function show() {
  const possible = settings.push && canPush();
  const present = possible ? await presentSubscription() : null;
  on.hidden = !possible || Boolean(present);
  off.hidden = !present;
  if (!possible) setText(status, gettext("Pushes cannot be had here. This page has everything, and looks for new notices each minute."));
  else if (Notification.permission === "denied") setText(status, gettext("This browser does not allow notices of this site. Allow them in its settings."));
  else if (present && settings.refusing) setText(status, gettext("The push service did not take the last notice. Look at this page as well."));
  else setText(status, present ? gettext("Notices come to this phone while you are on duty.") : gettext("Notices do not come to this phone by themselves."));
}

async function change(act) {
  on.disabled = off.disabled = true;
  try {
    await act();
    await show();
  } catch (error) {
    setText(status, error.status ? error.message : gettext("Pushes cannot be had: the browser or its push service refused, or there is no internet. This page has everything."));
  }
  on.disabled = off.disabled = false;
}

async function look() {
  try {
    const { newest } = await get("/notices/new.json");
    byId("more").hidden = newest === settings.newest;
  } catch {
    // Without a connection there is nothing new to tell.
  }
}

on.addEventListener("click", () => change(() => switchOn(settings)));
off.addEventListener("click", () => change(switchOff));
setInterval(look, POLL_MS);
await keepPush(settings.staff).catch(() => null);
await show();
