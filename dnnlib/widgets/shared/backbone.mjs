// The bundled backbone in the page: its weights as text, its features of 8 × 8 pixels, and what is nearest by the cosine.

import { unpacked } from "./canvas.mjs";
import { dot } from "./linear_algebra.mjs";
import { Network, tensor } from "./network.mjs";

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
 * into the kernel and a bias.
 */
export function backboneOf(weights) {
  const arrays = [];
  let channels = 1,
    end = 0;
  function next(length) {
    end += length;
    return weights.subarray(end - length, end);
  }
  for (const filters of FILTERS) {
    const kernel = next(9 * channels * filters),
      [gamma, beta, mean, variance] = [0, 1, 2, 3].map(() => next(filters)),
      scale = gamma.map((value, f) => value / Math.sqrt(variance[f] + EPSILON));
    arrays.push(
      kernel.map((value, i) => value * scale[i % filters]),
      beta.map((value, f) => value - mean[f] * scale[f]),
    );
    channels = filters;
  }
  const convolution = (filters) => ({ filters, kernel_size: 3, padding: "same", kernel_initializer: "zeros" });
  const layers = FILTERS.flatMap((filters, i) => [
    ["Conv2D", convolution(filters)],
    ["ReLU"],
    ...(POOLED.includes(i) ? [["MaxPooling2D"]] : []),
  ]);
  const net = new Network([...layers, ["Flatten"]], { input_shape: [SIDE, SIDE, 1] });
  net.setWeights(arrays);
  return net;
}

/** The 192 features of a picture, 64 numbers of 0 to 1. */
export const featuresOf = (net, pixels) => net.forward(tensor(pixels, [1, SIDE, SIDE, 1])).data;

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
