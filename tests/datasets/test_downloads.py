"""Each way in which a download can fail gives one clear error, and leaves what is on disk alone."""

import gzip
import hashlib
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dnnlib.datasets import downloads

CONTENT = bytes(range(256)) * 40
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Weather(BaseHTTPRequestHandler):
    """Answers as the path says."""

    def do_GET(self):
        kind = self.path.strip("/").partition("?")[0]
        if kind.isdigit():
            return self.send_error(int(kind))
        to = {"redirect": "/good", "circle": "/circle", "to-login": "/login", "to-nobody": "http://127.0.0.1:9/x"}
        self.send_response(302 if kind in to else 200)
        if kind in to:
            self.send_header("Location", to[kind])
        body = {"wrong": CONTENT[:-1] + b"!", "login": b"<html>Please sign in</html>", "empty": b""}.get(kind, CONTENT)
        if kind != "short-unsaid":
            self.send_header("Content-Length", str(0 if kind in to else len(body)))
        self.end_headers()
        if kind == "silent":
            self.server.over.wait(10)
        elif kind == "stalls":
            self.wfile.write(body[:5000])
            self.wfile.flush()
            self.server.over.wait(10)
        elif kind == "slow":
            for i in range(0, len(body), 4096):
                self.wfile.write(body[i : i + 4096])
                time.sleep(0.1)
        elif kind not in to:
            self.wfile.write(body[:5000] if kind.startswith("short") else body)

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
        ("410", "newer version of this book"),
        ("429", "too many requests: wait"),
        ("403", "filter on the way, refuses"),
        ("451", "filter on the way, refuses"),
        ("500", "trouble of its own"),
        ("503", "trouble of its own"),
        ("short", "cut short|got only 5000"),
        ("short-unsaid", "5000 bytes and another hash.*cut short"),
        ("stalls", "timed out"),
        ("silent", "timed out"),
        ("empty", "0 bytes and another hash"),
        ("wrong", f"{len(CONTENT)} bytes and another hash"),
        ("login", "27 bytes and another hash.*log-in page"),
        ("to-login", "27 bytes and another hash.*log-in page"),
        ("to-nobody", "refused.*when the connection stands"),
        ("circle", "redirect"),
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


def test_a_good_copy_is_left_alone_whatever_the_server_would_say(home, server):
    path = fetch(server + "good")
    before = path.stat()
    for kind in ("404", "wrong", "silent", "login"):
        assert fetch(server + kind) == path
    assert path.read_bytes() == CONTENT
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_of_several_files_those_that_arrived_stay_when_the_next_fails(home, server, monkeypatch):
    from dnnlib.datasets import fashion_mnist

    pixels, labels = gzip.compress(bytes(16) + CONTENT[:784]), gzip.compress(bytes(8) + bytes([3]))
    first, second, *rest = fashion_mnist.SHA256
    monkeypatch.setattr(fashion_mnist, "ORIGIN", server + "404?")
    monkeypatch.setattr(
        fashion_mnist, "SHA256", {name: hashlib.sha256(pixels if "images" in name else labels).hexdigest()
                                  for name in fashion_mnist.SHA256}
    )  # fmt: skip
    place = home / "datasets" / "fashion-mnist"
    place.mkdir(parents=True)
    (place / first).write_bytes(pixels)
    with pytest.raises(ConnectionError, match=f"Fashion-MNIST.*{second}.*newer version"):
        fashion_mnist.load_fashion_mnist()
    assert files(home) == [first] and (place / first).read_bytes() == pixels
    for name in (second, *rest):
        (place / name).write_bytes(pixels if "images" in name else labels)
    (x, y), _ = fashion_mnist.load_fashion_mnist()
    assert x.shape == (1, 28, 28, 1) and y.tolist() == [3]


def test_a_reader_who_interrupts_a_download_leaves_nothing(home, server, monkeypatch):
    def interrupted(origin, room, name):
        (room / name).write_bytes(CONTENT[:100])
        raise KeyboardInterrupt

    monkeypatch.setattr(downloads, "_download", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fetch(server + "good")
    assert files(home) == [] and list((home / "datasets").iterdir()) == []


def test_two_at_once_both_get_the_whole_file(home, server):
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(fetch, [server + "slow"] * 4))
    assert {path.read_bytes() for path in paths} == {CONTENT} and files(home) == ["file.bin"]


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
