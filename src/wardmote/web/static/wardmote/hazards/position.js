/** Fills longitude and latitude of a form from the device, when its button is pressed. */

import { setText } from "../base/dom.js";
import "./pictures.js";

const OPTIONS = { enableHighAccuracy: true, timeout: 20000, maximumAge: 10000 };
const DIGITS = 6;

function watch(box) {
  const status = box.querySelector("[role=status]");
  const button = box.querySelector("[data-find]");
  button.addEventListener("click", () => {
    if (!navigator.geolocation) {
      setText(status, gettext("This device cannot tell its position. Enter it as numbers."));
      return;
    }
    button.disabled = true;
    setText(status, gettext("Finding your position…"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.disabled = false;
        box.querySelector("[name=lon]").value = coords.longitude.toFixed(DIGITS);
        box.querySelector("[name=lat]").value = coords.latitude.toFixed(DIGITS);
        const accuracy = box.closest("form")?.querySelector("[name=accuracy]");
        if (accuracy) accuracy.value = Math.ceil(coords.accuracy);
        setText(status, interpolate(gettext("Position found, to about %s m."), [Math.round(coords.accuracy)]));
      },
      () => {
        button.disabled = false;
        setText(status, gettext("The position was not found. Go outside or to a window and try again."));
      },
      OPTIONS,
    );
  });
}

for (const box of document.querySelectorAll("[data-position]")) watch(box);
