/* Small comforts of the built page: what scrolls sideways shows that it does and can be scrolled by keyboard, and
   paper is white. */
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
