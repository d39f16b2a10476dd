// What the explorables that draw on a canvas share: the style sheet's colours, and stored pictures or weights.

/** The style sheet's colours as they are now: { of(name), bytes(name) }, a text or red, green and blue. */
export function coloursOf(el) {
  const style = getComputedStyle(el),
    of = (name) => style.getPropertyValue(`--xp-${name}`).trim();
  return { of, bytes: (name) => [1, 3, 5].map((i) => parseInt(of(name).slice(i, i + 2), 16)) };
}

/** Calls draw() when the page changes between light and dark; returns the way to stop. */
export function onTheme(draw) {
  const observer = new MutationObserver(draw);
  for (const node of [document.documentElement, document.body]) {
    const attributeFilter = ["data-theme", "theme", "data-jp-theme-light", "class"];
    observer.observe(node, { attributes: true, attributeFilter });
  }
  return () => observer.disconnect();
}

/** Unpacks Python's zlib bytes, a DataView: a promise of an ArrayBuffer. */
export function unpacked({ buffer, byteOffset, byteLength }) {
  const stream = new Blob([new Uint8Array(buffer, byteOffset, byteLength)]).stream();
  return new Response(stream.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
}
