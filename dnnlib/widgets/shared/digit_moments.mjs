// Mean and covariance of all of scikit-learn's digits.

import { COUNT, PRODUCTS, SUMS } from "./digit_sums.mjs";
import { FEATURES } from "./digits.mjs";
import { unpack } from "./letters.mjs";

/** Of all 1,797 digits { count, mean, covariance }, with count - 1 as divisor; the covariance row by row. */
export function digitMoments() {
  const mean = unpack(SUMS, 4).map((sum) => sum / COUNT),
    products = unpack(PRODUCTS, 4),
    covariance = new Float64Array(FEATURES * FEATURES);
  let at = 0;
  for (let i = 0; i < FEATURES; i++)
    for (let j = i; j < FEATURES; j++) {
      const value = (products[at++] - COUNT * mean[i] * mean[j]) / (COUNT - 1);
      covariance[i * FEATURES + j] = covariance[j * FEATURES + i] = value;
    }
  return { count: COUNT, mean, covariance };
}
