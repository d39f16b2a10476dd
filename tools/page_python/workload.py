"""One cell that uses the page's Python broadly. coverage.py runs it, to see which functions of the interpreter ran.

Its pieces may fail, as readers' cells do: an exception is as good a use as a value, and only a trap ends it.
"""

import contextlib
import importlib
import io
import pkgutil
import sys
import traceback
import warnings
import zipfile

import numpy as np

import dnnlib.exercises
from dnnlib.exercises.checker import check, hint
from dnnlib.exercises.exercise import Design, Estimate, Exercise, Task

LIBRARY = "/usr/local/lib/python315.zip"
NOT_IMPORTED = {"antigravity", "this", "idlelib"}
quiet = io.StringIO()
counts = {}


def use(text, **names):
    """Runs a text among this cell's names; writes out what it raises, and forgets it."""
    counts["pieces"] = counts.get("pieces", 0) + 1
    try:
        exec(text, {**globals(), **names})
    except BaseException:
        traceback.format_exc()


def import_all():
    """Imports every module of the library, of the interpreter and of the book."""
    names = set()
    for file in zipfile.ZipFile(LIBRARY).namelist():
        path = file.removesuffix(".pyc").removesuffix("/__init__")
        if file.endswith(".pyc") and not path.endswith("__main__"):
            names.add(path.replace("/", "."))
    names |= {name for name in sys.builtin_module_names if "." not in name or name.startswith("numpy.")}
    names |= {module.name for module in pkgutil.walk_packages(["/book"])}
    failed = []
    for name in sorted(names - NOT_IMPORTED):
        try:
            importlib.import_module(name)
        except Exception as error:
            failed.append(f"{name} ({type(error).__name__})")
    counts["modules"] = len(names)
    return failed


def answers_of(task):
    """Yields answers to an exercise: right, wrong in each known way, untouched, and odd ones."""
    yield from (None, 3, "three", [1, [2]], lambda: 3, lambda *a: 3, lambda *a: 1 / 0, lambda *a: [][1])
    yield lambda *a: np.ones((2, 2))
    if isinstance(task, Exercise):
        yield task.reference
        yield from (mistake.answer for mistake in task.mistakes)
    if isinstance(task, Estimate):
        yield task.value
        yield from (value for _, value in task.wrong_values())
    if isinstance(task, Design):
        yield from (eval(text, {"np": np}) for text in (task.example, *(text for _, text, _ in task.mistakes)))


def check_all():
    """Checks every exercise with all these answers, from cells' texts where it has one, and asks for all its hints."""
    for module in pkgutil.iter_modules(dnnlib.exercises.__path__):
        tasks = vars(importlib.import_module(f"dnnlib.exercises.{module.name}")).values()
        for task in [task for task in tasks if isinstance(task, Task)]:
            for text in (task.solution, task.stub):
                use(f"import numpy as np\n{text}\nshown = check(task, {task.asks_for})._repr_html_()", task=task)
            for answer in answers_of(task):
                shown = check(task, answer)
                repr(shown), shown._repr_html_()
                counts["verdicts"] = counts.get("verdicts", 0) + 1
            for _ in task.hints:
                hint(task)._repr_html_()


