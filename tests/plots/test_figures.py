"""Every figure function returns its Axes, draws what it says, and refuses what it cannot draw."""

from types import SimpleNamespace

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from dnnlib.plots import bands, confusion, curves, diagnostics, grids, images, style


@pytest.fixture(autouse=True)
def house_style():
    with matplotlib.rc_context():
        style.use()
        yield


@pytest.fixture
def ax():
    return Figure().add_subplot()


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_number_grid_writes_each_number_in_reading_order(ax):
    assert grids.number_grid([[1, -2, 0], [0.5, 3, np.nan]], ax, title="kernel") is ax
    assert texts(ax) == ["1.0", "−2.0", "0.0", "0.5", "3.0", ""]
    assert ax.get_title() == "kernel"


def test_number_grid_never_writes_minus_zero(ax):
    grids.number_grid([[-0.001, 0.126]], ax)
    assert texts(ax) == ["0.00", "0.13"]


def test_number_grid_frames_the_highlighted_window(ax):
    grids.number_grid(np.arange(12).reshape(3, 4), ax, highlight=(1, 2, 2, 2))
    frame = ax.patches[-1]
    assert (frame.get_x(), frame.get_y(), frame.get_width(), frame.get_height()) == (1.5, 0.5, 2, 2)


def test_number_grid_reads_on_every_cell(ax):
    grids.number_grid(np.linspace(-9, 9, 40).reshape(4, 10), ax, limits=(-9, 9))
    for cell, text in zip(ax.patches, ax.texts, strict=True):
        assert style.contrast(to_hex(text.get_color()), cell.get_facecolor()) >= 4.3
        assert text.get_color() not in style.DARK


def test_number_grid_refuses_windows_outside_and_images(ax):
    with pytest.raises(ValueError, match="inside a 2 × 2 grid"):
        grids.number_grid(np.eye(2), ax, highlight=(1, 1, 2, 2))
    for window in ((0, 0), 3, [(0, 0, 1)], (0, 0, 0, 1), (-1, 0, 1, 1)):
        with pytest.raises(ValueError, match=r"highlight: expected \(row, column, height, width\)"):
            grids.number_grid(np.eye(2), ax, highlight=window)
    for limits in ((1, 1), (1, 0), 3):
        with pytest.raises(ValueError, match="limits: expected"):
            grids.number_grid(np.eye(2), ax, limits=limits)
    with pytest.raises(ValueError, match=r"expected shape \(H, W\)"):
        grids.number_grid(np.ones((2, 2, 3)), ax)
    with pytest.raises(ValueError, match="one matrix or more"):
        grids.axes_for([])


def test_axes_for_gives_all_cells_one_size():
    figure, axes = grids.axes_for([np.ones((5, 6)), np.ones((3, 3)), np.ones(4)], signs=("∗", "="), cell=0.5)
    for ax, shape in zip(axes, [(5, 6), (3, 3), (1, 4)], strict=True):
        box = ax.get_position()
        inches = np.array([box.width, box.height]) * figure.get_size_inches()
        assert inches == pytest.approx([0.5 * shape[1], 0.5 * shape[0]])
    assert [text.get_text() for text in figure.texts] == ["∗", "="]


def test_image_shows_the_full_range_and_refuses_signed_values(ax):
    images.image(np.full((4, 5), 0.5), ax)
    assert ax.images[0].get_clim() == (0, 1)
    with pytest.raises(ValueError, match="use response"):
        images.image(np.full((4, 5), -0.5), ax)
    for wrong in (np.ones((4, 5, 2)), np.ones((0, 5))):
        with pytest.raises(ValueError, match="expected shape"):
            images.image(wrong, ax)
    for wrong in (np.full((4, 5), "a"), np.full((4, 5), 1j)):
        with pytest.raises(ValueError, match="expected real numbers"):
            images.image(wrong, ax)


def test_response_has_zero_in_the_middle(ax):
    images.response(np.array([[-1.0, 4.0]]), ax, colorbar=True)
    assert ax.images[0].get_clim() == (-4, 4)
    with pytest.raises(ValueError, match="choose one channel"):
        images.response(np.ones((4, 5, 2)), ax)


def test_kernel_grid_places_filters_in_columns_and_channels_in_rows(ax):
    kernel = np.random.default_rng(0).normal(size=(3, 2, 4, 5))
    images.kernel_grid(kernel, ax)
    sheet = np.asarray(ax.images[0].get_array().filled(np.nan))
    assert sheet.shape == (4 * 4 - 1, 5 * 3 - 1)
    assert sheet[4:7, 6:8] == pytest.approx(kernel[:, :, 1, 2])


def test_feature_maps_show_every_channel(ax):
    maps = np.random.default_rng(0).uniform(size=(4, 4, 6))
    images.feature_maps(maps, ax, columns=4)
    sheet = np.asarray(ax.images[0].get_array().filled(np.nan))
    assert sheet.shape == (9, 19)
    assert sheet[5:, 5:9] == pytest.approx(maps[:, :, 5])


