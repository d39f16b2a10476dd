// The layers of "Draw a digit": the network's values, and one unit taken apart.

import { unpacked } from "./canvas.mjs";
import { BLOCK, SIDE, range } from "./drawing.mjs";
import { Network, softmax, tensor } from "./network.mjs";
import { clamp } from "./ui.mjs";

const INPUT = SIDE / BLOCK; // blocks
export const LAYERS = ["input", "conv1", "pool1", "conv2", "pool2", "dense1", "dense2"];

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
