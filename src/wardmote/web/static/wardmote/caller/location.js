/** Reads the position of the caller's phone when asked to, and sends it once. */

import { byId, setText } from "../base/dom.js";

const OPTIONS = { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 };

byId("position-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const button = byId("send-position");
  const status = byId("position-status");
  if (!navigator.geolocation) {
    setText(status, gettext("This phone cannot tell its position. Please describe the place on the telephone."));
    return;
  }
  button.disabled = true;
  setText(status, gettext("Finding your position…"));
  navigator.geolocation.getCurrentPosition(
    (position) => send(event.target, position.coords, button, status),
    (error) => {
      button.disabled = false;
      setText(status, reasonOf(error));
    },
    OPTIONS,
  );
});

async function send(form, { longitude, latitude, accuracy }, button, status) {
  const body = new FormData(form);
  body.set("lon", longitude);
  body.set("lat", latitude);
  body.set("accuracy_m", accuracy);
  try {
    const answer = await fetch(location.href, { method: "POST", body, credentials: "same-origin" });
    setText(status, (await answer.json()).message);
    button.disabled = answer.ok;
  } catch {
    button.disabled = false;
    setText(status, gettext("The network failed. Please try again."));
  }
}

function reasonOf(error) {
  if (error.code === error.PERMISSION_DENIED) {
    return gettext("You did not allow it. Allow it in the browser, or describe the place on the telephone.");
  }
  return gettext("The position was not found. Go outside or to a window and try again.");
}
