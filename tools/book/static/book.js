/* Small comforts of the built page: what scrolls sideways can be scrolled by keyboard, and paper is white. */
(() => {
  const SCROLLERS = ".book-figure, pre, .math, .pst-scrollable-table-container, .output.text_html";

  /** Puts what overflows into the tab order, and takes it out again when it fits. */
  function reachScrollers() {
    for (const box of document.querySelectorAll(SCROLLERS)) {
      if (box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== "visible") box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }

  let theme;
  const root = document.documentElement;
  window.addEventListener("beforeprint", () => { theme = root.dataset.theme; root.dataset.theme = "light"; });
  window.addEventListener("afterprint", () => { root.dataset.theme = theme; });
  window.addEventListener("resize", reachScrollers);
  document.addEventListener("toggle", reachScrollers, true);
  window.addEventListener("load", reachScrollers);
})();
