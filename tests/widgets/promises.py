"""What every explorable promises, for the tests of each: its link, its card, and that nothing goes on after its end."""

import traitlets

from tests.widgets.pages import settle

PAGE_TRAITS = {"layout", "tabbable", "tooltip"}  # ipywidgets's own

CLEAN_UP = """async ([file, state, change]) => {
  const { default: widget } = await import(file);
  const wait = (time) => new Promise((done) => setTimeout(done, time)), listeners = {};
  let reads = 0;
  const model = {
    get: (name) => { reads += 1; return state[name]; },
    set(name, value) { state[name] = value; listeners[`change:${name}`]?.forEach((heard) => heard()); },
    save_changes() {},
    on(name, heard) { (listeners[name] ??= new Set()).add(heard); },
    off(name, heard) { listeners[name].delete(heard); } };
  const el = document.body.appendChild(document.createElement("div"));
  const stop = await widget.render({ model, el });
  const count = () => Object.values(listeners).reduce((sum, set) => sum + set.size, 0), before = count();
  await wait(100);
  [...el.querySelectorAll("button")].find((one) => one.textContent.includes("Play"))?.click();
  await wait(100);
  Object.entries(change).forEach(([name, value]) => model.set(name, value));
  stop();
  const shown = el.innerHTML;
  reads = 0;
  document.documentElement.dataset.theme = "dark";
  el.style.width = "300px";
  await wait(600);
  return [before, count(), reads, el.innerHTML === shown];
}"""

OUTSIDE = """([margin, excepted]) => {
  const right = document.querySelector(".xp").getBoundingClientRect().right;
  return [...document.querySelectorAll(".xp *")].filter((e) => e.checkVisibility() && !e.closest(excepted) &&
    e.getBoundingClientRect().right > right - margin).map((e) => e.outerHTML.slice(0, 80)); }"""


def file_of(cls):
    """Returns the address of an explorable's module."""
    return f"/dnnlib/widgets/{cls.__module__.rpartition('.')[2]}.mjs"


def check_link_takes_what_python_takes(page, cls, tried, beside=None):
    """Compares what the module's CHECKS let through with what the traits take.

    Args:
        page: Any page of the server.
        cls: The explorable.
        tried: For each trait, values to try, good ones and bad ones.
        beside: For a trait, the other arguments with which its values are tried.
    """

    def takes(name, value):
        try:
            cls(**{name: value}, **(beside or {}).get(name, {}))
        except traitlets.TraitError:
            return False
        return True

    assert set(tried) == {name for name, trait in cls.class_own_traits(sync=True).items() if not trait.read_only}
    verdicts = page.evaluate(
        """async ([file, tried]) => {
          const { CHECKS } = await import(file);
          return Object.keys(CHECKS).map((name) => [name, tried[name].map((value) => Boolean(CHECKS[name](value)))]);
        }""",
        [file_of(cls), tried],
    )
    assert dict(verdicts) == {name: [takes(name, value) for value in values] for name, values in tried.items()}


def check_clean_up_stops_everything(page, widget, change=None):
    """Mounts an explorable over a bare model, plays it if it can play, ends it, and looks for what goes on.

    After the end no listener may be left on the model, and neither another theme, nor another width, nor anything
    that was under way may read the model or draw.

    Args:
        page: Any page of the server.
        widget: The explorable, in the state to start with.
        change: Traits to set just before the end, so that a drawing is due.
    """
    names = [name for name in widget.trait_names(sync=True) if not name.startswith("_") and name not in PAGE_TRAITS]
    state = {name: getattr(widget, name) for name in names}
    before, after, reads, same = page.evaluate(CLEAN_UP, [file_of(type(widget)), state, change or {}])
    assert before > len(names) // 2, "expected listeners on most traits"
    assert (after, reads, same) == (0, 0, True)


def check_nothing_leaves_the_card(page, widths, margin=8, excepted=".xp-sr"):
    """Checks at several widths that the page doesn't scroll sideways, and that nothing reaches over the card's edge."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(OUTSIDE, [margin, excepted]) == []