TYPES = "float64 float32 float16 int64 int32 int16 int8 uint8 uint16 uint32 uint64 bool complex64 complex128".split()
OPERATORS = "+ - * / // % ** == != < <= > >= & | ^ << >>".split()
UNARY = [name for name, value in vars(np).items() if isinstance(value, np.ufunc) and value.nin == 1]
BINARY = [name for name, value in vars(np).items() if isinstance(value, np.ufunc) and value.nin == 2]
METHODS = """sum prod mean std var min max argmin argmax all any cumsum cumprod argsort sort ptp nonzero ravel flatten
tolist tobytes round squeeze trace diagonal""".split()
ARRAYS = """
a.swapaxes(0, 1) @ b.swapaxes(0, 1).swapaxes(1, 2)
a[0] @ b[0].T; a[0, 0] @ b[0, 0]; a[0] @ b[0, 0]; np.dot(a, b[0].T); np.inner(a, b); np.outer(a, b); np.vdot(a, b)
np.einsum("ijk,ijl->ikl", a, b); np.einsum("ijk,ijk->", a, b); np.einsum("ijk,ilk->ijl", a, b, optimize=True)
np.tensordot(a, b, axes=([1, 2], [1, 2])); np.kron(a[0], b[0]); np.cross(a[0, :, :3], b[0, :, :3])
str(a); repr(a); np.array2string(a, precision=2); repr(a[0, 0, 0]); format(a[0, 0, 0]); f"{a[0, 0, 0]:.3f}"
a[a > 0]; a[[0, 1], [1, 2]]; a[:, None]; a[..., 0]; a[np.ix_([0, 1], [0, 2])]; a[-1]; a.item(3)
c = a.copy(); c[c > 0] = 1; c[[0, 1]] = 2; c[:, 1] += 1; c.fill(0); np.put(c, [0], [9]); np.add.at(c, ([0, 0],), 1)
np.where(a > 0, a, b); np.where(a > 1); np.take(a, [0, 2], axis=1); np.choose([0, 1], [[1, 2], [3, 4]])
np.select([a > 0], [a], 0); np.take_along_axis(a, np.argsort(a, axis=1), axis=1); np.clip(a, 0, 2); np.sort(a)
np.unique(a); np.unique(a, return_counts=True, return_inverse=True); np.unique(a, axis=0); np.median(a, axis=1)
np.argsort(a, kind="stable"); np.partition(a, 2); np.argpartition(a, 2); np.lexsort((a[0, 0], b[0, 0]))
np.searchsorted(np.sort(a.ravel()), b.ravel()); np.histogram(a); np.bincount(a.astype(int).ravel() % 5)
np.digitize(a.ravel(), [0, 1, 2]); np.percentile(a, 30); np.quantile(a, 0.4, axis=0); np.isclose(a, b); np.cov(a[0])
np.corrcoef(a[0]); np.average(a, weights=abs(b)); np.diff(a); np.gradient(a); np.convolve(a[0, 0], b[0, 0], "same")
np.correlate(a[0, 0], b[0, 0], "valid"); np.interp([1.5], [1, 2], [3, 4]); np.nansum(a); np.nanmean(a); np.nanmax(a)
np.intersect1d(a, b); np.union1d(a, b); np.isin(a, b); np.count_nonzero(a, axis=1); np.flip(a); np.rot90(a)
np.roll(a, 1, axis=1); np.repeat(a, 2, axis=0); np.tile(a, (1, 2, 1)); np.pad(a, 1); np.pad(a[0], 1, constant_values=7)
np.pad(a, 1, mode="edge"); np.pad(a, 1, mode="reflect"); np.pad(a, 1, mode="wrap"); np.pad(a, 1, mode="symmetric")
np.stack([a, b]); np.hstack([a, b]); np.vstack([a, b]); np.dstack([a, b]); np.split(a, 2); np.array_split(a, 3, axis=1)
np.insert(a, 1, 0); np.delete(a, 1, axis=0); np.append(a, b); np.moveaxis(a, 0, -1); a.transpose(2, 0, 1).copy()
a.reshape(-1, 3); a.reshape(2, -1, order="F"); np.broadcast_to(a[0], (3, 5, 6)); np.broadcast_arrays(a, a[0])
np.lib.stride_tricks.sliding_window_view(a, (2, 2), axis=(1, 2)); np.lib.stride_tricks.as_strided(a, (2, 2), (8, 8))
np.asfortranarray(a); np.ascontiguousarray(a.T); np.meshgrid([1, 2], [3, 4]); np.indices((2, 3)); np.tril(a[0])
np.diag(a[0, 0]); np.linspace(0, 1, 5); np.logspace(0, 1, 5); np.arange(5, dtype=a.dtype); np.full_like(a, 2)
np.vectorize(lambda x: x + 1)(a); np.apply_along_axis(np.sum, 0, a); [x for x in np.nditer(a)]; np.shares_memory(a, b)
a.view(np.uint8); a.strides; a.flags; np.fromfunction(lambda i, j: i + j, (2, 3)); np.nan_to_num(a); np.angle(a)
""".strip().splitlines()
LINALG = """inv det eig eigh eigvals eigvalsh svd qr cholesky norm matrix_rank pinv slogdet cond svdvals
matrix_norm""".split()
FOURIER = "fft ifft rfft irfft fft2 ifft2 fftn ifftn rfft2 irfft2 hfft ihfft".split()
RANDOM = """normal uniform integers choice permutation shuffle standard_normal random exponential poisson binomial beta
gamma multinomial dirichlet laplace logistic lognormal triangular multivariate_normal permuted geometric standard_t
chisquare rayleigh weibull pareto power gumbel vonmises hypergeometric negative_binomial zipf f noncentral_chisquare
wald bytes multivariate_hypergeometric""".split()
RANDOM_ARGUMENTS = """|3|0, 1|0, 1, 5|5, size=(2, 3)|[1, 2, 3]|[0.2, 0.8]|10, 0.3, 5|5, [0.2, 0.8]|[0, 0], [[1, 0], \
[0, 1]]
|np.arange(12)|np.arange(12), 5, replace=False|np.arange(3), 2, p=[0.1, 0.2, 0.7]|0, 10, (3, 3)|size=4|3, 4, 2
|size=4, dtype=np.float32|[3, 4], 2""".replace("\n", "").split("|")
ERRORS = """
np.zeros(3)[5]
np.zeros(3) + np.zeros(4)
np.zeros((2, 3)) @ np.zeros((2, 3))
np.array([1, [2]])
np.reshape(np.arange(5), (2, 3))
np.concatenate([np.zeros((2, 2)), np.zeros((3, 3))])
np.empty(10**9)
np.uint8(300)
int("x")
{}["a"]
undefined
None.x
def f(:
np.log(-1); np.array([1.0]) / 0; np.int8(100) * np.int8(100)
raise ExceptionGroup("both", [ValueError("one"), KeyError("two")])
def r(): r()\nr()
open("nowhere")
import nowhere
assert False, "why"
sorted([1, "a"])
print(1
f"{1:q}"
"\\ud800".encode()
""".strip().splitlines()
OTHERS = """
import statistics, math, cmath, random, decimal, fractions, datetime, calendar, itertools, functools, operator
import collections, heapq, bisect, copy, json, csv, re, string, textwrap, pprint, dataclasses, enum, typing, time
print(3**200, 7 // 2, -7 % 3, 1j * 1j, round(2.5), hex(255), 10**400 // 3**300, int("9" * 500), f"{1/3:.40f}", 2**0.5)
print(f"{3.14159:8.3f} {5!r:>4} {7:03d} {1e10:e} {1234567:,} {0.5:%}", "%d %s %5.2f" % (1, "a", 2.5), "ä€😀".upper())
for f in dir(math): f.startswith("_") or callable(getattr(math, f)) and [use(f"math.{f}({x})") for x in ("0.5", "2, 3")]
for f in dir(cmath): f.startswith("_") or callable(getattr(cmath, f)) and use(f"cmath.{f}(0.5 + 1j)")
for f in dir(random.Random(0)): f.startswith("_") or [use(f"random.{f}({x})") for x in ("", "2, 3", "[1, 2, 3]", "5")]
for f in dir(str): f.startswith("_") or [use(f"'a bc ä'.{f}({x})") for x in ("", "'b'", "'b', 'c'", "9", "['x']")]
decimal.getcontext().prec = 60; print(decimal.Decimal(2).sqrt().exp().ln(), fractions.Fraction(1, 3) ** 5)
datetime.datetime.now().strftime("%c"); datetime.datetime.strptime("2020-01-02", "%Y-%m-%d"); calendar.month(2020, 1)
json.loads(json.dumps({"a": [1, None, True, 1.5, "ä"]}, indent=1)); pprint.pformat({"a": list(range(50))})
re.sub(r"(?P<n>a+)b|\\d{2,}", r"<\\g<0>>", "caab 12345"); re.split(r"\\s*,\\s*", "a , b"); re.findall(r"(?i)[a-z]+", \
"Ab c")
import hashlib, hmac, zlib, gzip, base64, binascii, struct, pickle, uuid, secrets, zipfile, tarfile, tempfile, shutil
for f in hashlib.algorithms_available: use(f"hashlib.new({f!r}, b'text').hexdigest(8 if 'shake' in {f!r} else None)")
for level in range(10): zlib.decompress(zlib.compress(bytes(range(256)) * 300, level)); gzip.compress(b"a" * 999, level)
hmac.new(b"k", b"m", "sha256").hexdigest(); uuid.uuid4(); secrets.token_hex(); struct.pack("<ifd", 1, 2.0, 3.0)
pickle.loads(pickle.dumps([np.eye(2), {1, 2}, print, 1j])); copy.deepcopy([{1: (2, [3])}]); binascii.crc32(b"a")
with zipfile.ZipFile("/tmp/z.zip", "w", zipfile.ZIP_DEFLATED) as z: z.writestr("a", b"text" * 99)
with open("/tmp/t.txt", "w") as f: f.write("one\\ntwo\\n")
with open("/tmp/t.txt") as f: list(csv.reader(f)); import os; os.listdir("/tmp"); os.stat("/tmp"); os.getcwd()
np.savez_compressed("/tmp/n.npz", a=np.eye(3)); np.load("/tmp/n.npz")["a"]; np.save("/tmp/n.npy", np.eye(3))
np.savetxt("/tmp/n.txt", np.eye(3)); np.loadtxt("/tmp/n.txt"); np.genfromtxt(["1 2", "3 x"]); np.fromstring("1 2", \
sep=" ")
class A:\n  x: int = 1\n  @property\n  def p(self): return super().__hash__()\n  def __iter__(self): yield from [1, 2]
@dataclasses.dataclass(order=True)\nclass D:\n  a: int = 1\n  b: list = dataclasses.field(default_factory=list)\nD() \
< D(2)
class E(enum.Enum):\n  ONE = enum.auto()\nmatch E.ONE:\n  case E.ONE: print(E("x"))
match {"a": [1, 2]}:\n  case {"a": [x, *y]} if x: print(x, y)
async def g(): return 1\ntry: g().send(None)\nexcept StopIteration as e: print(e.value)
def g():\n  try:\n    x = yield 1\n  finally: pass\ni = g(); next(i); i.throw(ValueError)
from typing import *; TypeVar("T"); get_type_hints(A); typing.NamedTuple("P", [("x", int)])(1); list[int] | None
import tracemalloc, gc, weakref, inspect, ast, dis, symtable, tokenize; gc.collect(); dis.dis(use); \
ast.dump(ast.parse("1"))
tracemalloc.start(); x = [bytes(99) for _ in range(99)]; tracemalloc.take_snapshot().statistics("lineno"); \
tracemalloc.stop()
help(np.sum); help(len); print(dir(np)[:3]); np.show_config(); np.info(np.sum); np.finfo(float); np.iinfo(int); \
sys.version
for n in ("utf-8", "utf-16", "utf-32", "latin-1", "cp1252", "ascii", "utf-7", "punycode", "idna", "rot13", \
"unicode_escape"): use(f"'ä'.encode({n!r}, 'replace').decode({n!r})")
import unicodedata; unicodedata.normalize("NFKD", "ﬁä"); unicodedata.name("ä"); unicodedata.numeric("½")
warnings.warn("said", stacklevel=2); np.errstate(all="raise"); np.set_printoptions(precision=3); np.set_printoptions()
np.dtype([("a", int), ("b", float)]); np.zeros(2, dtype=[("a", int)])["a"]; np.array(["a", "bc"]); np.array([1, None])
np.strings.upper(np.array(["a"])); np.array(["a"], dtype=np.dtypes.StringDType()) + "b"; np.rec.array([(1, 2.0)])
np.datetime64("2020-01-01") + np.timedelta64(1, "D"); np.arange("2020-01", "2020-03", dtype="datetime64[D]"); \
np.busday_count("2020-01", "2020-02")
np.polyfit([1, 2, 3], [1, 2, 3], 1); np.roots([1, -3, 2]); np.polynomial.Chebyshev.fit(range(5), range(5), 2)(1); \
np.trapezoid([1, 2])
np.ma.array([1, 2], mask=[0, 1]).mean(); np.testing.assert_allclose([1], [2]); np.block([[np.eye(2)]]); np.hanning(4)
np.packbits([1, 0]); np.frombuffer(b"12345678"); np.mgrid[0:2, 0:2]; np.r_[1:3, 5]; np.c_[[1], [2]]; np.kaiser(4, 1)
np.linalg.lstsq(np.ones((5, 2)), np.arange(5.0)); np.linalg.multi_dot([np.eye(3)] * 3); \
np.linalg.tensorsolve(np.eye(4).reshape(2, 2, 2, 2), np.eye(2))
for kind in ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"): g = np.random.Generator(getattr(np.random, \
kind)(1)); g.normal(size=9); g.integers(9, size=9); g.spawn(2); pickle.dumps(g)
np.random.seed(0); np.random.rand(2); np.random.randn(2); np.random.randint(9); np.random.choice(5); \
np.random.RandomState(1).shuffle([1, 2])
x = np.arange(9).reshape(3, 3).view(np.matrix); x * x; x.I; np.memmap("/tmp/n.npy", mode="r")
sorted(range(999), key=lambda i: -i); {i: i for i in range(9999)}; "".join(map(chr, range(99))); [*range(9)][::-2]
""".strip().splitlines()


