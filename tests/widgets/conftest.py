"""Explorables in a real browser: their pure functions, and a page that mounts one as the built book does."""

import base64
import functools
import http.server
import json
import threading
from pathlib import Path

import numpy as np
import pytest
from ipywidgets.widgets.widget import _remove_buffers

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

PAGE = """<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><title>{title}</title>
<style>html {{ background: {background}; }} body {{ margin: 12px; max-width: 760px; }}</style></head><body><main>
<h1 style="font:600 1rem sans-serif;color:gray">{title}</h1>
<script type="application/vnd.jupyter.widget-state+json">{state}</script>
<script type="application/vnd.jupyter.widget-view+json">{{"model_id": "w"}}</script>
<script src="/tools/book/static/explorables.js"></script></main></body></html>"""


@pytest.fixture(scope="session")
def served():
    """Serves the repository; returns its address."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}
        pages = {}

        def do_GET(self):
            if self.path not in self.pages:
                return super().do_GET()
            body = self.pages[self.path].encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    Handler.pages = {"/blank": "<!doctype html><title>blank</title>"}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(ROOT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.pages = Handler.pages
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()


@pytest.fixture
def blank(browser, served):
    """An empty page that may import the modules."""
    page = browser.new_page()
    page.goto(f"{served.url}/blank")
    yield page
    page.close()


@pytest.fixture
def call(blank):
    """Returns call(module, function, list of argument lists) -> list of results, computed by the module in the browser."""

    def run(module, function, arguments):
        return blank.evaluate(
            "async ([file, name, calls]) => { const m = await import(file); return calls.map((a) => m[name](...a)); }",
            [f"/dnnlib/widgets/{module}", function, json.loads(json.dumps(arguments))],
        )

    return run


@pytest.fixture
def mount(browser, served):
    """Returns mount(widget, theme="light", width=800) -> page with the explorable ready; console errors fail the test."""
    pages, errors = [], []

    def run(widget, theme="light", width=800, height=900, **context):
        state, paths, buffers = _remove_buffers(widget.get_state())
        stored = [
            {"path": path, "encoding": "base64", "data": base64.b64encode(data).decode()}
            for path, data in zip(paths, buffers, strict=True)
        ]
        record = {"model_name": "AnyModel", "model_module": "anywidget", "state": state, "buffers": stored}
        text = json.dumps({"state": {"w": record}}, default=lambda value: None).replace("</", "<\\/")
        address = f"/page{len(served.pages)}"
        background = "#14181e" if theme == "dark" else "#ffffff"
        served.pages[address] = PAGE.format(theme=theme, title=widget.title, background=background, state=text)
        page = browser.new_page(viewport={"width": width, "height": height}, **context)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(served.url + address)
        page.wait_for_selector("[data-ready=true]", timeout=10_000)
        pages.append(page)
        return page

    yield run
    for page in pages:
        page.close()
    assert not [e for e in errors if "favicon" not in e]


def script_times(page, act, count=60):
    """Calls the JavaScript function act(n), n = 0, 1, …, and lets the page draw; returns each frame's script in ms."""
    times = page.evaluate(
        """async ([source, count]) => {
          const act = eval(source), real = window.requestAnimationFrame, spent = [];
          window.requestAnimationFrame = (draw) => real((time) => {
            const start = performance.now();
            draw(time);
            spent.push(performance.now() - start);
          });
          for (let n = 0; n < count; n++) {
            act(n);
            await new Promise((done) => real(() => real(done)));
          }
          return spent;
        }""",
        [act, count],
    )
    print(f"median {np.median(times):.1f} ms, least {min(times):.1f} ms, 95 % {np.quantile(times, 0.95):.1f} ms")
    return times


def pointing_at_cells(label):
    """Returns a function for `script_times` that points at the cells of a grid, here and there."""
    return f"""(n) => {{
      const cells = document.querySelectorAll("[role=grid][aria-label='{label}'] .xp-cell");
      cells[(n * 37 + 1) % cells.length].dispatchEvent(new PointerEvent("pointerenter"));
    }}"""


def axe_violations(page):
    """Returns what axe-core finds in the explorable, each rule with the elements that break it."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed here; the tests of the built book run it")
    page.add_script_tag(path=AXE)
    return page.evaluate("axe.run('.xp').then((r) => r.violations.map((v) => [v.id, v.nodes.map((n) => n.html)]))")
