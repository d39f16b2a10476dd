"""Official files in Keras's cache: downloaded once, checked by their hash, and only then put into their place."""

import contextlib
import hashlib
import os
import re
import socket
import tempfile
from pathlib import Path

TIMEOUT = 30  # seconds without a byte after which a server counts as silent


def official_file(title, folder, name, origin, sha256):
    """Returns the path of an official file, downloading it into Keras's cache if it is not there.

    A download goes to a folder of its own, is checked, and is then renamed into place: what is in the cache was
    whole when it got there. A file in the cache that is not the official one is reported, and left as it is.

    Args:
        title: The data set's name, for messages.
        folder: Folder below Keras's home, e.g. "datasets".
        name: The file's name there.
        origin: Where it is downloaded from.
        sha256: Its hash, as hexadecimal digits.

    Returns:
        A `pathlib.Path`.

    Raises:
        ConnectionError: If the file is not there and cannot be downloaded, or something else arrives.
        ValueError: If the file is there but is not the official one.
    """
    home = keras_home()
    path = home / folder / name
    if path.exists():
        if digest(path) != sha256:
            raise ValueError(
                f"{title}: expected {path} with sha256 {sha256[:12]}…, received {path.stat().st_size} bytes with "
                f"{digest(path)[:12]}…: the file is cut short or another one. Nothing was changed: move it away, "
                "then run the cell again to download it anew."
            )
        return path
    expected = f"{title}: expected {path} (from KERAS_HOME, by default ~/.keras)"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix="download_") as room:
            _download(origin, Path(room), name)
            arrived = Path(room) / name
            if digest(arrived) != sha256:
                raise ConnectionError(
                    f"what arrived has {arrived.stat().st_size} bytes and another hash than the official file: it was "
                    "cut short, or something on the way answered in its place (a log-in page, a filter)"
                )
            arrived.replace(path)
    except Exception as error:
        raise ConnectionError(
            f"{expected}, and it could not be downloaded from {origin}: {error}. {_advice(str(error))} "
            "Nothing was kept. The file can also be put there by hand; the quick profile needs no download."
        ) from error
    return path


def keras_home():
    """Returns the folder of Keras's cache."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras").expanduser()


def digest(path):
    """Returns a file's sha256 as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _download(origin, room, name):
    import keras

    with _silence_ends_after(TIMEOUT):
        keras.utils.get_file(name, origin, cache_dir=str(room), cache_subdir="")


@contextlib.contextmanager
def _silence_ends_after(seconds):
    # Keras opens the address without a limit of its own, and would wait for a silent server for ever.
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


ADVICE = {
    "404|410": "The address is not known any more: a newer version of this book may have the new one.",
    "429": "The server has had too many requests: wait some minutes and run the cell again.",
    "401|403|407|451": "The server, or a filter on the way, refuses: try another network, or the file by hand.",
    r"5\d\d": "The server has trouble of its own: wait some minutes and run the cell again.",
}


def _advice(message):
    """Says what to do about a failed download, from what Keras says of it: "… failure on ADDRESS: 404 -- Not Found"."""
    fitting = (advice for codes, advice in ADVICE.items() if re.search(rf": (?:{codes}) -- ", message))
    return next(fitting, "Run the cell again when the connection stands.")