def use_numpy():
    """Computes with NumPy: every type with every operation, linear algebra of several sizes, transforms, randomness."""
    random = np.random.default_rng(0)
    for kind in TYPES:
        a, b = ((random.normal(size=(4, 5, 6)) * 5 + shift).astype(kind) for shift in (0, 3))
        for operator in OPERATORS:
            use(f"a {operator} b; a {operator} b[0]; a {operator} 2; 2 {operator} a; a.T {operator} b.T", a=a, b=b)
            use(f"a[::2, ::-1] {operator} 3; c = a.copy(); c[:] = c {operator} b", a=a, b=b)
        for name in UNARY:
            use(f"np.{name}(a); np.{name}(a[..., ::2]); np.{name}(a, where=a > 0, out=a.copy())", a=a)
        for name in BINARY:
            for call in ("(a, b)", "(a, 2)", ".outer(a[0], b[0])", ".reduce(a)", ".accumulate(a, axis=1)"):
                use(f"np.{name}{call}", a=a, b=b)
            use(
                f"np.{name}.at(a.copy(), (0, 1), 1); np.{name}.reduceat(a, [0, 2]); np.{name}(a.T[::2], b.T[::2])",
                a=a,
                b=b,
            )
        for name in METHODS:
            use(f"a.{name}()", a=a.copy())
            use(f"a.{name}(axis=1); np.{name}(a, axis=(0, 2), keepdims=True)", a=a.copy())
        for line in ARRAYS:
            for part in line.split("; "):
                use(line if part.startswith("c") else part, a=a.copy(), b=b.copy())
        for other in [*TYPES, "object", "str", "S9"]:
            use(f"a.astype('{other}'); a[::2].astype('{other}'); np.array(a.tolist(), dtype='{other}')", a=a)
            use(f"a + b.astype('{other}'); np.concatenate([a, b.astype('{other}')])", a=a, b=b)
    use_linear_algebra(random)
    for name in FOURIER:
        use(
            f"np.fft.{name}(x); np.fft.{name}(x.astype(np.float32)); np.fft.{name}(x, norm='ortho')",
            x=random.normal(size=(8, 12)),
        )
        use(f"np.fft.{name}(x); np.fft.{name}(x.astype(np.complex64))", x=random.normal(size=(7, 11)))
    for name in RANDOM:
        for arguments in RANDOM_ARGUMENTS:
            use(f"g.{name}({arguments})", g=random)


