// The arithmetic and the operation of convolution, as dnnlib.layers.convolution_arithmetic and Conv2D have it.

/** Zeros put before and after an axis. padding: "valid", "same" (odd one after), a number, or [before, after]. */
export function convPadding(size, kernel, stride = 1, padding = "valid", dilation = 1) {
  if (padding === "valid") return [0, 0];
  if (padding === "same") {
    const total = Math.max((Math.ceil(size / stride) - 1) * stride + dilation * (kernel - 1) + 1 - size, 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  }
  return Array.isArray(padding) ? padding : [padding, padding];
}

/** The number of windows that fit along one axis; 0 where the kernel is larger than the padded input. */
export function convOutputSize(size, kernel, stride = 1, padding = "valid", dilation = 1) {
  const [before, after] = convPadding(size, kernel, stride, padding, dilation);
  const room = size + before + after - dilation * (kernel - 1) - 1;
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}

/** The input positions (padding not counted) that no window reads. */
export function unreadPositions(size, kernel, stride = 1, padding = "valid", dilation = 1) {
  const [before] = convPadding(size, kernel, stride, padding, dilation);
  const read = new Set();
  for (let o = 0; o < convOutputSize(size, kernel, stride, padding, dilation); o++) {
    for (let k = 0; k < kernel; k++) read.add(o * stride + k * dilation - before);
  }
  return Array.from({ length: size }, (_, i) => i).filter((i) => !read.has(i));
}
