// The way back through a convolution or max pooling of one example: each sum with its products, from either end.
//
// A state is { image[ch], weights[f][ch], errors[f], layer, stride, padding, dilation } with tables of numbers, the
// last three a pair [height, width], and layer "convolution" or "max_pooling". An error is the gradient of the loss by
// an output.

import { convOutputSize } from "./convolution.mjs";
import { resized } from "./ui.mjs";

export const tabled = (rows, columns, value) =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => value(i, j)));
export const listed = (count, value) => Array.from({ length: count }, (_, n) => value(n));
export const total = (terms) => terms.reduce((sum, { product }) => sum + product, 0);
export const shapeOf = ({ image, weights }) => [
  [image[0].length, weights[0][0].length],
  [image[0][0].length, weights[0][0][0].length],
];

/** What holds along each axis, height first. spread: how long the errors are with the zeros that a gather reads. */
export function axesOf(state) {
  const pools = state.layer === "max_pooling";
  return shapeOf(state).map(([size, taps], axis) => {
    const stride = state.stride[axis],
      before = pools ? 0 : state.padding[axis],
      dilation = pools ? 1 : state.dilation[axis],
      span = dilation * (taps - 1) + 1,
      outputs = convOutputSize(size, taps, stride, before, dilation);
    return { size, taps, stride, before, dilation, span, outputs, padded: size + 2 * before, spread: size + span - 1 };
  });
}

/**
 * The layer: its axes, the padded input x[ch], the errors[f], and factor(f, ch, r, c, u, v): what output (r, c) of f
 * multiplies its input at tap (u, v) of channel ch by. That is a weight, or of max pooling a switch: 1 at the first of
 * the largest in the window, 0 elsewhere.
 */
export function layerOf(state) {
  const [tall, wide] = axesOf(state),
    pools = state.layer === "max_pooling",
    channels = state.image.length,
    filters = pools ? channels : state.weights.length;
  const x = state.image.map((table) =>
    tabled(tall.padded, wide.padded, (i, j) => table[i - tall.before]?.[j - wide.before] ?? 0),
  );
  const errors = listed(filters, (f) => resized(state.errors[f % state.errors.length], tall.outputs, wide.outputs));
  const slice = (f, ch) => state.weights[f][Math.min(ch, state.weights[f].length - 1)];
  const winner = (ch, r, c) => {
    let best = [0, 0];
    const at = ([u, v]) => x[ch][r * tall.stride + u][c * wide.stride + v];
    for (let u = 0; u < tall.taps; u++) for (let v = 0; v < wide.taps; v++) if (at([u, v]) > at(best)) best = [u, v];
    return best;
  };
  const won = pools && listed(channels, (ch) => tabled(tall.outputs, wide.outputs, (r, c) => winner(ch, r, c)));
  const factor = pools
    ? (f, ch, r, c, u, v) => {
        const [down, across] = won[ch][r]?.[c] ?? [];
        return Number(f === ch && u === down && v === across);
      }
    : (f, ch, _r, _c, u, v) => slice(f, ch)[u][v];
  return { tall, wide, pools, channels, filters, x, errors, slice, factor };
}

/** What an output reads, tap by tap: { ch, u, v, i, j (in the padded input), x, factor, product }. */
export function reads(layer, f, r, c) {
  const { tall, wide, channels, x, pools } = layer;
  return listed(pools ? 1 : channels, (n) => (pools ? f : n)).flatMap((ch) =>
    tabled(tall.taps, wide.taps, (u, v) => {
      const i = r * tall.stride + u * tall.dilation,
        j = c * wide.stride + v * wide.dilation,
        factor = layer.factor(f, ch, r, c, u, v);
      return { ch, u, v, i, j, x: x[ch][i][j], factor, product: factor * x[ch][i][j] };
    }).flat(),
  );
}

/** The outputs, without a bias. */
export const outputsOf = (layer) =>
  listed(layer.filters, (f) => tabled(layer.tall.outputs, layer.wide.outputs, (r, c) => total(reads(layer, f, r, c))));

/** Whether a place of the padded input belongs to the input. */
export const inside = ({ tall, wide }, i, j) =>
  i >= tall.before && i < tall.before + tall.size && j >= wide.before && j < wide.before + wide.size;

/** What an error leaves in the input's gradient: the taps of its output, each with { error, product, lost }. */
export function deposits(layer, f, r, c) {
  const error = layer.errors[f][r][c];
  return reads(layer, f, r, c).map((tap) => ({
    ...tap,
    error,
    product: error * tap.factor,
    lost: !inside(layer, tap.i, tap.j),
  }));
}

/** The n-th of the cells of so many tables, row by row: [table, row, column]. */
export const cellAt = (n, rows, columns) => [
  Math.floor(n / (rows * columns)),
  Math.floor(n / columns) % rows,
  n % columns,
];

