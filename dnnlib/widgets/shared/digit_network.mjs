// The arithmetic of "Draw a digit": from a drawing to the network's input, through its layers, one unit taken apart.

import { unpacked } from "./canvas.mjs";
import { Network, softmax, tensor } from "./network.mjs";
import { clamp } from "./ui.mjs";

export const SIDE = 32; // pixels of a drawing
export const BLOCK = 4; // pixels of a block
const INPUT = SIDE / BLOCK; // blocks
export const PEN = 1.6; // half of the pen's width
const WIDTH = 20,
  LEAST_INK = 256,
  MOST_INK = 370;
export const LAYERS = ["input", "conv1", "pool1", "conv2", "pool2", "dense1", "dense2"];
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

/** Unpacks Python's zlib bytes: a promise of one Float32Array for each shape. */
export async function unpackWeights(data, shapes) {
  const all = new Float32Array(await unpacked(data));
  let end = 0;
  return shapes.map((shape) => {
    const start = end;
    end += shape.reduce((a, b) => a * b);
    return all.subarray(start, end);
  });
}

/** All layers' values { values, before (ReLU or softmax), side, maps }, from 64 inputs of 0 to 1, by LAYERS' names. */
export function forward(input, weights) {
  const [filters1, filters2, hidden, classes] = [1, 3, 5, 7].map((bias) => weights[bias].length),
    kernel_initializer = "zeros"; // the weights come next
  const conv = (filters) => ["Conv2D", { filters, kernel_size: 3, padding: "same", kernel_initializer }],
    dense = (units) => ["Dense", { units, kernel_initializer }];
  const layers = [conv(filters1), ["ReLU"], ["MaxPooling2D"], conv(filters2), ["ReLU"], ["MaxPooling2D"], ["Flatten"]];
  const net = new Network([...layers, dense(hidden), ["ReLU"], dense(classes)], { input_shape: [INPUT, INPUT, 1] });
  net.setWeights(weights);
  const x = tensor(input, [1, INPUT, INPUT, 1]),
    scores = net.forward(x),
    [conv1, act1, pool1, conv2, act2, pool2, , dense1, act3] = net.outputs;
  const layer = (before, { data, shape } = before) => {
    const [side, maps] = shape.length === 4 ? [shape[1], shape[3]] : [1, shape[1]];
    return { values: data, before: before.data, side, maps };
  };
  return {
    input: layer(x),
    conv1: layer(conv1, act1),
    pool1: layer(pool1),
    conv2: layer(conv2, act2),
    pool2: layer(pool2),
    dense1: layer(dense1, act3),
    dense2: layer(scores, softmax(scores)),
  };
}

/** A unit [layer, row, column, map] that exists in these layers: what is too large is cut to the last. */
export function valid([name, row = 0, column = 0, map = 0], acts) {
  const layer = LAYERS.includes(name) ? name : "conv1",
    { side, maps } = acts[layer];
  return [layer, clamp(row, 0, side - 1), clamp(column, 0, side - 1), clamp(map, 0, maps - 1)];
}

export const flat = ({ side, maps }, row, column, map) => (row * side + column) * maps + map;

/** Of each layer up to the unit's own, the rows and the columns, [first, last + 1], that its value depends on. */
export function reach([name, row, column]) {
  const found = {},
    sides = [0, INPUT, INPUT, INPUT / 2, INPUT / 2, INPUT / 4, 1]; // of the layer before
  let rows = [row, row + 1],
    columns = [column, column + 1];
  for (let k = LAYERS.indexOf(name); k >= 0; k--) {
    const layer = LAYERS[k],
      side = sides[k];
    found[layer] = { rows, columns };
    const back = ([a, b]) =>
      layer.startsWith("conv")
        ? [Math.max(0, a - 1), Math.min(side, b + 1)]
        : layer.startsWith("pool")
          ? [2 * a, 2 * b]
          : [0, side];
    [rows, columns] = [back(rows), back(columns)];
  }
  return found;
}

/** How a value is made: { kind, source, terms: [{ row, column, map, x, weight, product }], bias, before, value }. */
export function takeApart(acts, weights, unit) {
  const [name, row, column, map] = unit,
    source = LAYERS[LAYERS.indexOf(name) - 1];
  const own = acts[name],
    from = acts[source];
  const at = flat(own, row, column, map),
    made = { source, before: own.before[at], value: own.values[at] };
  if (name === "input") return { ...made, kind: "input" };
  const read = (i, j, m) => {
    const outside = i < 0 || j < 0 || i >= from.side || j >= from.side;
    return { row: i, column: j, map: m, outside, x: outside ? 0 : from.values[flat(from, i, j, m)] };
  };
  if (name.startsWith("pool")) {
    const terms = range(4).map((t) => read(2 * row + (t >> 1), 2 * column + (t & 1), map));
    return { ...made, kind: "pool", terms, winner: terms.findIndex(({ x }) => x === made.value) };
  }
  const k = 2 * ["conv1", "conv2", "dense1", "dense2"].indexOf(name),
    bias = weights[k + 1][map];
  const times = (term, w) => {
    const weight = weights[k][w * own.maps + map];
    return { ...term, weight, product: term.x * weight };
  };
  if (name.startsWith("conv")) {
    const terms = range(from.maps).flatMap((m) =>
      range(9).map((t) => times(read(row + Math.floor(t / 3) - 1, column + (t % 3) - 1, m), t * from.maps + m)),
    );
    return { ...made, kind: "conv", terms, bias };
  }
  const terms = range(from.values.length).map((w) => {
    const place = Math.floor(w / from.maps);
    return times(read(Math.floor(place / from.side), place % from.side, w % from.maps), w);
  });
  return { ...made, kind: "dense", terms: terms.sort((a, b) => Math.abs(b.product) - Math.abs(a.product)), bias };
}
