"""Serves the repository and opens pages that mount an explorable as the built book does."""

import base64
import contextlib
import functools
import http.server
import json
import threading
from pathlib import Path

from ipywidgets.widgets.widget import _remove_buffers

from dnnlib.widgets.base import HERE, key, modules, script, styles
from tools import normal_form

ROOT = Path(__file__).parents[2]

PAGE = """<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>{title}</title>
<style>html {{ background: {background}; }} body {{ margin: 12px; max-width: 760px; }}</style></head><body><main>
<h1 style="font:600 1rem sans-serif;color:gray">{title}</h1>
<script type="application/vnd.jupyter.widget-state+json">{state}</script>
<script type="application/vnd.jupyter.widget-view+json">{{"model_id": "w"}}</script>
{code}
<script src="/tools/book/static/explorables.js"></script></main></body></html>"""


@contextlib.contextmanager
def serve():
    """Yields a server of the repository: `url` is its address, `pages` a dict from paths to pages of its own."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}
        pages = {"/blank": "<!doctype html><title>blank</title>"}

        def do_GET(self):
            if self.path.startswith("/scripts/"):
                text, kind = script(HERE / f"{self.path.removeprefix('/scripts/')}.mjs"), "text/javascript"
            elif self.path in self.pages:
                text, kind = self.pages[self.path], "text/html"
            else:
                return super().do_GET()
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(ROOT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.pages = Handler.pages
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()


def code_of(widget):
    """Returns the elements that load an explorable's styles and scripts, as the built book's pages do."""
    main = HERE / f"{type(widget).__module__.rpartition('.')[2]}.mjs"
    sheets = [f'<link rel="stylesheet" href="/dnnlib/widgets/{file.relative_to(HERE)}">' for file in styles(main)]
    return "\n".join([*sheets, *(f'<script src="/scripts/{key(module)}"></script>' for module in modules(main))])


def settle(page):
    """Waits until the page has drawn what it was asked for."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def open_explorable(browser, server, widget, errors, theme="light", width=800, height=900, **context):
    """Opens a page with an explorable and waits until it is ready.

    Args:
        browser: A Playwright browser.
        server: What `serve` yields.
        widget: The explorable.
        errors: A list that takes the texts of the page's errors.
        theme: "light" or "dark".
        width: The page's width in pixels.
        height: Its height.
        **context: More arguments of `browser.new_page`.

    Returns:
        A Playwright page.
    """
    state, paths, buffers = _remove_buffers(widget.get_state())
    stored = [
        {"path": path, "encoding": "base64", "data": base64.b64encode(data).decode()}
        for path, data in zip(paths, buffers, strict=True)
    ]
    state = normal_form.without_code(state)
    record = {"model_name": "AnyModel", "model_module": "anywidget", "state": state, "buffers": stored}
    text = json.dumps({"state": {"w": record}}, default=lambda value: None).replace("</", "<\\/")
    address = f"/page{len(server.pages)}"
    background = "#14181e" if theme == "dark" else "#ffffff"
    server.pages[address] = PAGE.format(
        theme=theme, title=widget.title, background=background, state=text, code=code_of(widget)
    )
    page = browser.new_page(viewport={"width": width, "height": height}, **context)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(server.url + address)
    page.wait_for_selector("[data-ready=true]", timeout=10_000)
    return page