/** The gradient of the padded input: the deposits of the first errors, or of all, where they overlap added up. */
export function scattered(layer, count = Infinity) {
  const { tall, wide, channels, filters } = layer,
    sums = listed(channels, () => tabled(tall.padded, wide.padded, () => 0)),
    all = filters * tall.outputs * wide.outputs;
  for (let n = 0; n < Math.min(count, all); n++)
    for (const { ch, i, j, product } of deposits(layer, ...cellAt(n, tall.outputs, wide.outputs)))
      sums[ch][i][j] += product;
  return sums;
}

/** The error at a place of the spread errors, as an index along one axis; undefined where there is a zero. */
function errorIndex({ before, span, stride, outputs }, at) {
  const place = at + before - (span - 1);
  return place % stride === 0 && place >= 0 && place / stride < outputs ? place / stride : undefined;
}

/** Which error stands where: spread[f][a][b] is [r, c], or null for a zero between the errors or around them. */
export const spreadOf = ({ tall, wide, filters }) =>
  listed(filters, () =>
    tabled(tall.spread, wide.spread, (a, b) => {
      const [r, c] = [errorIndex(tall, a), errorIndex(wide, b)];
      return r === undefined || c === undefined ? null : [r, c];
    }),
  );

/**
 * What an input pixel reads: the turned kernel over the spread errors, its corner at the pixel's own row and column.
 * Rows of { f, u, v (the weight), a, b (in the spread errors), from ([r, c] or null), error, factor, product }.
 */
export function gathers(layer, ch, i, j, flip = true, spread = spreadOf(layer)) {
  const { tall, wide, filters, pools } = layer;
  return listed(pools ? 1 : filters, (n) => (pools ? ch : n)).flatMap((f) =>
    tabled(tall.taps, wide.taps, (m, n) => {
      const [u, v] = flip || pools ? [tall.taps - 1 - m, wide.taps - 1 - n] : [m, n],
        [a, b] = [i + m * tall.dilation, j + n * wide.dilation],
        from = spread[f][a][b],
        error = from ? layer.errors[f][from[0]][from[1]] : 0,
        factor = layer.factor(f, ch, from?.[0], from?.[1], u, v);
      return { f, u, v, a, b, from, error, factor, product: error * factor };
    }).flat(),
  );
}

/** The gradient of the input, pixel by pixel. */
export function gathered(layer, flip = true) {
  const spread = spreadOf(layer);
  return listed(layer.channels, (ch) =>
    tabled(layer.tall.size, layer.wide.size, (i, j) => total(gathers(layer, ch, i, j, flip, spread))),
  );
}

/** The products that a weight's gradient sums, one for each output: { r, c, i, j, x, error, product }. */
export function products({ tall, wide, x, errors }, f, ch, u, v) {
  return tabled(tall.outputs, wide.outputs, (r, c) => {
    const i = r * tall.stride + u * tall.dilation,
      j = c * wide.stride + v * wide.dilation;
    return { r, c, i, j, x: x[ch][i][j], error: errors[f][r][c], product: x[ch][i][j] * errors[f][r][c] };
  }).flat();
}

/** The gradient of the kernels, from the first outputs or all. */
export const kernelGradient = (layer, count = Infinity) =>
  listed(layer.filters, (f) =>
    listed(layer.channels, (ch) =>
      tabled(layer.tall.taps, layer.wide.taps, (u, v) => total(products(layer, f, ch, u, v).slice(0, count))),
    ),
  );

/** The gradient of each kernel's bias: the sum of its errors. */
export const biasGradient = ({ errors }, count = Infinity) =>
  errors.map((table) =>
    table
      .flat()
      .slice(0, count)
      .reduce((a, b) => a + b, 0),
  );

/** All of it at once, for a state; scatter and the kernel's sums from the first so many errors, or outputs. */
export function backward(state, count = Infinity) {
  const layer = layerOf(state),
    { tall, wide } = layer;
  const cropped = (table) =>
    table.slice(tall.before, tall.before + tall.size).map((row) => row.slice(wide.before, wide.before + wide.size));
  return {
    output: outputsOf(layer),
    scattered: scattered(layer, count).map(cropped),
    gathered: gathered(layer, state.flip),
    kernel: kernelGradient(layer, count),
    bias: biasGradient(layer, count),
  };
}

/** How many pixels get the same number from both ways, and how many there are. */
export function compared(layer, flip = true, one = scattered(layer), other = gathered(layer, flip)) {
  const { tall, wide } = layer;
  const same = other.flatMap((table, ch) =>
    table.flatMap((row, i) =>
      row.map((value, j) => Math.abs(value - one[ch][i + tall.before][j + wide.before]) < 1e-9),
    ),
  );
  return [same.filter(Boolean).length, same.length];
}
