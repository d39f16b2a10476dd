"""Serves a folder over http, for tests and benchmarks."""

import contextlib
import functools
import http.server
import threading


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Answers without a word on stderr."""

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def served(folder):
    """Yields the address at which a folder is served."""
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
