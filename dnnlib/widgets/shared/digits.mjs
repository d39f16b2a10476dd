// Some of scikit-learn's digits in the page.

import { LABELS, PIXELS } from "./digits_data.mjs";
import { unpackRuns } from "./letters.mjs";

export const FEATURES = 64; // 8 × 8 pixels

/**
 * 300 digits, or the first of these: { pixels, labels }, each digit's 64 numbers of 0 to 16 one after the other. Labels 0 to
 * 9 come by turns, so that any beginning has all of them.
 */
export function loadDigits(count = LABELS.length) {
  return {
    pixels: unpackRuns(PIXELS, 16).subarray(0, count * FEATURES),
    labels: Array.from(LABELS.slice(0, count), Number),
  };
}
