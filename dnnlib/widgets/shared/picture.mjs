// Pictures from numbers, pixel by pixel: grey, red green and blue, or signed; one, or several beside each other.

import { coloursOf, onTheme } from "./canvas.mjs";
import { clamp, format, h, inFrame, times } from "./ui.mjs";

/** Bytes of red, green and blue as one pixel of a canvas: browsers run on little-endian machines only. */
const pixel = (red, green, blue) => (255 << 24) | (blue << 16) | (green << 8) | red;
const byte = (value) => Math.round(clamp(value, 0, 255));

/** 513 pixels: from negative over zero to positive. */
export function signedColours(negative, zero, positive) {
  return Uint32Array.from({ length: 513 }, (_, i) =>
    pixel(
      ...zero.map((from, c) => {
        const to = (i < 256 ? negative : positive)[c];
        return byte(from + ((to - from) * Math.abs(i - 256)) / 256);
      }),
    ),
  );
}

/**
 * Writes maps as pixels: with the table's colours for values of -scale to scale around zero, else from black to white.
 * What is not a number stays empty.
 */
export function paint(pixels, maps, { table, scale, zero = 0, black, white }) {
  const [a, b, c] = maps.length === 3 ? maps : [maps[0], maps[0], maps[0]];
  const gain = 255 / (white - black),
    turn = 256 / scale;
  for (let i = 0; i < a.length; i++) {
    if (table) pixels[i] = table[Math.max(0, Math.min(512, Math.round((a[i] - zero) * turn) + 256))];
    else pixels[i] = pixel(byte((a[i] - black) * gain), byte((b[i] - black) * gain), byte((c[i] - black) * gain));
  }
}

/** Numbers in which the channels of a pixel stand together, as Keras has them, as one plane for each channel. */
export const planesOf = (values, channels) =>
  Array.from({ length: channels }, (_, c) =>
    Float64Array.from({ length: values.length / channels }, (_, i) => values[i * channels + c]),
  );

/** Least and largest finite number of several arrays; [0, 1] where there is none. */
export function limitsOf(arrays) {
  let low = Infinity,
    high = -Infinity;
  for (const values of arrays)
    for (let i = 0; i < values.length; i++)
      if (Number.isFinite(values[i])) {
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
      }
  return low <= high ? [low, high] : [0, 1];
}

/** How wide a picture is shown: whole pixels of it, at least one, so that all are of one size. */
export const shownWidth = (width, size) => width * Math.max(1, Math.floor(size / width));

/**
 * A picture. show({ values, height, width, channels, signed, low, high, label }): values as Keras has them, a row after
 * the other; low and high are black and white, or of signed pictures -high and high the strongest colours (found if not
 * given). The label says what it shows; its size and its range are added. `size` is its width on the page at most.
 * Returns { el, show, stop }.
 */
export function picture({ size = 160 } = {}) {
  const el = h("canvas", { class: "xp-picture", role: "img" });
  let last, data;
  function draw() {
    const { values, height, width, channels = 1, signed = false, label } = last;
    const [least, most] = limitsOf([values]),
      { low = least, high = signed ? Math.max(-least, most) : most } = last;
    if (data?.width !== width || data.height !== height) {
      Object.assign(el, { width, height });
      el.style.width = `${shownWidth(width, size)}px`;
      data = el.getContext("2d").createImageData(width, height);
    }
    const palette = signed
      ? { table: themed(el), scale: high || 1 }
      : { black: low, white: high > low ? high : low + 1 };
    paint(new Uint32Array(data.data.buffer), channels === 1 ? [values] : planesOf(values, channels), palette);
    el.getContext("2d").putImageData(data, 0, 0);
    const range = least === most ? `all ${format(least)}` : `values ${format(least)} to ${format(most)}`;
    const said = `${label}, ${times(height, width)} pixels, ${range}`;
    if (el.getAttribute("aria-label") !== said) el.setAttribute("aria-label", said);
  }
  const { soon, stop: stopFrame } = inFrame(draw); // by then the picture stands in the page, whose colours it takes
  const stopTheme = onTheme(() => last?.signed && soon());
  function show(shown) {
    last = shown;
    soon();
  }
  function stop() {
    stopFrame();
    stopTheme();
  }
  return { el, show, stop };
}

/** The colours of signed numbers in the theme that an element has now. */
export function themed(el) {
  const { bytes } = coloursOf(el);
  return signedColours(bytes("neg"), bytes("bg"), bytes("pos"));
}

/**
 * Pictures beside each other, each with a caption. show([{ values, height, width, caption, ... }]) as `picture`; with
 * `alike` they share black and white, so that they compare. With onPick(i) each is a button; show's second argument is
 * the one that is chosen. Returns { el, show, stop }.
 */
export function multiples({ label, size = 72, alike = true, onPick }) {
  const el = h("div", { class: "xp-multiples", role: onPick ? "group" : "list", "aria-label": label });
  const made = [];
  function make(i) {
    const one = picture({ size }),
      caption = h("span", { class: "xp-caption" });
    const frame = onPick
      ? h("button", { type: "button", class: "xp-multiple", onclick: () => onPick(i) }, one.el, caption)
      : h("div", { class: "xp-multiple", role: "listitem" }, one.el, caption);
    return { ...one, caption, frame };
  }
  function show(pictures, chosen) {
    while (made.length > pictures.length) {
      const { frame, stop } = made.pop();
      stop();
      frame.remove();
    }
    while (made.length < pictures.length) {
      made.push(make(made.length));
      el.append(made.at(-1).frame);
    }
    const [low, high] = alike && pictures.length ? limitsOf(pictures.map(({ values }) => values)) : [];
    pictures.forEach((given, i) => {
      const { show: draw, caption, frame } = made[i];
      const common = !alike ? {} : given.signed ? { high: Math.max(-low, high) } : { low, high };
      draw({ label: given.caption, ...common, ...given });
      if (caption.textContent !== given.caption) caption.textContent = given.caption;
      caption.setAttribute("aria-hidden", "true"); // the picture's own name says it
      if (onPick) frame.setAttribute("aria-pressed", i === chosen);
    });
  }
  function stop() {
    for (const one of made) one.stop();
  }
  return { el, show, stop };
}
