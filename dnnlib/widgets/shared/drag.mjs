// Dragging: a handle, or a place in a picture, that a hand moves by mouse, pen, finger or keys.

import { clamp, modified } from "./ui.mjs";

/** Where a pointer is, in pixels from the left upper corner of an element. */
export function placeIn(el, { clientX, clientY }) {
  const { left, top } = el.getBoundingClientRect();
  return [clientX - left, clientY - top];
}

/** Which way an arrow key leads on a plane: [to the right, up], 1 or with Shift `far`; undefined for other keys. */
export function arrowOf(event, far = 5) {
  const by = event.shiftKey ? far : 1;
  return { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, by], ArrowDown: [0, -by] }[event.key];
}

/**
 * Where on a line a key leads from a value: arrows go a step, PageUp and PageDown `page`, Home and End to the ends;
 * undefined for other keys.
 */
export function slidTo(event, value, [low, high], step, page = 10 * step) {
  const by = { ArrowRight: step, ArrowUp: step, ArrowLeft: -step, ArrowDown: -step, PageUp: page, PageDown: -page };
  if (event.key in by) return clamp(clamp(value, low, high) + by[event.key], low, high);
  return { Home: low, End: high }[event.key];
}

/**
 * Lets a hand drag an element. onMove(x, y, event) gets the place in pixels of `within`, the element itself or one that
 * stays where it is.
 *
 * Without `from` a press moves at once: the thing jumps to the pointer, as the place on a map does. With from() => [x, y],
 * where the thing is now, a press moves nothing and the thing keeps its distance from the pointer, as a handle does.
 * onGrab(event) may return false and so refuse; onDrop() is told when the hand lets go, or loses the thing. A second
 * finger changes nothing. onKey(event) says whether it used a key; keys with Ctrl, Alt or Meta stay the browser's.
 * touch: what a finger does besides, "none", or "pan-y" where only across is dragged and the page scrolls up and down.
 * Returns held(), whether a hand holds it.
 */
export function draggable(el, { onMove, within = el, from, onGrab, onDrop, onKey, touch = "none" }) {
  let pointer = null, // the one that holds the thing
    grip = [0, 0]; // from the pointer to the thing
  el.style.touchAction = touch;
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  function follow(event) {
    const [x, y] = placeIn(within, event);
    onMove(x + grip[0], y + grip[1], event);
  }
  el.addEventListener("pointerdown", (event) => {
    if (event.button || pointer !== null || onGrab?.(event) === false) return;
    el.setPointerCapture(event.pointerId);
    pointer = event.pointerId;
    const [x, y] = placeIn(within, event),
      [ownX, ownY] = from?.() ?? [x, y];
    grip = [ownX - x, ownY - y];
    if (!from) follow(event);
  });
  el.addEventListener("pointermove", (event) => {
    if (event.pointerId === pointer) follow(event);
  });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"])
    el.addEventListener(type, (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      onDrop?.();
    });
  el.addEventListener("keydown", (event) => {
    if (modified(event) || !onKey?.(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { held: () => pointer !== null };
}