def test_image_grid_labels_each_image(ax):
    images.image_grid(np.zeros((3, 8, 8, 1)), ax, labels=[7, 8, 9])
    assert texts(ax) == ["7", "8", "9"] and len(ax.images) == 3
    with pytest.raises(ValueError, match="one for each of the 3"):
        images.image_grid(np.zeros((3, 8, 8)), ax, labels=[1])
    images.image_grid(np.full((3, 8, 8), -1e-5), ax)  # a mean of zeros, rounded
    with pytest.raises(ValueError, match="images: expected values from 0 to 1, received 16 to 16"):
        images.image_grid(np.full((3, 8, 8), 16), ax)  # would be all white


def test_grids_refuse_what_is_empty_and_columns_that_are_none(ax):
    for draw, shape in (
        (images.kernel_grid, (3, 3, 1, 0)),
        (images.feature_maps, (3, 3, 0)),
        (images.image_grid, (0, 3, 3)),
        (images.response, (0, 3)),
    ):
        with pytest.raises(ValueError, match="expected shape"):
            draw(np.zeros(shape), ax)
    for columns in (0, 2.5):
        for draw, shape in (
            (images.kernel_grid, (3, 3, 1, 2)),
            (images.feature_maps, (3, 3, 2)),
            (images.image_grid, (2, 3, 3)),
        ):
            with pytest.raises(ValueError, match="columns: expected an integer of at least 1"):
                draw(np.zeros(shape), ax, columns=columns)


@pytest.mark.parametrize("metric, best", [("loss", 2), ("accuracy", 3)])
def test_learning_curves_mark_the_best_epoch(ax, metric, best):
    history = {"loss": [3, 2, 1], "val_loss": [3, 1, 2], "accuracy": [0.1, 0.2, 0.3], "val_accuracy": [0.1, 0.2, 0.3]}
    curves.learning_curves(history, ax, metric=metric)
    assert ax.lines[0].get_xdata().tolist() == [1, 2, 3]
    assert ax.lines[-1].get_xdata() == [best]


@pytest.mark.parametrize("values", [[], [np.nan, np.nan]])
def test_learning_curves_of_a_run_that_diverged_mark_no_best_epoch(ax, values):
    curves.learning_curves({"loss": values, "val_loss": values}, ax)
    assert [line.get_label() for line in ax.lines] == ["training", "validation"]


def test_learning_curves_name_the_metrics_there_are(ax):
    with pytest.raises(ValueError, match="expected one of .'loss'."):
        curves.learning_curves({"loss": [1.0]}, ax, metric="accuracy")


def test_confusion_matrix_colours_by_the_share_of_the_true_class(ax):
    confusion.confusion_matrix([[8, 2], [0, 50]], ["cat", "dog"], ax)
    assert texts(ax) == ["8", "2", "", "50"]
    assert ax.patches[0].get_facecolor() == pytest.approx(style.SEQUENTIAL(0.85 * 0.8))
    with pytest.raises(ValueError, match="3 labels"):
        confusion.confusion_matrix(np.eye(2), ["a", "b", "c"], ax)


def test_a_band_shades_what_lies_between_its_edges_in_the_colour_of_its_line(ax):
    bands.line_with_band([1, 2, 3], ([2, 3, 4], [1, 2, 3], [3, 5, 5]), ax, label="ten seeds")
    (line,), (shade,) = ax.lines, ax.collections
    assert line.get_ydata().tolist() == [2, 3, 4] and line.get_label() == "ten seeds"
    assert np.allclose(shade.get_facecolor()[0, :3], matplotlib.colors.to_rgb(line.get_color()))
    assert {(2, 2), (2, 5)} <= {tuple(vertex) for vertex in shade.get_paths()[0].vertices}
    with pytest.raises(ValueError, match="for each of 3 places, received 2"):
        bands.line_with_band([1, 2, 3], ([2, 3], [1, 2], [3, 5]), ax)


def test_a_diagnosis_draws_each_number_at_its_layer_and_leaves_out_what_has_none():
    shares, norms = Figure().subplots(1, 2)
    names = ("name", "zero", "dead", "saturated", "gradient_norm", "update_ratio")
    rows = [
        ("conv", 0.1, 0.0, None, 2.0, np.inf),
        ("relu", 0.5, 0.25, None, None, None),
        ("tanh", 0, 0, 0.9, 0.0, 1e-3),
    ]
    layers = [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in rows]
    diagnostics.layer_diagnosis(layers, shares, norms)
    drawn = {line.get_label(): line.get_xydata().tolist() for line in [*shares.lines, *norms.lines]}
    assert drawn["zero"] == [[0.1, 0], [0.5, 1], [0, 2]] and drawn["saturated"] == [[0.9, 2]]
    assert drawn["gradient norm"] == [[2.0, 0]] and drawn["update ratio"] == [[1e-3, 2]]
    assert [label.get_text() for label in shares.get_yticklabels()] == ["conv", "relu", "tanh"]
    with pytest.raises(ValueError, match="expected one row or more"):
        diagnostics.layer_diagnosis([], shares, norms)