def use_linear_algebra(random):
    """Multiplies and decomposes matrices of sizes below and above those where libraries change their ways."""
    for kind in ("float64", "float32", "complex128", "complex64"):
        for size in (1, 3, 17, 130):
            x = random.normal(size=(size, size)).astype(kind)
            for left in ("x", "x.T", "x[::2]", "x[:, ::-1]", "x[0]", "np.asfortranarray(x)"):
                for right in ("x", "x.T", "x[:, 0]", "x[:, : size // 2 + 1]"):
                    use(f"y = {left}; y @ {right}[: y.shape[-1]]; y @ y.T", x=x, size=size)
            use("np.linalg.solve(x, x); np.linalg.solve(x, x[0]); np.linalg.lstsq(x[:, :-1], x[0])", x=x)
            for name in LINALG:
                use(f"np.linalg.{name}(x)", x=x)
                use(f"np.linalg.{name}(x @ x.T.conj() + np.eye(len(x), dtype=x.dtype))", x=x)
        m = random.normal(size=(3, 4, 4)).astype(kind)
        for name in LINALG:
            for argument in ("m", "m[0, :, :3]", "m[0].T[:3]", "m[0, :3]"):
                use(f"np.linalg.{name}({argument})", m=m)


with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet), warnings.catch_warnings():
    warnings.simplefilter("always")
    failed = import_all()
    check_all()
    use_numpy()
    for text in (*ERRORS, *OTHERS):
        use(text.replace("\\n", "\n"))
print(counts, "not imported:", ", ".join(failed))
