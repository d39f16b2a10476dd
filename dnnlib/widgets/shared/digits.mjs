// Some of scikit-learn's digits in the page.

import { LABELS, PIXELS } from "./digits_data.mjs";
import { unpackRuns } from "./letters.mjs";

export const FEATURES = 64; // 8 × 8 pixels
export const MOST = 16; // the largest number of a pixel

/**
 * 300 digits, or the first of these: { pixels, labels }, each digit's 64 numbers of 0 to 16 one after the other. Labels 0 to
 * 9 come by turns, so that any beginning has all of them.
 */
export function loadDigits(count = LABELS.length) {
  return {
    pixels: unpackRuns(PIXELS, MOST).subarray(0, count * FEATURES),
    labels: Array.from(LABELS.slice(0, count), Number),
  };
}

let kept; // unpacked once
/** The 300 digits with pixels of 0 to 1: { pixels, labels }. */
export function greyDigits() {
  if (kept) return kept;
  const { pixels, labels } = loadDigits();
  kept = { pixels: pixels.map((value) => value / MOST), labels };
  return kept;
}
/** The 64 pixels of one of them. */
export const greyDigit = (place) => greyDigits().pixels.subarray(place * FEATURES, (place + 1) * FEATURES);
