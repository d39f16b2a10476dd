/* An open cell: the editor, its buttons, and what Python answers. All cells of a page share one interpreter. */

import { button, make } from "./dom.mjs";
import { editor } from "./editor.mjs";
import { engine } from "./engine.mjs";
import { read } from "./kept.mjs";
import { headline, isRight, lostName } from "./said.mjs";

const PATIENCE = 250; // ms until a run that goes on is spoken of
const LIMIT = 30; // seconds that a check may take
const PAUSE = 400; // ms after the last key until what was typed is told
const MAC = /mac|iphone|ipad/i.test(navigator.userAgentData?.platform ?? navigator.platform);

const open = new Set(); // the page's open cells
let busy = null; // the cell whose answer is running
let births = 0; // how often the interpreter has started anew

class Cell {
  constructor(place, data) {
    Object.assign(this, { place, data, hints: 0, ran: null });
    this.scratch = data.kind === "scratch";
    this.called = this.scratch ? "the scratch cell" : data.asks_for;
    const kept = read("answer", data.chapter, data.name);
    this.draw(kept ?? data.stub);
    this.say(kept !== null && !this.editor.is(data.stub) ? "What you typed last time is back." : "");
    place.addEventListener("kept", ({ detail }) => this.take(detail.text));
    addEventListener("pagehide", () => this.tell());
  }

  draw(text) {
    const { data, place } = this;
    const about = `solve-keys-${data.name}`;
    const frame = make("div", { class: "solve-editor highlight" });
    this.check = button(this.scratch ? "Run" : "Check", () => this.run(), { class: "solve-first" });
    this.hint = button("Hint", () => this.ask());
    this.stop = button("Stop", () => this.halt(), { hidden: "" });
    this.anew = button("Start over", () => this.startOver(), { class: "solve-last" });
    this.note = make("p", { class: "solve-note", role: "status" });
    this.outputs = make("div", { class: "solve-outputs" });
    this.hinted = make("div", { class: "solve-hints" });
    this.spoken = make("p", { class: "visually-hidden", role: "status" });
    const keys = `${MAC ? "⌘" : "Ctrl"}+Enter ${this.scratch ? "runs" : "checks"}. Escape, then Tab leaves the editor.`;
    place.replaceChildren(
      frame,
      make("p", { class: "solve-keys", id: about }, keys),
      make("div", { class: "solve-buttons" }, this.check, ...(this.scratch ? [] : [this.hint]), this.stop, this.anew),
      this.note,
      this.outputs,
      this.hinted,
      this.spoken,
    );
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", this.scratch ? "Scratch" : `Your answer to ${data.asks_for}`);
    place.dataset.state = "ready";
    // The cell of the book that this one stands for
    if (place.previousElementSibling?.matches(".cell")) place.previousElementSibling.classList.add("solve-replaced");
    this.editor = editor(frame, {
      text,
      label: this.scratch ? "Your code" : `Your answer: ${data.asks_for}`,
      described: about,
      onrun: () => this.run(),
      onchange: () => this.typed(),
    });
    frame.addEventListener("focusout", () => this.tell());
    // Plain keys are the editor's: Sphinx would take "/", a division, for its own and go to the search
    frame.addEventListener("keydown", (event) => event.ctrlKey || event.metaKey || event.stopPropagation());
  }

  focus() {
    this.editor.focus();
  }

  say(words, ...more) {
    this.note.replaceChildren(...(words ? [words] : []), ...more);
  }

  // What was typed

  typed() {
    clearTimeout(this.pause);
    this.untold = true;
    this.pause = setTimeout(() => this.tell(), PAUSE);
    this.say("");
  }

  /** Tells what was typed, if that was not told yet. */
  tell() {
    clearTimeout(this.pause);
    if (!this.untold) return;
    this.untold = false;
    this.dispatch("typed", { text: this.editor.text(), stub: this.data.stub });
  }

