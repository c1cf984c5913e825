/** A photograph for proof: made smaller on the phone, and faces and plates blurred by hand. */

import { h } from "../base/dom.js";
import { showSheet } from "./sheet.js";

/** Enough to read a sign; a tenth of what a camera makes. */
const LONGEST_SIDE = 1600;
const QUALITY = 0.82;
/** So many blocks along the longer side: nothing of a face is left in a block. */
const BLOCKS = 48;

/** The picture as JPEG, without the file's data on place and device; null when it was given up. */
export async function prepare(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = h("canvas", { class: "drawing", tabindex: 0, role: "img", "aria-label": gettext("The photo. Draw over faces and plates with a finger; with the keyboard, arrows move the mark and Space blurs.") });
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  // JPEG knows no transparency: what is transparent would become black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const mark = letBlur(canvas, context);
  return showSheet({
    title: gettext("Blur bystanders"),
    text: gettext("Draw over faces and number plates of people who have nothing to do with it. What is blurred cannot be seen again."),
    children: [h("div", { class: "drawing-frame" }, canvas, mark)],
    confirm: gettext("Use photo"),
    answer: () => new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY)),
  });
}

/** Pointer and keyboard pixelate blocks of the canvas; gives the mark that the keyboard moves. */
function letBlur(canvas, context) {
  const side = Math.max(8, Math.ceil(Math.max(canvas.width, canvas.height) / BLOCKS));
  const mark = h("span", { class: "mark", "aria-hidden": "true" });
  const at = { x: canvas.width / 2, y: canvas.height / 2 };
  const blurAt = (x, y) => {
    for (const dx of [-1, 0, 1]) for (const dy of [-1, 0, 1]) pixelate(context, Math.floor(x / side) + dx, Math.floor(y / side) + dy, side);
  };
  const blurUnder = (event) => {
    const box = canvas.getBoundingClientRect();
    blurAt(((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height);
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    blurUnder(event);
  });
  canvas.addEventListener("pointermove", (event) => event.buttons && blurUnder(event));
  canvas.addEventListener("keydown", (event) => {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (event.key === " ") blurAt(at.x, at.y);
    else if (!dx && !dy) return;
    event.preventDefault();
    at.x = Math.min(canvas.width - 1, Math.max(0, at.x + dx * side));
    at.y = Math.min(canvas.height - 1, Math.max(0, at.y + dy * side));
    mark.style.setProperty("left", `${(100 * at.x) / canvas.width}%`);
    mark.style.setProperty("top", `${(100 * at.y) / canvas.height}%`);
  });
  return mark;
}

function pixelate(context, column, row, side) {
  const { canvas } = context;
  const [left, top] = [column * side, row * side];
  const [width, height] = [Math.min(side, canvas.width - left), Math.min(side, canvas.height - top)];
  if (left < 0 || top < 0 || width <= 0 || height <= 0) return;
  const { data } = context.getImageData(left, top, width, height);
  const sum = [0, 0, 0];
  for (let index = 0; index < data.length; index += 4) for (let band = 0; band < 3; band += 1) sum[band] += data[index + band];
  const [red, green, blue] = sum.map((one) => Math.round(one / (data.length / 4)));
  context.fillStyle = `rgb(${red} ${green} ${blue})`;
  context.fillRect(left, top, width, height);
}
