// Play, pause, step, speed and reset of anything that goes in steps.

import { button, format, h, many, menu, voice } from "./ui.mjs";

const CALM = 500; // milliseconds between two pictures where the reader prefers less motion

/** How many steps are due: those owed, plus those of the time since, at most half a second's. */
export const due = (owed, elapsed, speed) => owed + (Math.min(elapsed, 500) / 1000) * speed;

/** The choices of speed in words: [[1, "1 step a second"], ...]. */
export const speedNames = (speeds, unit) =>
  speeds.map((n) => [n, `${format(n)} ${unit}${n === 1 ? "" : "s"} a second`]);

const prefersCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * The controls. onStep() takes one step and returns false when it was the last; onFrame(calm) draws, once a frame in
 * which there were steps; onReset() goes back to the start; onPause() is told when playing ends. `budget` is the time in milliseconds that the steps of one
 * frame may take: where they need more, playing is slower than the speed says. Playing ends when the page is hidden or
 * the element leaves it. For readers who prefer reduced motion nothing runs by itself (`autoplay` does nothing), and
 * Play shows a picture twice a second, as many steps further as at that speed.
 * With `replay`, Play after the last step begins again.
 * Returns { el, play(), pause(), step(), reset(), at(count, ended), playing(), steps(), stop() }; at() tells it that so
 * many steps have been taken otherwise, and whether the last one was among them.
 */
export function player({ onStep, onFrame = () => {}, onReset, onPause = () => {}, ...options }) {
  const { label = "Playing", unit = "step", speeds = [1, 5, 20, 60], budget = 5 } = options,
    { autoplay = false, replay = false } = options;
  let speed = options.speed ?? speeds[Math.min(1, speeds.length - 1)],
    frame = 0,
    last = 0,
    shown = 0, // when the last picture was drawn
    owed = 0,
    steps = 0,
    over = false,
    waiting = false; // steps taken that no picture shows yet

  const spoken = voice(null),
    count = h("output", { class: "xp-player-count", "aria-live": "off" });
  const run = button("", () => (frame ? pause() : play()), { class: "xp-player-run" });
  const one = button("Step", () => {
    if (frame) pause();
    step();
  });
  const back = onReset && button("Reset", () => reset());
  const pace = menu({
    label: "Speed",
    options: speedNames(speeds, unit),
    shown: false,
    onInput(value) {
      speed = value;
      owed = 0;
    },
  });
  pace.set(speed);
  const el = h(
    "div",
    { class: "xp-player", role: "group", "aria-label": label },
    run,
    one,
    back,
    pace.el,
    count,
    spoken.el,
  );

  function show() {
    const text = frame ? "\u275a\u275a\ufe0e Pause" : "\u25b6\ufe0e Play";
    if (run.textContent !== text) run.textContent = text;
    run.setAttribute("aria-disabled", over && !replay);
    one.setAttribute("aria-disabled", over);
    count.textContent = `${many(steps, unit)}${over ? ", finished" : ""}`;
  }
  function draw(calm) {
    waiting = false;
    onFrame(calm);
    show();
  }
  function take() {
    steps += 1;
    waiting = true;
    over = onStep() === false;
  }
  function tick(now) {
    if (!el.isConnected || document.hidden) return pause();
    const calm = prefersCalm(),
      begun = performance.now();
    owed = due(owed, now - last, speed);
    last = now;
    while (owed >= 1 && !over) {
      take();
      owed -= 1;
      if (performance.now() - begun > budget) {
        owed = Math.min(owed, 1); // too slow for the speed: no debts
        break;
      }
    }
    if (waiting && (over || !calm || now - shown >= CALM)) {
      shown = now;
      draw(calm);
    }
    if (over) pause(`Finished after ${many(steps, unit)}.`);
    else frame = requestAnimationFrame(tick);
  }
  function play() {
    if (over && replay) reset();
    if (frame || over) return;
    last = shown = performance.now();
    owed = prefersCalm() ? 0 : 1; // the first step at once
    frame = requestAnimationFrame(tick);
    spoken.say(`${label}.`);
    show();
  }
  function pause(text = `Paused after ${many(steps, unit)}.`) {
    if (!frame) return;
    cancelAnimationFrame(frame);
    frame = 0;
    if (waiting) draw(prefersCalm());
    spoken.say(text);
    show();
    onPause();
  }
  function step() {
    if (over) return;
    take();
    draw(prefersCalm());
    spoken.say(over ? `Finished after ${many(steps, unit)}.` : `${many(steps, unit)}.`);
  }
  function reset() {
    cancelAnimationFrame(frame);
    steps = frame = 0;
    over = waiting = false;
    onReset?.();
    spoken.say("Back at the start.");
    show();
  }
  function at(count, ended = false) {
    steps = count;
    over = ended;
    waiting = false;
    show();
  }
  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    spoken.stop();
    document.removeEventListener("visibilitychange", hidden);
  }
  const hidden = () => document.hidden && pause();
  document.addEventListener("visibilitychange", hidden);
  show();
  if (autoplay && !prefersCalm()) requestAnimationFrame(() => el.isConnected && play());
  return { el, play, pause: () => pause(), step, reset, at, stop, playing: () => frame !== 0, steps: () => steps };
}
