// Changed pictures: flips, scaling, rotation and shift as one affine map, then contrast, brightness and noise.

import { generator } from "./random.mjs";
import { clamp, format } from "./ui.mjs";

export const degrees = (value) => `${format(value, 0)}°`;
export const factor = (value) => `${format(value)}\u00a0×`;
export const share = (value) => `${format(100 * value, 1)}\u00a0%`;
const yes = (value) => (value ? "yes" : "no");
/** The changes in the order in which they are done; `nothing` is the amount that changes nothing. */
export const CHANGES = {
  flip_lr: { name: "Flip left–right", least: 0, most: 1, step: 1, nothing: 0, show: yes },
  flip_ud: { name: "Flip up–down", least: 0, most: 1, step: 1, nothing: 0, show: yes },
  scale: { name: "Scale", least: 0.4, most: 1.6, step: 0.05, nothing: 1, show: factor },
  rotation: { name: "Rotate", least: -180, most: 180, step: 5, nothing: 0, show: degrees },
  shift_x: { name: "Shift right", least: -0.5, most: 0.5, step: 0.025, nothing: 0, show: share },
  shift_y: { name: "Shift down", least: -0.5, most: 0.5, step: 0.025, nothing: 0, show: share },
  contrast: { name: "Contrast", least: 0, most: 2, step: 0.05, nothing: 1, show: factor },
  brightness: { name: "Brightness", least: -1, most: 1, step: 0.05, nothing: 0, show: format },
  noise: { name: "Noise", least: 0, most: 0.6, step: 0.02, nothing: 0, show: format },
};
export const NAMES = Object.keys(CHANGES);
export const FLIPS = ["flip_lr", "flip_ud"];
/** What an axis with a change's amounts is called. */
export const AXIS = {
  flip_lr: "flipped left–right",
  flip_ud: "flipped up–down",
  scale: "size, as a factor",
  rotation: "rotation in degrees, anticlockwise",
  shift_x: "shift to the right, in parts of the width",
  shift_y: "shift down, in parts of the height",
  contrast: "contrast, as a factor",
  brightness: "brightness added",
  noise: "standard deviation of the noise",
};

/** A change's amounts from the least to the largest. */
export function amountsOf(change) {
  const { least, most, step } = CHANGES[change];
  return Array.from({ length: Math.round((most - least) / step) + 1 }, (_, i) => Number((least + i * step).toFixed(6)));
}

export const amountIn = (amounts, change) => amounts[change] ?? CHANGES[change].nothing;

/** Where a pixel of the result is read: [row, column] = matrix · [row, column] + offset; matrix row by row. */
export function affine(height, side, amounts) {
  const of = (change) => amountIn(amounts, change),
    angle = (of("rotation") * Math.PI) / 180,
    down = (1 - 2 * of("flip_ud")) / of("scale"),
    right = (1 - 2 * of("flip_lr")) / of("scale");
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)],
    matrix = [down * cosine, down * sine, -right * sine, right * cosine]; // the way back; rows count downwards
  const row = (side - 1) / 2 + side * of("shift_y"),
    column = (side - 1) / 2 + side * of("shift_x"),
    middle = (height - 1) / 2;
  return {
    matrix,
    offset: [middle - matrix[0] * row - matrix[1] * column, middle - matrix[2] * row - matrix[3] * column],
  };
}

/** The square in the middle of a picture { values, height, channels }, moved; linear between pixels, 0 outside. */
export function moved({ values, height, channels }, side, amounts) {
  const { matrix, offset } = affine(height, side, amounts),
    result = new Float64Array(side * side * channels);
  const add = (to, i, j, weight) => {
    if (!weight || i < 0 || j < 0 || i >= height || j >= height) return;
    const from = (i * height + j) * channels;
    for (let c = 0; c < channels; c++) result[to + c] += weight * values[from + c];
  };
  for (let i = 0, to = 0; i < side; i++)
    for (let j = 0; j < side; j++, to += channels) {
      const y = matrix[0] * i + matrix[1] * j + offset[0],
        x = matrix[2] * i + matrix[3] * j + offset[1],
        row = Math.floor(y),
        column = Math.floor(x);
      const [v, u] = [y - row, x - column];
      add(to, row, column, (1 - v) * (1 - u));
      add(to, row, column + 1, (1 - v) * u);
      add(to, row + 1, column, v * (1 - u));
      add(to, row + 1, column + 1, v * u);
    }
  return result;
}

let normals = new Float64Array(0);
/** So many standard normal numbers, always the same: the noise grows with its slider and does not flicker. */
function noiseOf(count) {
  if (normals.length < count) {
    const { normal } = generator(36);
    normals = Float64Array.from({ length: count }, normal);
  }
  return normals;
}

/** The picture with all changes: moved, then contrast about each channel's mean, brightness and noise, each cut at 0 and 1. */
export function changed(one, side, amounts) {
  const values = moved(one, side, amounts),
    { channels } = one,
    [contrast, added, noise] = ["contrast", "brightness", "noise"].map((name) => amountIn(amounts, name));
  if (contrast !== 1)
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let i = c; i < values.length; i += channels) sum += values[i];
      const mean = (sum * channels) / values.length;
      for (let i = c; i < values.length; i += channels) values[i] = clamp(mean + contrast * (values[i] - mean), 0, 1);
    }
  const random = noise ? noiseOf(values.length) : null;
  for (let i = 0; i < values.length; i++) {
    values[i] = clamp(values[i] + added, 0, 1);
    if (noise) values[i] = clamp(values[i] + noise * random[i], 0, 1);
  }
  return values;
}
