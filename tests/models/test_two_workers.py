"""Keras on two virtual devices, as the book runs it: the weights of one device, and the bytes that are computed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import keras
import nbformat
import numpy as np
import pytest

from dnnlib.models.collectives import Collective, collectives
from dnnlib.models.parallel import chain, costs

CHAPTER = Path(__file__).parents[2] / "chapters" / "62_lenet_to_vgg.ipynb"
SCRIPT = re.compile(r"%%writefile (\S+)\n")
BATCH = 32
OF_THE_LOSS = 9 * BATCH  # numbers at most that softmax and loss exchange, a few an image
DUMP = "--xla_dump_to=programs --xla_dump_hlo_as_text --xla_dump_hlo_module_re=.*train_step.*"
DEVICES = {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "JAX_NUM_CPU_DEVICES": "2", "JAX_ENABLE_X64": "1"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Runs the chapter's scripts once, in a process with JAX; their folder, and what they printed."""
    folder = tmp_path_factory.mktemp("two_workers")
    for cell in nbformat.read(CHAPTER, as_version=4).cells:
        if written := SCRIPT.match(cell.source):
            (folder / written[1]).write_text(cell.source[written.end() :], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "train.py"], cwd=folder, env=os.environ | DEVICES | {"XLA_FLAGS": DUMP},
        capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return folder, done.stdout


@pytest.fixture(scope="module")
def exchanges(run):
    programs = sorted((run[0] / "programs").glob("*jit_train_step.cpu_after_optimizations.txt"))
    return dict(zip(("one", "images", "units"), (collectives(path.read_text()) for path in programs), strict=True))


@pytest.fixture(scope="module")
def layers():
    """The layers of the script's network, for the ledger."""
    half = {"strides": 2, "padding": "same"}
    return chain(
        keras.Sequential(
            [
                keras.Input((8, 8, 1)),
                keras.layers.Conv2D(16, 3, **half),
                keras.layers.Conv2D(32, 3, **half),
                keras.layers.Flatten(),
                *(keras.layers.Dense(units) for units in (512, 512, 10)),
            ]
        )
    )


def test_two_workers_train_to_the_weights_of_one(run):
    one, *others = (np.load(run[0] / f"{cut}.npz") for cut in ("one", "images", "units"))
    half = len(one.files) // 2
    moved = max(np.abs(one[now] - one[then]).max() for then, now in zip(one.files, one.files[half:], strict=False))
    assert moved > 1e-3  # it trained
    for other in others:
        for name in one.files:
            np.testing.assert_allclose(other[name], one[name], rtol=0, atol=1e-13)


def test_each_worker_holds_what_the_layout_says(run):
    assert run[1].splitlines() == [
        "one [(128, 512)]",
        "images [(128, 512), (128, 512)]",
        "units [(128, 256), (128, 256)]",
    ]


def test_one_worker_exchanges_nothing(exchanges):
    assert exchanges["one"] == []


@pytest.mark.parametrize("cut, cuts", [("images", ["data"] * 5), ("units", ["data"] * 2 + ["model"] * 3)])
def test_programs_exchange_the_bytes_that_are_computed(cut, cuts, exchanges, layers):
    rows = costs(layers, cuts, workers=2, batch=BATCH, counted="results")
    expected = 2 * sum(row.sent for row in rows)  # float64, where `costs` counts float32
    measured = sum(collective.bytes for collective in exchanges[cut])
    assert expected <= measured <= expected + 8 * OF_THE_LOSS
    assert measured < 1.05 * expected


def test_what_is_gathered_are_the_inputs_of_the_layers_cut_by_units(exchanges):
    gathered = [one.shapes for one in exchanges["units"] if one.kind == "all-gather" and one.bytes > 8 * BATCH]
    assert gathered == [((BATCH, 128),), ((BATCH, 512),), ((BATCH, 512),)]
    assert [one.kind for one in exchanges["images"]] == ["all-reduce"]


def test_a_program_by_hand():
    text = """HloModule jit_step
  %all-reduce.1 = (f32[3,4]{1,0}, /*index=1*/bf16[5]{0}) all-reduce(%a, %b), metadata={op_name="jit(step)/add"}
  %sum = f32[3,4]{1,0} add(%all-reduce.1, %all-gather.2)
  ROOT %all-gather.2 = s32[] all-gather-start(%c)
"""
    assert collectives(text) == [
        Collective("all-reduce", ((3, 4), (5,)), 58, "jit(step)/add"),
        Collective("all-gather", ((),), 4, ""),
    ]
    with pytest.raises(ValueError, match="expected XLA's text, which starts with HloModule, received 'module"):
        collectives("module @jit_step")
