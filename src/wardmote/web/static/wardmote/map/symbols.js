/** Map symbols painted at start: a shape, a colour and a number for each priority, and places. */

import { token } from "../base/theme.js";

const RATIO = 2;

/** Each priority has a shape of its own, so that nobody depends on colour. */
const SHAPES = {
  1: [[0, -1], [1, 0], [0, 1], [-1, 0]],
  2: [[0, -1], [1, 0.8], [-1, 0.8]],
  3: [[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]],
  4: null,
};

/** Put every symbol into the map's style, in the colours of the shown theme. */
export function addSymbols(map) {
  for (const priority of [1, 2, 3, 4]) {
    add(map, `call-${priority}`, incidentSymbol(priority, token(`--p${priority}`), token("--on-p")));
  }
  add(map, "post", postSymbol(token("--accent"), token("--on-accent")));
  add(map, "key-place", keyPlaceSymbol(token("--warn"), token("--panel")));
}

function add(map, name, image) {
  if (map.hasImage(name)) map.updateImage(name, image);
  else map.addImage(name, image, { pixelRatio: RATIO });
}

function canvasOf(size) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * RATIO;
  const context = canvas.getContext("2d");
  context.scale(RATIO, RATIO);
  context.translate(size / 2, size / 2);
  context.lineJoin = "round";
  context.textAlign = "center";
  context.textBaseline = "middle";
  return { canvas, context };
}

function pixels(canvas) {
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
}

function incidentSymbol(priority, colour, ink) {
  const size = 34;
  const { canvas, context } = canvasOf(size);
  const radius = priority === 1 ? 14 : 13;
  context.beginPath();
  if (SHAPES[priority]) {
    SHAPES[priority].forEach(([x, y], index) =>
      index ? context.lineTo(x * radius, y * radius) : context.moveTo(x * radius, y * radius));
    context.closePath();
  } else {
    context.arc(0, 0, radius - 2, 0, 2 * Math.PI);
  }
  context.lineWidth = 4;
  context.strokeStyle = ink;
  context.stroke();
  context.fillStyle = colour;
  context.fill();
  context.fillStyle = ink;
  context.font = '700 13px "Inter", "Segoe UI", system-ui, sans-serif';
  context.fillText(String(priority), 0, priority === 2 ? 3 : 0.5);
  return pixels(canvas);
}

function postSymbol(colour, ink) {
  const { canvas, context } = canvasOf(24);
  context.beginPath();
  context.roundRect(-9, -9, 18, 18, 4);
  context.fillStyle = colour;
  context.strokeStyle = ink;
  context.lineWidth = 2;
  context.fill();
  context.stroke();
  context.beginPath();
  context.moveTo(-4.5, 5);
  context.lineTo(-4.5, -1);
  context.lineTo(0, -5);
  context.lineTo(4.5, -1);
  context.lineTo(4.5, 5);
  context.strokeStyle = ink;
  context.lineWidth = 2;
  context.stroke();
  return pixels(canvas);
}

function keyPlaceSymbol(colour, ink) {
  const { canvas, context } = canvasOf(18);
  context.beginPath();
  for (let point = 0; point < 10; point += 1) {
    const radius = point % 2 ? 3.2 : 7.5;
    const angle = (point * Math.PI) / 5 - Math.PI / 2;
    context.lineTo(radius * Math.cos(angle), radius * Math.sin(angle));
  }
  context.closePath();
  context.fillStyle = colour;
  context.strokeStyle = ink;
  context.lineWidth = 1.5;
  context.stroke();
  context.fill();
  return pixels(canvas);
}
