"""A folder of the reader's own pictures: read as a camera meant it, split without a leak, and every fault named."""

import io
import shutil

import numpy as np
import pytest
from PIL import Image

from dnnlib.datasets.folders import load_folder

RNG = np.random.default_rng(0)


def picture(path, size=(20, 30), mode="RGB", **options):
    """Stores a picture of chance, (height, width), that no other equals."""
    channels = {"RGB": 3, "RGBA": 4, "LA": 2}.get(mode)
    shape = size if channels is None else (*size, channels)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(RNG.integers(0, 256, shape, dtype=np.uint8), mode).save(path, **options)


@pytest.fixture
def folder(tmp_path):
    for name in ("cats", "dogs"):
        for i in range(10):
            picture(tmp_path / name / f"{i}.png")
    return tmp_path


def test_two_parts_with_every_class_and_every_file_once(folder):
    found = load_folder(folder, image_size=(12, 16))
    (x, y), (x_val, y_val) = found.training, found.validation
    assert x.shape == (16, 12, 16, 3) and x_val.shape == (4, 12, 16, 3) and x.dtype == np.float32
    assert y.dtype == np.int64 and np.bincount(y).tolist() == [8, 8] and np.bincount(y_val).tolist() == [2, 2]
    assert found.classes == ("cats", "dogs") and not found.skipped
    assert sorted(found.files[0] + found.files[1]) == sorted(folder.rglob("*.png"))
    assert [file.parent.name for file in found.files[0]] == [found.classes[label] for label in y]


def test_a_seed_gives_the_same_split_and_another_gives_another(folder):
    first, again, other = (load_folder(folder, 8, seed=seed).files for seed in (0, 0, 1))
    assert first == again and first != other


def test_the_share_is_of_each_class_and_leaves_one_picture_at_least_on_either_side(folder):
    for i in range(8):
        (folder / "dogs" / f"{i}.png").unlink()
    for share, counts in ((0.5, [5, 1]), (0.01, [1, 1]), (0.99, [9, 1])):
        assert np.bincount(load_folder(folder, 8, validation_split=share).validation[1]).tolist() == counts


def test_proportions_are_kept_by_cutting_or_by_bars_as_asked(tmp_path):
    pixels = np.zeros((20, 60, 3), np.uint8)
    pixels[:, 20:40] = 250  # the middle third
    for i, name in enumerate("aabb"):
        (tmp_path / name).mkdir(exist_ok=True)
        Image.fromarray(pixels + np.uint8(i)).save(tmp_path / name / f"{i}.png")
    cut = load_folder(tmp_path, 20, dtype="uint8").training[0]
    assert cut.min() >= 250
    whole = load_folder(tmp_path, 60, pad_to_aspect_ratio=True).training[0][0]
    assert (whole[:20] == 0).all() and (whole[40:] == 0).all() and (whole[25:35, 25:35] > 0.9).mean() > 0.9
    assert (whole[25:35, :15] < 0.1).all()


def test_a_picture_is_turned_as_its_camera_says(tmp_path):
    upright = np.zeros((40, 20, 3), np.uint8)
    upright[:20] = 255  # light above
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn to the right to see it": stored with its top at the left
    stored = np.rot90(upright)
    for name, i in (("a", 0), ("a", 1), ("b", 2), ("b", 3)):
        (tmp_path / name).mkdir(exist_ok=True)
        lifted = np.clip(stored.astype(int) + 3 * i, 0, 255).astype(np.uint8)
        Image.fromarray(lifted).save(tmp_path / name / f"{i}.jpg", exif=exif, quality=95)
    for part in (load_folder(tmp_path, (40, 20)).training[0], load_folder(tmp_path, (40, 20)).validation[0]):
        assert (part[:, :18] > 0.9).all() and (part[:, 22:] < 0.1).all()


@pytest.mark.parametrize(("color_mode", "channels"), [("rgb", 3), ("grayscale", 1)])
def test_every_kind_of_picture_comes_in_the_form_asked_for(tmp_path, color_mode, channels):
    for i, mode in enumerate(("RGB", "L", "RGBA", "LA")):
        picture(tmp_path / "a" / f"{i}.png", mode=mode)
    picture(tmp_path / "b" / "deeper" / "0.bmp")
    picture(tmp_path / "b" / "1.JPG")
    Image.fromarray(RNG.integers(0, 256, (9, 9, 3), np.uint8)).convert("P").save(tmp_path / "b" / "2.gif")
    Image.fromarray(RNG.integers(0, 256, (9, 9, 4), np.uint8), "CMYK").save(tmp_path / "b" / "3.tiff")
    Image.fromarray(RNG.integers(0, 2, (9, 9), np.uint8) * 255).convert("1").save(tmp_path / "b" / "4.png")
    found = load_folder(tmp_path, 8, color_mode)
    assert not found.skipped and len(found.training[1]) + len(found.validation[1]) == 9
    assert found.training[0].shape[1:] == (8, 8, channels)


