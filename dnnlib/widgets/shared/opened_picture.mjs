// A picture of the reader's own, of a digit or whatever: read in the page, and brought to a drawing of 32 × 32 pixels.

import { SIDE } from "./drawing.mjs";

const LARGEST = 256, // pixels of a picture's longer side; larger ones are scaled down first
  INNER = 28, // pixels of the drawing that the ink's longer side takes
  FINE = 4, // places along each side at which a pixel of the drawing is looked up
  ENOUGH = 3, // of these 16 on ink make it black: thin strokes stay
  LEAST = 24; // levels of 256 between ink and paper

/** Brightness from 0 to 255 of pixels of red, green, blue and opacity, on white paper (weights of ITU-R BT.601). */
export function greyOf(rgba) {
  return Float64Array.from({ length: rgba.length / 4 }, (_, i) => {
    const [red, green, blue, opacity] = rgba.slice(4 * i, 4 * i + 4);
    return 255 + ((0.299 * red + 0.587 * green + 0.114 * blue - 255) * opacity) / 255;
  });
}

/** The level that parts dark from bright so that the means of both lie farthest apart, weighted: Otsu (1979). */
export function levelOf(grey) {
  const counts = new Array(256).fill(0);
  for (const value of grey) counts[Math.round(value)] += 1;
  const all = counts.reduce((sum, count, level) => sum + count * level, 0);
  let dark = 0,
    darkSum = 0,
    most = -1,
    best = 0;
  for (let level = 0; level < 255; level++) {
    dark += counts[level];
    darkSum += counts[level] * level;
    const bright = grey.length - dark;
    if (!dark || !bright) continue;
    const apart = dark * bright * (darkSum / dark - (all - darkSum) / bright) ** 2;
    if (apart > most) [most, best] = [apart, level];
  }
  return best;
}

/** Where ink is, 1 for each pixel: on the side of the level on which most of the picture's border isn't. */
export function inkOf(grey, width, height) {
  const level = levelOf(grey),
    dark = Uint8Array.from(grey, (value) => (Math.round(value) <= level ? 1 : 0));
  let border = 0,
    count = 0;
  for (let i = 0; i < height; i++)
    for (let j = 0; j < width; j += i && i < height - 1 ? Math.max(1, width - 1) : 1) {
      border += dark[i * width + j];
      count += 1;
    }
  return 2 * border > count ? dark.map((on) => 1 - on) : dark;
}

/** The ink's bounding box in the middle of a drawing of 32 × 32 pixels; null without ink. */
export function drawingOf(ink, width, height) {
  const rows = [],
    columns = [];
  ink.forEach((on, k) => {
    if (!on) return;
    const i = Math.floor(k / width),
      j = k % width;
    rows[0] = Math.min(rows[0] ?? i, i);
    rows[1] = Math.max(rows[1] ?? 0, i + 1);
    columns[0] = Math.min(columns[0] ?? j, j);
    columns[1] = Math.max(columns[1] ?? 0, j + 1);
  });
  if (!rows.length) return null;
  const scale = Math.max(rows[1] - rows[0], columns[1] - columns[0]) / INNER; // pixels of the picture in one of these
  const place = (at, [from, to]) => Math.floor((from + to) / 2 + (at - SIDE / 2) * scale);
  const inside = (i, j) => i >= 0 && j >= 0 && i < height && j < width && ink[i * width + j];
  return Uint8Array.from({ length: SIDE * SIDE }, (_, k) => {
    const [i, j] = [Math.floor(k / SIDE), k % SIDE];
    let found = 0;
    for (let t = 0; t < FINE * FINE; t++) {
      const down = (Math.floor(t / FINE) + 0.5) / FINE,
        across = ((t % FINE) + 0.5) / FINE;
      found += inside(place(i + down, rows), place(j + across, columns)) ? 1 : 0;
    }
    return found >= ENOUGH ? 1 : 0;
  });
}

/** A drawing from pixels of red, green, blue and opacity; null where all are about as bright. */
export function reduced(rgba, width, height) {
  const grey = greyOf(rgba);
  let [low, high] = [255, 0];
  for (const value of grey) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high - low < LEAST ? null : drawingOf(inkOf(grey, width, height), width, height);
}

/** The drawing in a file: a promise, which is rejected with a message for the reader where there is none. */
export async function openedPicture(file) {
  let image;
  try {
    image = await createImageBitmap(file);
  } catch {
    throw new Error(`The browser can\u2019t read ${file.name} as a picture. Choose a PNG, a JPEG or a GIF.`);
  }
  const scale = Math.min(1, LARGEST / Math.max(image.width, image.height)),
    [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * scale)));
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
  image.close();
  const drawing = reduced(context.getImageData(0, 0, width, height).data, width, height);
  if (!drawing) throw new Error(`${file.name} is about equally bright everywhere: there is no stroke to see.`);
  return drawing;
}