  dispatch(name, detail = {}) {
    const whose = { chapter: this.data.chapter, exercise: this.data.name };
    this.place.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { ...whose, ...detail } }));
  }

  /** Shows what was kept elsewhere: in another tab, or nothing any more. */
  take(text) {
    if (!this.place.contains(document.activeElement) && !this.editor.is(text ?? this.data.stub)) {
      this.editor.replace(text ?? this.data.stub);
      clearTimeout(this.pause);
      this.untold = false;
    }
  }

  startOver() {
    if (this.editor.is(this.data.stub)) return this.say("Nothing was changed yet.");
    this.editor.replace(this.data.stub);
    this.tell();
    this.outputs.replaceChildren();
    const back = button("Undo", () => {
      this.editor.undo();
      this.tell();
      this.focus();
    });
    this.say("It is as it was at the start. ", back);
  }

  // What is run

  /** Runs the answer with its check, or the scratch cell, and shows what comes of it. */
  async run() {
    this.tell();
    const { data } = this;
    const text = this.editor.text();
    const source = this.scratch ? text : `${text}\n\n\n${data.check}`;
    const outputs = await this.work(source, this.scratch ? { name: "scratch" } : { name: data.asks_for, limit: LIMIT });
    if (!outputs) return;
    this.ran = { text, birth: births };
    this.show(this.outputs, outputs);
    if (!this.scratch && isRight(this.outputs)) this.dispatch("solved", { text });
  }

  /** Shows one hint more. */
  async ask() {
    const { data } = this;
    const again = this.birth === births ? 0 : this.hints; // an interpreter started anew has forgotten those given
    const outputs = await this.work(`for _ in range(${again}): hint(ex.${data.name})\nhint(ex.${data.name})`, {
      name: "hint",
    });
    if (!outputs) return;
    this.birth = births;
    this.hints += 1;
    this.show(this.hinted, outputs);
  }

  /** Runs a source; returns the outputs, or nothing where it did not come to an end. */
  async work(source, options) {
    if (busy) {
      const other = busy === this ? "It" : busy.called;
      this.say(`${other[0].toUpperCase()}${other.slice(1)} is still running: wait for it, or stop it.`);
      this.stop.hidden = false;
      return null;
    }
    busy = this;
    this.place.dataset.state = "running";
    this.check.setAttribute("aria-disabled", "true");
    this.spoken.textContent = "";
    const slow = setTimeout(() => {
      this.stop.hidden = false;
      this.say("Running …");
    }, PATIENCE);
    try {
      const { outputs } = await engine.run(source, { ...options, setup: this.data.setup });
      this.say("");
      return outputs;
    } catch (reason) {
      births += 1;
      this.outputs.replaceChildren();
      this.say(reason.message);
      return null;
    } finally {
      clearTimeout(slow);
      await this.stopping;
      this.stopping = null;
      busy = null;
      for (const cell of open) cell.rest();
    }
  }

  /** Takes Stop away, and puts the buttons as they are between two runs. */
  rest() {
    const focused = document.activeElement === this.stop;
    this.stop.hidden = true;
    this.check.removeAttribute("aria-disabled");
    this.place.dataset.state = "ready";
    if (focused) this.check.focus();
  }

  /** Stops whatever runs. */
  halt() {
    const cell = busy;
    if (cell) cell.stopping ??= engine.stop().catch((reason) => cell.say(reason.message));
  }

  /** Shows outputs as a notebook does, and says in a word what they are. */
  show(where, outputs) {
    const parts = outputs.map(({ kind, text }) => {
      if (kind === "html")
        return make("div", { class: "solve-card" }, document.createRange().createContextualFragment(text));
      return make("pre", { class: `solve-${kind}`, tabindex: "0", role: "group", "aria-label": LABELS[kind] }, text);
    });
    const lost = outputs.map(({ text }) => this.lost(text)).find(Boolean);
    if (lost) parts.push(make("p", { class: "solve-lost" }, lost));
    where.replaceChildren(...parts);
    this.spoken.textContent = headline(parts.at(-1));
    if (!parts.length) this.say("It ran, and printed nothing.");
    parts.at(-1)?.scrollIntoView({ block: "nearest" });
  }

  /** Says where a name went that another cell had defined before Python started anew; "" if it is none. */
  lost(error) {
    const earlier = [...open].filter((cell) => cell !== this && cell.ran && cell.ran.birth !== births);
    const name = lostName(
      error,
      earlier.map((cell) => cell.ran.text),
    );
    return name && `Python started anew since you ran the cell that defines ${name}. Run that cell again first.`;
  }
}

const LABELS = { text: "Printed", error: "Error" };

export { engine };

/** Opens a cell in its place.

    Args:
      place: The element with the class "solve".
      data: { chapter, name, kind, setup, stub, check, asks_for }.

    Returns:
      The cell, with focus(). */
export function openCell(place, data) {
  const cell = new Cell(place, data);
  open.add(cell);
  cell.dispatch("opened");
  return cell;
}
