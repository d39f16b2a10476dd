/* Small comforts of the built page: what scrolls sideways shows that it does and can be scrolled by keyboard, a
   question that asks for a number has a field for it, and paper is white. */
(() => {
  const SCROLLERS = ".book-figure, pre, div.math, .pst-scrollable-table-container, .output.text_html";

  /** Says on which sides a box goes on, for the style sheet. */
  function markMore(box) {
    const rest = box.scrollWidth - box.clientWidth - box.scrollLeft;
    const sides = [box.scrollLeft > 1 && "left", rest > 1 && "right"].filter(Boolean).join(" ");
    if (sides && box.hasAttribute("tabindex")) box.dataset.more = sides;
    else delete box.dataset.more;
  }

  /** Puts what overflows into the tab order, and takes it out again when it fits. */
  function reachScrollers() {
    for (const box of document.querySelectorAll(SCROLLERS)) {
      if (box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== "visible") box.tabIndex = 0;
      else box.removeAttribute("tabindex");
      markMore(box);
    }
  }

  /** Reads a number as people type it: 1,000 or 0,5, a minus sign of any kind, 3/4; NaN for anything else. */
  function readNumber(text) {
    const plain = text.replace(/[\s\u2009\u202f_%]/g, "").replace(/[−–]/g, "-");
    if (!plain) return Number.NaN;
    const point = /^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain) ? plain.replaceAll(",", "") : plain.replace(",", ".");
    const [above, below = 1, ...more] = point.split("/");
    return more.length || above === "" || below === "" ? Number.NaN : Number(above) / Number(below);
  }

  /** Says whether a number is as good as another; tolerance is "0.5", or "5%" of that other. */
  function agrees(value, wanted, tolerance) {
    const allowed = Number.parseFloat(tolerance) * (tolerance.endsWith("%") ? Math.abs(wanted) / 100 : 1);
    return Math.abs(value - wanted) <= allowed + 1e-9 * Math.max(1, Math.abs(wanted));
  }

  /** Returns the feedback on a wrong number: that of the folded list, where it speaks of this number. */
  function feedbackOn(value, wanted, answer) {
    for (const item of answer.querySelectorAll("li")) {
      const number = item.querySelector("strong");
      if (!number || !agrees(value, readNumber(number.textContent), answer.dataset.tolerance ?? "0")) continue;
      const copy = (item.querySelector(":scope > p") ?? item).cloneNode(true);
      copy.querySelector("strong").remove();
      const said = document.createElement("span");
      said.append(...copy.childNodes);
      if (said.firstChild.nodeType === Node.TEXT_NODE)
        said.firstChild.data = said.firstChild.data.replace(/^[\s:,.–—]+/, "");
      return said;
    }
    return `too ${value > wanted ? "large" : "small"}.`;
  }

  /** Puts a field before a folded answer that is a number, and answers what is typed. */
  function askNumber(box, place) {
    const answer = box.querySelector("details.number");
    const wanted = readNumber(answer.dataset.answer);
    const form = document.createElement("form");
    form.innerHTML = `<label for="number-${place}">Your answer</label> <input id="number-${place}" type="text"
      inputmode="decimal" autocomplete="off" size="9"> <span class="unit"></span> <button>Check</button>
      <p role="status"></p>`;
    form.querySelector(".unit").textContent = answer.dataset.unit ?? "";
    const [field, verdict] = form.querySelectorAll("input, [role=status]");
    const question = box.previousElementSibling;
    if (question) {
      question.id ||= `number-question-${place}`;
      field.setAttribute("aria-describedby", question.id);
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const value = readNumber(field.value);
      const right = agrees(value, wanted, answer.dataset.tolerance ?? "0");
      verdict.className = right ? "right" : Number.isNaN(value) ? "" : "wrong";
      if (right) verdict.replaceChildren("Right. The reason is unfolded below.");
      else if (Number.isNaN(value)) verdict.replaceChildren("Expected a number, such as 12 or 0.5.");
      else verdict.replaceChildren("Not right: ", feedbackOn(value, wanted, answer));
      if (right) answer.open = true;
      if (right) box.dispatchEvent(new CustomEvent("answered", { bubbles: true })); // progress.mjs puts a mark to it
    });
    box.prepend(form);
  }

  document.querySelectorAll(".number-question").forEach(askNumber);

  let theme;
  const root = document.documentElement;
  window.addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
  });
  window.addEventListener("afterprint", () => {
    root.dataset.theme = theme;
  });
  window.addEventListener("resize", reachScrollers);
  document.addEventListener(
    "scroll",
    ({ target }) => {
      if (target.dataset?.more) markMore(target);
    },
    true,
  );
  document.addEventListener("toggle", reachScrollers, true);
  window.addEventListener("load", reachScrollers);
})();
