// The signing page: a pad to draw on, and a name in three faces. The server draws
// the picture of a signature itself, of the strokes or of the name.
import SignaturePad from "signature_pad";

const round = (n) => Math.round(n * 10) / 10;

for (const box of document.querySelectorAll("[data-pad]")) {
  const canvas = box.querySelector("canvas");
  const field = box.querySelector("[data-pad-strokes]");
  const clear = box.querySelector("[data-pad-clear]");
  const undo = box.querySelector("[data-pad-undo]");
  const pad = new SignaturePad(canvas, { minWidth: 1, maxWidth: 2.6 });
  let width = 0; // that the strokes were drawn in

  const write = () => {
    const strokes = pad.toData().map(({ points }) => points.map(({ x, y }) => [round(x), round(y)]));
    field.value = strokes.length ? JSON.stringify(strokes) : "";
    for (const button of [clear, undo]) if (button) button.disabled = !strokes.length;
    box.toggleAttribute("data-drawn", strokes.length > 0);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const draw = (strokes) => {
    const penColor = getComputedStyle(canvas).color;
    pad.penColor = penColor;
    pad.fromData(strokes.map((stroke) => ({ ...stroke, penColor })));
  };
  // A canvas has as many pixels as the screen, and loses what is on it when that
  // changes.
  const fit = () => {
    const { clientWidth, clientHeight } = canvas;
    if (!clientWidth) return;
    const ratio = Math.max(devicePixelRatio || 1, 1);
    const strokes = pad.toData();
    const scale = width ? clientWidth / width : 1;
    width = clientWidth;
    canvas.width = clientWidth * ratio;
    canvas.height = clientHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    draw(strokes.map((stroke) => ({ ...stroke, points: stroke.points.map((point) => ({ ...point, x: point.x * scale, y: point.y * scale })) })));
    if (strokes.length) write();
  };

  // What was drawn before the page came back with an error.
  const before = () => {
    try {
      return JSON.parse(field.value || "[]").map((points) => ({ points: points.map(([x, y]) => ({ x, y, pressure: 0.5, time: 0 })), minWidth: 1, maxWidth: 2.6, dotSize: 0, velocityFilterWeight: 0.7, compositeOperation: "source-over" }));
    } catch {
      return [];
    }
  };
  draw(before());
  new ResizeObserver(fit).observe(canvas);
  const again = () => draw(pad.toData());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  pad.addEventListener("endStroke", write);
  clear?.addEventListener("click", () => {
    pad.clear();
    write();
  });
  undo?.addEventListener("click", () => {
    draw(pad.toData().slice(0, -1));
    write();
  });
  write();
}

// A name, as it will look
for (const input of document.querySelectorAll("[data-mark-name]")) {
  const say = () => {
    for (const preview of document.querySelectorAll("[data-mark-preview]")) preview.textContent = input.value.trim() || preview.dataset.markPreview;
  };
  input.addEventListener("input", say);
  say();
}
