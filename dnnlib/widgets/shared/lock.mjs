// The prediction lock: a guess is committed before the answer opens; then the gap between the two is told.

import { button, format, h } from "./ui.mjs";

/**
 * What a guess was worth, in words. guess: { unit, name, decimals } or { options }; unit "%" is told in points.
 */
export function verdict({ unit = "", options, decimals = 2 }, said, answer) {
  const shown = (value) => (options ? String(value) : `${format(value, decimals)}${unit && `\u00a0${unit}`}`);
  if (said === null) return `It is ${shown(answer)}.`;
  const both = `You said ${shown(said)}, it is ${shown(answer)}`;
  if (options) return said === answer ? `${both}: right.` : `${both}.`;
  const gap = Math.abs(Number(format(said - answer, decimals).replace("\u2212", "-")));
  if (!gap) return `${both}: exactly right.`;
  const word = unit === "%" ? (gap === 1 ? " point" : " points") : "";
  return `${both}: ${format(gap, decimals)}${word} too ${said < answer ? "low" : "high"}.`;
}

/** The number that was typed, within the guess's bounds; null where there is none. */
export function typed(text, { min = -Infinity, max = Infinity } = {}) {
  const clean = text.trim().replace("\u2212", "-").replace(",", ".").replace(/\s*%$/, "");
  const value = clean === "" ? NaN : Number(clean);
  return Number.isFinite(value) && value >= min && value <= max ? value : null;
}

/**
 * The lock of an explorable. guesses: by name { question, unit, decimals, min, max, options, answer, cover, because },
 * where question and because are texts or functions of nothing, answer() computes the answer from the state as it is
 * (NaN where there is none), options lists the choices of a guess without a number, and cover lists the elements that
 * would give the answer away. Where the answer takes long, about() says in a text what it depends on, "" where there is
 * none: then it is computed when it is asked for, not at every change. The trait `guess` names the one that is asked.
 * Returns { el, draw, stop }; call draw() when the state has changed.
 */
export function lock(model, guesses) {
  const text = (part) => (typeof part === "function" ? part() : (part ?? ""));
  const question = h("p", { class: "xp-lock-question" }),
    field = h("span", { class: "xp-lock-field" }),
    note = h("p", { class: "xp-lock-note", role: "status" });
  const commit = button("Lock it in", () => submit(), { class: "xp-main" }),
    show = button("Show me", () => open(null)),
    again = button("Guess again", () => close());
  const form = h("form", { class: "xp-lock-row", onsubmit: (event) => event.preventDefault() }, field, commit, show);
  const badge = h("span", { class: "xp-badge" });
  const el = h("div", { class: "xp-lock", role: "group" });
  let guess,
    entry,
    locked = false,
    asked = ""; // the question and its answer when it was opened

  function ask() {
    for (const part of guess?.cover ?? []) cover(part, false);
    guess = guesses[model.get("guess")];
    el.hidden = !guess;
    el.replaceChildren(...(guess ? [badge, question, form, note, again] : []));
    if (!guess) return;
    const named = { "aria-label": "Your guess", "data-lm-suppress-shortcuts": "true" };
    entry = guess.options
      ? h(
          "select",
          named,
          h("option", { value: "" }, "choose \u2026"),
          guess.options.map((one) => h("option", {}, one)),
        )
      : h("input", { ...named, type: "text", inputmode: "decimal", autocomplete: "off", size: 6 });
    field.replaceChildren(entry, guess.options ? "" : (guess.unit ?? ""));
    entry.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || guess.options) return;
      event.preventDefault();
      submit();
    });
    close(false);
  }
  function cover(part, on) {
    part.classList.toggle("xp-covered", on);
    part.inert = on;
  }
  function set(now) {
    locked = now;
    badge.textContent = now ? "Guess first" : "Open";
    el.classList.toggle("open", !now);
    el.setAttribute("aria-label", now ? "Prediction, locked" : "Prediction, open");
    form.hidden = !now;
    again.hidden = now;
    for (const part of guess.cover ?? []) cover(part, now);
  }
  function close(focus = true) {
    set(true);
    note.textContent = focus ? "The answer is covered again." : "";
    entry.value = "";
    draw();
    if (focus) entry.focus();
  }
  function open(said) {
    const answer = guess.answer();
    set(false);
    asked = about();
    note.textContent = [verdict(guess, said, answer), text(guess.because)].filter(Boolean).join(" ");
    again.focus();
  }
  function submit() {
    const said = guess.options ? guess.options.find((one) => String(one) === entry.value) : typed(entry.value, guess);
    if (said !== undefined && said !== null) return open(said);
    const { min, max, options } = guess;
    const range = min !== undefined && max !== undefined ? ` from ${format(min)} to ${format(max)}` : "";
    note.textContent = options ? "Choose one first." : `Enter a number${range} first.`;
    entry.focus();
  }
  const known = () => (guess.about ?? guess.answer)();
  const about = () => [text(guess.question), known()].join();
  function draw() {
    if (!guess) return;
    question.textContent = text(guess.question);
    if (!locked && about() !== asked) note.textContent = "The state has changed since. Guess again for this one.";
    const now = known(),
      none = now === undefined || now === "" || Number.isNaN(now);
    for (const part of [commit, show]) part.disabled = none;
  }
  model.on("change:guess", ask);
  ask();
  return { el, draw, locked: () => locked, stop: () => model.off("change:guess", ask) };
}
