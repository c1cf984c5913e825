/** A signature: drawn with a finger, or a name typed by whoever cannot draw. */

import { h } from "../base/dom.js";
import { showSheet } from "./sheet.js";

const WIDTH = 640;
const HEIGHT = 240;

/** The signature as PNG; null when it was given up. */
export function sign() {
  const canvas = h("canvas", { class: "drawing signature", role: "img", "aria-label": gettext("Sign here") });
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext("2d");
  let empty = true;
  const clear = () => {
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, WIDTH, HEIGHT);
    empty = true;
  };
  clear();
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * WIDTH) / box.width, ((event.clientY - box.top) * HEIGHT) / box.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    Object.assign(context, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "#10161c" });
    context.beginPath();
    context.moveTo(...place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!event.buttons) return;
    context.lineTo(...place(event));
    context.stroke();
    empty = false;
  });
  const typed = h("input", { id: "signature-typed", maxlength: 40, autocomplete: "off" });
  typed.addEventListener("input", () => {
    clear();
    context.fillStyle = "#10161c";
    context.font = "48px cursive";
    context.fillText(typed.value, 24, HEIGHT / 2 + 16, WIDTH - 48);
    empty = !typed.value.trim();
  });
  return showSheet({
    title: gettext("Signature"),
    children: [
      h("div", { class: "drawing-frame" }, canvas),
      h("label", { for: "signature-typed", text: gettext("Or type the name") }), typed,
      h("button", { type: "button", text: pgettext("signature", "Clear"), onclick: () => { typed.value = ""; clear(); } }),
    ],
    confirm: gettext("Use signature"),
    answer: () => (empty ? undefined : new Promise((resolve) => canvas.toBlob(resolve, "image/png"))),
  });
}
