// The tour: a few steps that set the state and say what to look at; the state before it comes back at its end.

import { button, h, put, traitsOf } from "./ui.mjs";

/**
 * The tour of an explorable. tours: by name a list of steps [state, text], the state as traits to set. The trait `tour`
 * names the one that is offered. traits: all that comes back when the tour is left. Returns { el, stop }.
 */
export function tour(model, tours, traits) {
  const note = h("p", { class: "xp-tour-note", role: "status" }),
    count = h("span", { class: "xp-badge" });
  const begin = button("", () => start()),
    back = button("Back", () => at && go(at - 1)),
    next = button("Next", () => (at + 1 < steps.length ? go(at + 1) : leave()), { class: "xp-main" }),
    quit = button("Leave", () => leave());
  const panel = h("div", { class: "xp-tour-steps" }, count, note, h("div", { class: "xp-lock-row" }, back, next, quit));
  const el = h("div", { class: "xp-tour", role: "group", "aria-label": "Tour" });
  let steps = [],
    at = 0,
    before = null;

  function offer() {
    if (before) put(model, before);
    before = null;
    steps = tours[model.get("tour")] ?? [];
    el.hidden = !steps.length;
    el.replaceChildren(...(steps.length ? [begin, panel] : []));
    begin.textContent = `Take the tour: ${steps.length} steps`;
    set();
  }
  function set() {
    panel.hidden = !before;
    begin.hidden = Boolean(before);
    el.classList.toggle("closed", !before);
  }
  function start() {
    before = traitsOf(model, traits);
    set();
    go(0);
    next.focus();
  }
  function go(to) {
    at = to;
    put(model, { ...before, ...steps[at][0] });
    count.textContent = `Tour, step ${at + 1} of ${steps.length}`;
    note.textContent = steps[at][1];
    // Not disabled: that would drop the focus of whoever pressed it
    back.setAttribute("aria-disabled", at === 0);
    next.textContent = at + 1 < steps.length ? "Next" : "Done";
  }
  function leave() {
    offer();
    begin.focus();
  }
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    leave();
  });
  model.on("change:tour", offer);
  offer();
  return { el, stop: () => model.off("change:tour", offer) };
}