def test_what_is_transparent_is_white_and_sixteen_bits_keep_their_light(tmp_path):
    for i, name in enumerate("aabb"):
        (tmp_path / name).mkdir(exist_ok=True)
        clear = np.zeros((10, 10, 4), np.uint8)
        clear[0, 0] = i
        Image.fromarray(clear).save(tmp_path / name / f"clear{i}.png")
    assert load_folder(tmp_path, 10).training[0][:, 2:].min() == 1
    for i, name in enumerate("aabb"):
        (tmp_path / name / f"clear{i}.png").unlink()
        Image.fromarray(np.full((10, 10), 32768 + i, np.uint16)).save(tmp_path / name / f"deep{i}.png")
    np.testing.assert_allclose(load_folder(tmp_path, 10).training[0], 0.5, atol=0.01)


def test_what_cannot_be_used_is_left_out_and_listed_with_its_reason(folder, capsys):
    (folder / "cats" / "notes.txt").write_text("no picture")
    (folder / "cats" / "broken.jpg").write_bytes(b"not a JPEG at all")
    (folder / "dogs" / "phone.heic").write_bytes(b"ftypheic")
    (folder / "readme.md").write_text("beside the classes")
    whole = io.BytesIO()
    Image.fromarray(RNG.integers(0, 256, (80, 80, 3), np.uint8)).save(whole, "JPEG")
    (folder / "dogs" / "short.jpg").write_bytes(whole.getvalue()[:1500])
    shutil.copy(folder / "cats" / "0.png", folder / "dogs" / "again.png")
    for unseen in (".DS_Store", "cats/.hidden.png", "dogs/Thumbs.db"):
        (folder / unseen).write_bytes(b"x")
    found = load_folder(folder, 8)
    why = {file.name: reason for file, reason in found.skipped}
    assert set(why) == {"notes.txt", "broken.jpg", "phone.heic", "readme.md", "short.jpg", "again.png"}
    assert why["notes.txt"] == "is no picture's type: .txt" and "save it as JPEG" in why["phone.heic"]
    assert why["broken.jpg"].startswith("can't be read") and why["short.jpg"].startswith("can't be read")
    assert why["again.png"] == "a copy of cats/0.png" and why["readme.md"] == "stands in no class's folder"
    assert len(found.training[1]) + len(found.validation[1]) == 20
    assert "left out: notes.txt: is no picture's type" in repr(found) and "16 images to train on" in repr(found)


def test_strict_makes_the_first_of_them_an_error(folder):
    (folder / "cats" / "broken.jpg").write_bytes(b"not a JPEG at all")
    with pytest.raises(ValueError, match="broken.jpg: can't be read.*mend it, or take it away"):
        load_folder(folder, 8, strict=True)


def test_no_folder_a_file_no_class_and_one_class_are_told_apart(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected a folder with a subfolder for each class, found no .*none"):
        load_folder(tmp_path / "none")
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError, match="file is a file"):
        load_folder(tmp_path / "file")
    with pytest.raises(ValueError, match="expected two or more subfolders, one for each class, found none"):
        load_folder(tmp_path)
    picture(tmp_path / "cats" / "0.png")
    with pytest.raises(ValueError, match="found only 'cats'"):
        load_folder(tmp_path)


def test_too_few_pictures_name_the_class_and_what_was_left_out(folder):
    for i in range(9):
        (folder / "dogs" / f"{i}.png").unlink()
    (folder / "dogs" / "broken.png").write_bytes(b"\x89PNG")
    with pytest.raises(ValueError, match="class 'dogs': expected two usable pictures .* found 1; left out: broken.png"):
        load_folder(folder, 8)
    (folder / "birds").mkdir()
    with pytest.raises(ValueError, match="class 'birds': .* found 0$"):
        load_folder(folder, 8)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_size": 0}, "image_size"),
        ({"image_size": (8, 8, 3)}, "image_size: expected an integer or 2"),
        ({"color_mode": "gray"}, 'expected "rgb" or "grayscale"'),
        ({"dtype": "float64"}, '"float32" or "uint8"'),
        ({"validation_split": 0}, "validation_split: expected a number between 0 and 1"),
        ({"validation_split": 1}, "validation_split"),
        ({"seed": -3}, "seed"),
    ],
)
def test_wrong_arguments_are_named(folder, arguments, message):
    with pytest.raises(ValueError, match=message):
        load_folder(folder, **arguments)


def test_a_large_jpeg_is_decoded_small_and_to_the_same_picture(tmp_path):
    smooth = np.linspace(0, 255, 1600)[None, :, None] * np.ones((1200, 1, 3))
    for i, name in enumerate("aabb"):
        (tmp_path / name).mkdir(exist_ok=True)
        Image.fromarray(np.uint8(np.clip(smooth + i, 0, 255))).save(tmp_path / name / f"{i}.jpg")
    x = load_folder(tmp_path, (30, 40)).training[0]
    np.testing.assert_allclose(x[0, :, :, 0], np.tile(np.linspace(0.0125, 0.9875, 40), (30, 1)), atol=0.02)
