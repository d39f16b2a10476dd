// The bundled backbone in the page: its weights as text, its features of 8 × 8 pixels, and what is nearest by the cosine.

import { unpacked } from "./canvas.mjs";
import { dot } from "./linear_algebra.mjs";

const SIDE = 8, // pixels of a picture's row
  FILTERS = [24, 24, 48, 48],
  POOLED = [1, 3], // pooling stands behind these convolutions, counted from 0
  EPSILON = 1e-3; // Keras's, in batch normalisation

/** Half-precision numbers, as bits of 16, as numbers. */
export function halves(bits) {
  return Float64Array.from(bits, (half) => {
    const sign = half >> 15 ? -1 : 1,
      exponent = (half >> 10) & 31,
      fraction = (half & 1023) / 1024;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction) : 2 ** -14 * fraction);
  });
}

/** The weights in a text of Python's weights_text, a promise. */
export async function weightsFrom(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return halves(new Uint16Array(await unpacked(bytes)));
}

/**
 * The backbone from its weights in Keras's order: of each convolution the kernel and gamma, beta, moving mean and moving
 * variance of the normalisation behind it. With fixed statistics this only scales and shifts the maps, so that it goes
 * into the kernel and a bias: a list of { kernel, bias }.
 */
export function backboneOf(weights) {
  let channels = 1,
    end = 0;
  function next(length) {
    end += length;
    return weights.subarray(end - length, end);
  }
  return FILTERS.map((filters) => {
    const kernel = next(9 * channels * filters),
      [gamma, beta, mean, variance] = [0, 1, 2, 3].map(() => next(filters)),
      scale = gamma.map((value, f) => value / Math.sqrt(variance[f] + EPSILON));
    channels = filters;
    return {
      kernel: kernel.map((value, i) => value * scale[i % filters]),
      bias: beta.map((value, f) => value - mean[f] * scale[f]),
    };
  });
}

/**
 * Convolution 3 × 3 with zeros around, then ReLU. Maps stand as Keras has them, channels last. Most numbers behind a ReLU
 * are 0 and are passed over, which makes this several times faster than the kit's Conv2D.
 */
function convolved(maps, side, { kernel, bias }) {
  const filters = bias.length,
    channels = kernel.length / 9 / filters,
    out = new Float64Array(side * side * filters);
  for (let o = 0; o < out.length; o += filters) out.set(bias, o);
  for (let p = 0; p < maps.length; p++) {
    const value = maps[p];
    if (value === 0) continue;
    const at = Math.floor(p / channels),
      row = Math.floor(at / side),
      column = at % side;
    for (let u = 0; u < 3; u++)
      for (let v = 0; v < 3; v++) {
        const i = row + 1 - u, // the output that reads this number by the kernel's row u, column v
          j = column + 1 - v;
        if (i < 0 || j < 0 || i >= side || j >= side) continue;
        const o = (i * side + j) * filters,
          w = ((3 * u + v) * channels + (p % channels)) * filters;
        for (let f = 0; f < filters; f++) out[o + f] += value * kernel[w + f];
      }
  }
  for (let o = 0; o < out.length; o++) if (out[o] < 0) out[o] = 0;
  return out;
}

/** The largest of each 2 × 2, map by map. */
function pooled(maps, side, channels) {
  const half = side / 2,
    out = new Float64Array(half * half * channels);
  for (let o = 0; o < out.length; o++) {
    const at = Math.floor(o / channels),
      p = (2 * Math.floor(at / half) * side + 2 * (at % half)) * channels + (o % channels),
      below = p + side * channels;
    out[o] = Math.max(maps[p], maps[p + channels], maps[below], maps[below + channels]);
  }
  return out;
}

/** The 192 features of a picture, 64 numbers of 0 to 1. */
export function featuresOf(net, pixels) {
  let maps = pixels,
    side = SIDE;
  net.forEach((layer, i) => {
    maps = convolved(maps, side, layer);
    if (!POOLED.includes(i)) return;
    maps = pooled(maps, side, layer.bias.length);
    side /= 2;
  });
  return maps;
}

/** A vector of length 1 in the same direction; one of zeros stays. */
export function unit(vector) {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return Float64Array.from(vector, (value) => value / length);
}

/** Of vectors of length 1 those with the largest cosine to one, the nearest first: [{ at, cosine }]. */
export function nearest(vector, others, count) {
  return others
    .map((other, at) => ({ at, cosine: dot(vector, other) }))
    .sort((a, b) => b.cosine - a.cosine || a.at - b.at)
    .slice(0, count);
}
