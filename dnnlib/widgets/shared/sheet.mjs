// A sheet of 32 × 32 pixels to draw a digit on, by mouse, finger or pen, or by keys.

import { coloursOf } from "./canvas.mjs";
import { draggable } from "./drag.mjs";
import { BLOCK, PEN, SIDE, ink, total } from "./drawing.mjs";
import { clamp, h } from "./ui.mjs";

/** A bitmap's 128 bytes as the link holds them, in base 64; and back, undefined where they are not 128. */
export const bitmapText = ({ buffer, byteOffset }) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer, byteOffset, (SIDE * SIDE) / 8)));
export function bitmapFrom(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return bytes.length === (SIDE * SIDE) / 8 ? new DataView(bytes.buffer) : undefined;
}

/** A sheet's colours from the style sheet, as they are now. */
export function sheetColours(el) {
  const { of, bytes } = coloursOf(el),
    plain = Object.fromEntries(["bg", "fg", "muted", "accent"].map((name) => [name, of(name)]));
  return { ...plain, lines: `rgb(${bytes("strong")} / 40%)`.replaceAll(",", " ") };
}

/** A bitmap on a canvas, each pixel a square of `size`, with the blocks' borders; a part of it outlined. */
export function paintBitmap(context, bitmap, size, { bg, fg, accent, lines }, part, thick) {
  const end = SIDE * size;
  context.fillStyle = bg;
  context.fillRect(0, 0, end, end);
  context.fillStyle = fg;
  bitmap.forEach((on, k) => {
    if (on) context.fillRect((k % SIDE) * size, Math.floor(k / SIDE) * size, size, size);
  });
  context.fillStyle = lines;
  for (let k = BLOCK * size; k < end; k += BLOCK * size) {
    context.fillRect(k - 1, 0, 2, end);
    context.fillRect(0, k - 1, end, 2);
  }
  Object.assign(context, { strokeStyle: accent, lineWidth: thick });
  if (part) context.strokeRect(...[part.x, part.y, part.width, part.height].map((v) => v * size));
}

const PEN_KEYS = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  Home: [-1, -1],
  PageUp: [1, -1],
  End: [-1, 1],
  PageDown: [1, 1],
}; // the corners as on a number pad

/**
 * The sheet to draw on, by pointer and by keys. onInk(change, start) gets a function (bitmap, on) -> bitmap and
 * whether a stroke begins; onDone() says that one has ended, onClear() asks for a new sheet, onLook() for a redraw,
 * onSay(text) for a text to be read aloud.
 */
export function sheet({ onInk, onDone, onClear, onLook, onSay }) {
  const size = 16,
    canvas = h("canvas", {
      class: "xp-sheet",
      width: SIDE * size,
      height: SIDE * size,
      tabindex: 0,
      role: "application",
      "aria-label":
        "Sheet of 32 by 32 pixels. Arrow keys move the pen, Home, End, Page Up and " +
        "Page Down move it diagonally, Space lowers and lifts it, Delete clears the sheet",
    });
  const hint = h("p", { class: "xp-hint" });
  let pen = [16, 6],
    down = false,
    keys = false,
    last = null; // keys: whether the pen is led by them

  function say() {
    const [x, y] = pen.map(Math.round);
    const [state, space] = down ? ["down", "lifts"] : ["up", "lowers"];
    hint.textContent = keys
      ? `Pen ${state} at row ${y}, column ${x}. Space ${space} it, Delete clears the sheet.`
      : "Mouse, finger or pen. Or keys: arrows move the pen, Space lowers it.";
    if (keys) onSay(`Pen ${state}, row ${y}, column ${x}.`);
    onLook();
  }
  const point = ({ clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((clientX - left) / width) * SIDE, ((clientY - top) / height) * SIDE];
  };
  function line(points, start) {
    const from = last ?? points[0];
    onInk((bitmap, on) => points.reduce(([drawn, a], b) => [ink(drawn, a, b, on), b], [bitmap, from])[0], start);
    last = pen = points.at(-1);
  }
  function move(by, far) {
    const from = pen;
    pen = pen.map((v, axis) => clamp(Math.round(v) + far * by[axis], 1, SIDE - 1));
    if (down) onInk((bitmap, on) => ink(bitmap, from, pen, on), false);
  }
  function lower() {
    down = !down;
    if (down) onInk((bitmap, on) => ink(bitmap, pen, pen, on), true);
  }
  const actions = {
    " ": lower,
    Enter: lower,
    Escape() {
      down = false;
    },
    Delete: onClear,
    Backspace: onClear,
  };
  draggable(canvas, {
    onGrab() {
      keys = down = false;
    },
    onMove(_x, _y, event) {
      const between = event.getCoalescedEvents?.() ?? [], // what the pen did since the last frame
        start = !last;
      line((between.length ? between : [event]).map(point), start);
      if (start) say();
    },
    onDrop() {
      last = null;
      onDone();
    },
    onKey(event) {
      const by = PEN_KEYS[event.key],
        act = actions[event.key];
      if (!by && !act) return false;
      keys = true;
      if (by) move(by, event.shiftKey ? 1 : 2);
      else act();
      if (down) onDone();
      say();
      return true;
    },
  });
  canvas.addEventListener("focus", () => {
    keys = canvas.matches(":focus-visible");
    say();
  });
  canvas.addEventListener("blur", () => {
    keys = down = false;
    say();
  });

  /** Draws a bitmap and outlines a part of it, { x, y, width, height } in pixels. */
  function show(bitmap, colours, part) {
    const context = canvas.getContext("2d"),
      middle = (SIDE * size) / 2,
      empty = !total(bitmap);
    paintBitmap(context, bitmap, size, colours, empty ? null : part, 5);
    if (empty && !keys) {
      Object.assign(context, { font: "500 34px system-ui, sans-serif", textAlign: "center", fillStyle: colours.muted });
      context.fillText("draw a digit here", middle, middle + 12);
    }
    if (!keys) return;
    context.beginPath();
    context.arc(pen[0] * size, pen[1] * size, PEN * size, 0, 7);
    context.fillStyle = colours.accent;
    if (down) context.fill();
    context.stroke();
  }
  say();
  return { el: h("div", { class: "xp-draw" }, canvas, hint), show };
}
