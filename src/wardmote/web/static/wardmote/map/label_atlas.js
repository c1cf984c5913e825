/** Call signs painted once into one texture: red is the text, green its halo. */

export const LABEL_WIDTH = 104;
export const LABEL_HEIGHT = 20;
const RATIO = 2;
const COLUMNS = 19;
const FONT = `600 ${12 * RATIO}px "Inter", "Segoe UI", system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif`;
/** More call signs than this cannot be told apart on one screen; the rest stay unlabelled. */
const MOST_LABELS = 1900;

export class LabelAtlas {
  constructor(gl) {
    this.gl = gl;
    this.texture = gl.createTexture();
    this.cell = [1, 1];
  }

  /** Paint `labels`; answers per label the cell's left, top and the used share of its width. */
  write(labels) {
    const { gl } = this;
    const painted = Math.min(labels.length, MOST_LABELS);
    const rows = Math.max(1, Math.ceil(painted / COLUMNS));
    const canvas = document.createElement("canvas");
    canvas.width = COLUMNS * LABEL_WIDTH * RATIO;
    canvas.height = rows * LABEL_HEIGHT * RATIO;
    const context = canvas.getContext("2d");
    context.font = FONT;
    context.textBaseline = "middle";
    context.textAlign = "left";
    context.lineJoin = "round";
    context.lineWidth = 4 * RATIO;
    const cells = new Float32Array(labels.length * 3);
    for (let index = 0; index < painted; index += 1) {
      const column = index % COLUMNS;
      const row = Math.floor(index / COLUMNS);
      const used = this.paint(context, labels[index], column * LABEL_WIDTH * RATIO, row * LABEL_HEIGHT * RATIO);
      cells.set([column / COLUMNS, row / rows, used], index * 3);
    }
    this.cell = [1 / COLUMNS, 1 / rows];
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, canvas);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    return cells;
  }

  paint(context, label, left, top) {
    const padding = 5 * RATIO;
    const most = LABEL_WIDTH * RATIO - 2 * padding;
    const width = Math.min(most, context.measureText(label).width);
    const middle = top + (LABEL_HEIGHT * RATIO) / 2;
    context.strokeStyle = "#00ff00";
    context.strokeText(label, left + padding, middle, most);
    context.fillStyle = "#ff0000";
    context.fillText(label, left + padding, middle, most);
    return (width + 2 * padding) / (LABEL_WIDTH * RATIO);
  }

  release() {
    this.gl.deleteTexture(this.texture);
  }
}
