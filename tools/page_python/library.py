"""The Python files of the page's interpreter: the standard library and NumPy as a zip, and the book's own package.

What is left out is left out whole: importing it says "No module named …", as in any Python that lacks it.
"""

import io
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
STANDARD = """
__future__ _ast_unparse _collections_abc _colorize _compat_pickle _markupbase _missing_stdlib_info _opcode_metadata
_py_abc _py_warnings _pydecimal _pylong _sitebuiltins _strptime _sysconfigdata__wasi_wasm32-wasi _threading_local
_weakrefset abc annotationlib argparse ast base64 bisect calendar code codecs codeop collections colorsys compression
concurrent contextlib contextvars copy copyreg csv dataclasses datetime decimal difflib dis email encodings enum
fnmatch fractions functools genericpath getopt gettext glob graphlib gzip hashlib heapq hmac html importlib inspect io
ipaddress json keyword linecache locale logging mmap ntpath nturl2path numbers opcode operator os pathlib pickle
pkgutil platform posixpath pprint pydoc queue quopri random re reprlib runpy secrets selectors shlex shutil signal
site stat statistics string struct subprocess sysconfig tempfile textwrap this threading timeit token tokenize
traceback tracemalloc types typing unittest urllib warnings weakref zipfile zipimport
""".split()
PARTS_NEEDED = ("_pyrepl/__init__.pyc", "_pyrepl/pager.pyc")  # what pydoc, and so help(), shows its pages with
# Of packages, what needs modules that are not here, what is large and seldom used, and tools for extensions
OMITTED = """
compression/bz2 compression/lzma compression/zstd concurrent/futures/interpreter concurrent/futures/process
concurrent/interpreters importlib/readers importlib/resources importlib/simple logging/config logging/handlers
numpy/_configtool numpy/_core/cversions numpy/_pyinstaller numpy/conftest numpy/ctypeslib numpy/doc numpy/f2py
numpy/lib/recfunctions numpy/ma/testutils numpy/matlib numpy/polynomial numpy/random/_examples
numpy/testing/print_coercion_tables
unittest/async_case unittest/mock urllib/request urllib/robotparser
""".split()
CODECS = """
__init__ aliases ascii base64_codec charmap cp1250 cp1252 cp437 cp850 hex_codec iso8859_1 iso8859_15 latin_1
mac_roman quopri_codec raw_unicode_escape rot_13 undefined unicode_escape utf_16 utf_16_be utf_16_le utf_32
utf_32_be utf_32_le utf_7 utf_8 utf_8_sig uu_codec zlib_codec
""".split()
# The rooms of dnnlib that need NumPy alone
ROOMS = """autodiff augmentation datasets evaluation exercises features initializers layers losses optimizers
regularizers training unsupervised""".split()
SINGLE = ("progress", "validation")  # files beside the rooms; watching.py is for notebooks
DATA = ("datasets/alice.txt.gz", "datasets/architectures.json")


def standard_library(source):
    """Packs the standard library and NumPy.

    Args:
        source: The package's own zip of them, a ``zipfile.ZipFile``.

    Returns:
        The bytes of a zip without compression, which is left to the whole.
    """
    names = sorted(name for name in source.namelist() if belongs(name))
    missing = {*STANDARD} - {name.partition("/")[0].removesuffix(".pyc") for name in names}
    if missing:
        raise ValueError(f"expected these modules in the package's standard library: {', '.join(sorted(missing))}")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for name in names:
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), source.read(name))
    return packed.getvalue()


def belongs(name):
    """Says whether a file of the package's zip is for the page."""
    path = name.removesuffix(".pyc")
    top, _, rest = path.partition("/")
    if "/tests/" in name or any(path == other or path.startswith(f"{other}/") for other in OMITTED):
        return False
    if top == "encodings":
        return rest in CODECS
    return top in STANDARD or top == "numpy" or name in PARTS_NEEDED


def book(root=ROOT):
    """Returns the files of the book that the page's Python reads: a dict from path to bytes, in order."""
    package = root / "dnnlib"
    files = {package / f"{name}.py" for name in ("__init__", *SINGLE)}
    files |= {file for room in ROOMS for file in (package / room).rglob("*.py")}
    files |= {file for pattern in DATA for file in package.glob(pattern)}
    found = {file.relative_to(root).as_posix(): file.read_bytes() for file in sorted(files)}
    return {"page_python.py": Path(__file__).with_name("boot.py").read_bytes(), **found}
