// What makes an explorable teach: its prediction lock, its tour and the link to its state, in one call.

import { link } from "./link.mjs";
import { lock } from "./lock.mjs";
import { tour } from "./tour.mjs";
import { follow } from "./ui.mjs";

/**
 * Adds lock, tour and link to an explorable whose root() has been made. guesses, tours: see lock and tour; checks: see
 * link; traits: all that the guesses' answers depend on, and that a tour gives back. Returns the way to stop.
 */
export function lesson({ model, el, traits, guesses = {}, tours = {}, checks = {} }) {
  const asked = lock(model, guesses),
    led = tour(model, tours, traits),
    linked = link(model, el, checks);
  (el.querySelector(".xp-lead") ?? el.firstElementChild).after(asked.el, led.el);
  if (linked) el.append(linked.el);
  const unfollow = follow(model, traits, asked.draw);
  return () => {
    for (const stop of [unfollow, asked.stop, led.stop, linked?.stop]) stop?.();
  };
}
