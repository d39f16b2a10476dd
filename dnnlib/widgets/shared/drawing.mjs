// A drawing of a digit, 32 × 32 pixels: ink, and the form that the data set's digits have.

import { clamp } from "./ui.mjs";

export const SIDE = 32; // pixels of a drawing
export const BLOCK = 4; // pixels of a block
const INPUT = SIDE / BLOCK; // blocks
export const PEN = 1.6; // half of the pen's width
const WIDTH = 20,
  LEAST_INK = 256,
  MOST_INK = 370;
export const range = (n) => Array.from({ length: n }, (_, i) => i);
export const total = (numbers) => numbers.reduce((a, b) => a + b, 0);

/** 128 bytes to 1,024 pixels, row by row, the highest bit first; and back. */
export const unpackBits = (bytes) =>
  Uint8Array.from({ length: 8 * bytes.length }, (_, i) => (bytes[i >> 3] >> (7 - (i & 7))) & 1);
export const packBits = (bitmap) =>
  Uint8Array.from({ length: bitmap.length / 8 }, (_, i) =>
    range(8).reduce((byte, k) => 2 * byte + bitmap[8 * i + k], 0),
  );

/** Switches on (or off) the pixels whose centre is at most radius away from the line between two points [x, y]. */
export function ink(bitmap, [x0, y0], [x1, y1], on = 1, radius = PEN) {
  const changed = Uint8Array.from(bitmap),
    dx = x1 - x0,
    dy = y1 - y0,
    square = dx * dx + dy * dy || 1;
  for (let i = 0; i < SIDE; i++)
    for (let j = 0; j < SIDE; j++) {
      const x = j + 0.5,
        y = i + 0.5,
        t = clamp(((x - x0) * dx + (y - y0) * dy) / square, 0, 1);
      if ((x - x0 - t * dx) ** 2 + (y - y0 - t * dy) ** 2 <= radius ** 2) changed[i * SIDE + j] = on;
    }
  return changed;
}

/** How the drawing's bounding box is placed in the frame: [centre, scale] along rows and along columns; or null. */
export function placement(bitmap) {
  let top = SIDE,
    bottom = 0,
    left = SIDE,
    right = 0;
  for (let k = 0; k < bitmap.length; k++)
    if (bitmap[k]) {
      const i = Math.floor(k / SIDE),
        j = k % SIDE;
      [top, bottom] = [Math.min(top, i), Math.max(bottom, i + 1)];
      [left, right] = [Math.min(left, j), Math.max(right, j + 1)];
    }
  if (!bottom) return null;
  const limit = Math.min(SIDE / (bottom - top), 4),
    wide = Math.min(WIDTH / (right - left), 1.5 * limit);
  return [
    [(top + bottom) / 2, Math.min(limit, 3 * wide)],
    [(left + right) / 2, wide],
  ];
}

/** Each pixel on if it or one of its four neighbours is; or, to thin, if all of them are. */
function spreadInk(bitmap, thicken) {
  const at = (i, j) => (i < 0 || j < 0 || i >= SIDE || j >= SIDE ? !thicken : bitmap[i * SIDE + j] > 0) === thicken;
  return Uint8Array.from(bitmap, (_, k) => {
    const i = Math.floor(k / SIDE),
      j = k % SIDE;
    return (at(i, j) || at(i - 1, j) || at(i + 1, j) || at(i, j - 1) || at(i, j + 1)) === thicken ? 1 : 0;
  });
}

/** The drawing in the form of the data set: centred, 32 rows high, 20 columns wide, strokes of one weight. */
export function fitted(bitmap) {
  const place = placement(bitmap);
  if (!place) return Uint8Array.from(bitmap);
  const [rows, columns] = place.map(([centre, scale]) =>
    range(SIDE).map((k) => Math.floor((k + 0.5 - SIDE / 2) / scale + centre)),
  );
  const inside = (v) => v >= 0 && v < SIDE;
  let result = Uint8Array.from(
    rows.flatMap((i) => columns.map((j) => (inside(i) && inside(j) ? bitmap[i * SIDE + j] : 0))),
  );
  while (total(result) < LEAST_INK) result = spreadInk(result, true);
  while (total(result) > MOST_INK) {
    const thinner = spreadInk(result, false);
    if (!total(thinner)) break;
    result = thinner;
  }
  return result;
}

/** The pixels that are on in each block of 4 × 4: 64 numbers from 0 to 16. */
export function counted(bitmap) {
  const counts = new Array(INPUT * INPUT).fill(0);
  for (let k = 0; k < bitmap.length; k++) {
    counts[Math.floor(k / SIDE / BLOCK) * INPUT + Math.floor((k % SIDE) / BLOCK)] += bitmap[k];
  }
  return counts;
}
