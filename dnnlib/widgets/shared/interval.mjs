// The interval of a share.

const Z = 1.959963984540054; // between -Z and Z lies 95 % of a standard normal distribution

/** Wilson's 95 % interval of a share, [low, high]; null where there is no example. */
export function wilson(part, total) {
  if (!total) return null;
  const p = part / total,
    scale = 1 + Z ** 2 / total,
    centre = (p + Z ** 2 / (2 * total)) / scale,
    reach = (Z / scale) * Math.sqrt((p * (1 - p)) / total + Z ** 2 / (4 * total ** 2));
  return [Math.max(0, centre - reach), Math.min(1, centre + reach)];
}
