"""Each way in which a download can fail gives one clear error, and leaves what is on disk alone."""

import hashlib
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dnnlib.datasets import downloads

CONTENT = bytes(range(256)) * 40
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Weather(BaseHTTPRequestHandler):
    """Answers as the path says."""

    def do_GET(self):
        kind = self.path.strip("/")
        if kind in ("404", "429"):
            return self.send_error(int(kind))
        self.send_response(302 if kind == "redirect" else 200)
        if kind == "redirect":
            self.send_header("Location", "/good")
        body = {"wrong": CONTENT[:-1] + b"!", "login": b"<html>Please sign in</html>"}.get(kind, CONTENT)
        self.send_header("Content-Length", str(0 if kind == "redirect" else len(body)))
        self.end_headers()
        if kind == "silent":
            self.server.over.wait(10)
        elif kind == "slow":
            for i in range(0, len(body), 4096):
                self.wfile.write(body[i : i + 4096])
                time.sleep(0.1)
        elif kind != "redirect":
            self.wfile.write(body[:5000] if kind == "short" else body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Weather)
    server.daemon_threads, server.over = True, threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.over.set()
    server.shutdown()


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(downloads, "TIMEOUT", 0.5)
    return tmp_path


def fetch(origin, name="file.bin"):
    return downloads.official_file("Data", "datasets", name, origin, SHA256)


def files(home):
    return sorted(path.name for path in (home / "datasets").rglob("*") if path.is_file())


@pytest.mark.parametrize("kind", ["good", "redirect", "slow"])
def test_what_arrives_whole_is_put_in_place_and_not_asked_for_again(home, server, kind):
    path = fetch(server + kind)
    assert path.read_bytes() == CONTENT and files(home) == ["file.bin"]
    assert fetch("http://127.0.0.1:9/nobody") == path


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("404", "newer version of this book"),
        ("429", "too many requests"),
        ("short", "cut short|got only 5000"),
        ("wrong", f"{len(CONTENT)} bytes and another hash"),
        ("login", "27 bytes and another hash.*log-in page"),
        ("silent", "timed out"),
    ],
)
def test_a_download_that_fails_leaves_nothing_and_says_what_to_do(home, server, kind, said):
    (home / "datasets").mkdir()
    (home / "datasets" / "other.bin").write_bytes(b"an earlier good file")
    with pytest.raises(ConnectionError, match=said) as caught:
        fetch(server + kind)
    for part in ("Data", str(home / "datasets" / "file.bin"), server + kind, "Nothing was kept"):
        assert part in str(caught.value)
    assert files(home) == ["other.bin"]
    assert (home / "datasets" / "other.bin").read_bytes() == b"an earlier good file"


def test_without_a_server_the_message_names_file_and_address(home):
    with pytest.raises(ConnectionError, match="file.bin.*KERAS_HOME.*127.0.0.1:9"):
        fetch("http://127.0.0.1:9/file.bin")
    assert files(home) == []


def test_a_broken_file_in_the_cache_is_named_and_left_alone(home, server):
    (home / "datasets").mkdir()
    (home / "datasets" / "file.bin").write_bytes(CONTENT[:100])
    with pytest.raises(ValueError, match="100 bytes.*Nothing was changed"):
        fetch(server + "good")
    assert (home / "datasets" / "file.bin").read_bytes() == CONTENT[:100]


def test_a_folder_in_place_of_the_cache_is_an_error_that_says_so(home, server):
    (home / "datasets").write_bytes(b"a file where a folder should be")
    with pytest.raises(ConnectionError, match="file.bin"):
        fetch(server + "good")
    assert (home / "datasets").read_bytes() == b"a file where a folder should be"


def test_the_limit_of_time_is_gone_after_a_download(home, server):
    before = socket.getdefaulttimeout()
    fetch(server + "good")
    with pytest.raises(ConnectionError):
        fetch(server + "404", "second.bin")
    assert socket.getdefaulttimeout() == before
