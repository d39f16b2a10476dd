"""The Python files of the page's interpreter: the standard library and NumPy as a zip, and the book's own package.

What is left out is left out whole: importing it says "No module named …", as in any Python that lacks it.
"""

import io
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
STANDARD = """
__future__ __phello__ _ast_unparse _collections_abc _colorize _compat_pickle _markupbase _missing_stdlib_info
_opcode_metadata _py_abc _py_warnings _pydatetime _pydecimal _pylong _sitebuiltins _strptime
_sysconfigdata__wasi_wasm32-wasi _threading_local _weakrefset abc annotationlib argparse ast base64 bisect calendar
cmd code codecs codeop collections colorsys compression concurrent contextlib contextvars copy copyreg csv ctypes
dataclasses datetime decimal difflib dis doctest encodings enum filecmp fileinput fnmatch fractions functools
genericpath getopt gettext glob graphlib gzip hashlib heapq hmac html importlib inspect io ipaddress json keyword
linecache locale logging mmap ntpath nturl2path numbers opcode operator optparse os pathlib pickle pickletools pkgutil
platform posixpath pprint pydoc queue quopri random re reprlib rlcompleter runpy sched secrets selectors shelve shlex
shutil signal site stat statistics string stringprep struct subprocess symtable sysconfig tarfile tempfile textwrap
this threading timeit token tokenize tomllib trace traceback tracemalloc types typing unittest urllib uuid warnings
weakref zipfile zipimport zoneinfo
""".split()
PARTS_NEEDED = ("_pyrepl/__init__.pyc", "_pyrepl/pager.pyc")  # what pydoc, and so help(), shows its pages with
# Codecs of large tables, whose compiled halves are left out of the interpreter
CODECS = ("big5", "cp932", "cp949", "cp950", "euc_", "gb", "hz", "iso2022", "johab", "shift_jis")
# Building extensions, and tests
NUMPY_OMITTED = ("numpy/f2py/", "numpy/_pyinstaller/", "numpy/doc/", "numpy/conftest", "numpy/_configtool")
# The rooms of dnnlib that need NumPy alone, and its single files
ROOMS = """autodiff augmentation datasets evaluation exercises features initializers layers losses optimizers
regularizers training unsupervised""".split()
DATA = ("datasets/alice.txt.gz", "datasets/architectures.json", "datasets/results/*.json")


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
    top = name.partition("/")[0].removesuffix(".pyc")
    if "/tests/" in name or name.endswith("/"):
        return False
    if top == "numpy":
        return not name.startswith(NUMPY_OMITTED)
    if top == "encodings":
        return not name.removeprefix("encodings/").startswith(CODECS)
    return top in STANDARD or name in PARTS_NEEDED


def book(root=ROOT):
    """Returns the files of the book that the page's Python reads: a dict from path to bytes, in order."""
    package = root / "dnnlib"
    files = {*package.glob("*.py"), *(file for room in ROOMS for file in (package / room).rglob("*.py"))}
    files |= {file for pattern in DATA for file in package.glob(pattern)}
    found = {file.relative_to(root).as_posix(): file.read_bytes() for file in sorted(files)}
    return {"page_python.py": Path(__file__).with_name("boot.py").read_bytes(), **found}
