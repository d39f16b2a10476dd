"""Pictures of printed letters and signs, as if written by hand: a source task that has no digit in it.

The signs are letters of many scripts, arrows, operators and geometric shapes from the typefaces of DejaVu, which come
with matplotlib. Signs that look like a digit, or like another sign, are left out. Each picture goes the way of the
digits of `dnnlib.datasets.digits`: a bitmap of 32 x 32, brought to their height, width and weight of strokes, whose
pixels are counted in blocks of 4 x 4.

Licence: DejaVu is Bitstream Vera with changes that are in the public domain; Bitstream's licence permits use,
copying and distribution of the fonts, and pictures drawn with them are not restricted (see
https://dejavu-fonts.github.io/License.html).
"""

import unicodedata
from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from dnnlib.widgets.draw_digit import BLOCK, SIDE, counted, fitted

FACES = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSerif", "DejaVuSerif-Italic", "DejaVuSansMono")
FEWEST = 2  # faces that must have a sign
BLOCKS = {
    "Latin": (0x41, 0x7B), "Latin Extended-B": (0x180, 0x250), "IPA Extensions": (0x250, 0x2B0),
    "Greek and Coptic": (0x370, 0x400), "Cyrillic": (0x400, 0x530), "Armenian": (0x531, 0x588),
    "Hebrew": (0x5D0, 0x5EB), "Arabic": (0x620, 0x66F), "N'Ko": (0x7CA, 0x7EB), "Lao": (0xE80, 0xEC0),
    "Georgian": (0x10D0, 0x10F7), "Canadian Aboriginal Syllabics": (0x1400, 0x1677), "Ogham": (0x1680, 0x16A0),
    "Tifinagh": (0x2D30, 0x2D68), "Latin Extended-C": (0x2C60, 0x2C80), "Arrows": (0x2190, 0x21A0),
    "Mathematical Operators": (0x2200, 0x2266), "Geometric Shapes": (0x25A0, 0x25D0),
}  # fmt: skip
KINDS = ("Lu", "Ll", "Lo", "Sm", "So")  # of Unicode: letters, and signs of mathematics and others
ALIKE = 0.75  # correlation of two signs' shapes from which they count as one, or as a digit
# Signs that a reader may take for a digit although the shapes, drawn out to a square, correlate less
READ_AS_DIGITS = (
    "BDIJOQSTZbgilqsz" "ƀƁƃƄƐƶƸƺǃȤȿɀɊɓʂʑʓʠ" "εζ" "ЗЧЪЬбзчъэѮҘҶҸӋӌԆ" "ՁՅՇՉՑԶգզյցջ" "גדחורן" "اعغو"
    "ვკუყჩჰჳჭ" "∂∃∋○◌◎◦"
)  # fmt: skip
DRAWN = 56  # pixels of a sign as it is drawn, before it is bent
# What `chosen_signs` finds with the typefaces of matplotlib 3.11: the search takes many seconds
SIGNS = (
    "ACEHKNPRUVWXYdfhkmntyƅƇƊƒƕƛƜƝƢƣƤƥƦƩƫƬƳƴƹƾǁǂǶȡȥȴȵȶȸȹȻȽɂɄɆɇɋɌɐɕɖɗɚɣɥɮɰɲɶɷɸʁʇʍʐʕʝʞʤʥʦʧʨʩʪʫʬ"
    "ʭʮʯͰͳͶΔΞΨαβμνξπςωϏϗϘϞϟϠϡϢϦϧϮϺϼϽЂЉЋДЖЛЦЩЫЮЯђћѢѤѨѪѬѯѰѵѸѹѼ҂ҊҐҒҕҗҙҞҟҠҤҦҨҲҴҷҹҼҾӄӅӍӔӕӶӺԂԄԇԏԐԓԔ"
    "ԗԘԙԠԲԴԵԸԹԾՀՃՄՆՊՋՌՖժլխծչտאיךלמעצקשءبةتجخدذرسطفكمىيߊߏߐߑߒߕߖߗߘߚߝߞߟߥߧກຂຄຈຊຍຕຖທນຜຝມຢລວສຮຯະາຽდთ"
    "ლჟრტფშჯჲჴჵᐅᐆᐊᐋᐌᐍᐏᐐᐒᐔᐘᐚᐝᐟᐠᐡᐢᐣᐥᐧᐫᐮᐳᐴᐸᐿᑁᑃᑆᑊᑑᑖᑗᑛᑜᑞᑠᑡᑣᑨᑬᑯᑱᑴᑸᑹᑺᑻᒀᒁᒃᒈᒔᒕᒠᒰᒶᓁᓂᓃᓄᓅᓇᓈᓉᓊᓋᓍᓔᓕᓖᓝᓞᓠᓢᓣᓧᓪ"
    "ᓬᓭᓮᓯᓲᓵᓶᓷᓸᓹᓾᓿᔂᔃᔄᔐᔒᔓᔖᔗᔘᔙᔚᔝᔞᔟᔠᔡᔢᔣᔤᔥᔦᔧᔨᔪᔬᔭᔯᔰᔱᔲᔳᔴᔵᔶᔸᔺᔻᔽᕃᕅᕋᕒᕓᕔᕕᕚᕢᕣᕩᕪᕵᕻᕾᕿᖁᖃᖅᖊᖌᖎᖏᖓᖕᖖᖢᖣᖤᖥᖧᖪᙆᙇᙯᙱᙲᙳ"
    "ᙴᚂᚇᚋᚌᚏᚑᚚⴲⴻⴼⴽⴾⴿⵂⵄⵆⵇⵈⵋⵐⵑⵒⵞⵣⱣⱤⱥⱦⱪⱫⱮⱲⱴⱾⱿ←→↖↗↘↙↜↝∅∈∍∓∔∗∛∝∞∠∱∴∵∶∷∸∹∺∻∼∽∾≀≂≃≅≆≈≋≌≍≏≐≒≓≗≘≤≥■□▣▦▱"
    "▲▶▼◀◇◍●"
)


@cache
def font(face):
    return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{face}.ttf"), 44)


@cache
def drawing(sign, face):
    """Returns a sign in a typeface, (56, 56), uint8, in the middle of the picture, or None where nothing is drawn."""
    left, top, right, bottom = font(face).getbbox(sign)
    if right <= left or bottom <= top:
        return None
    picture = Image.new("L", (DRAWN, DRAWN))
    corner = (DRAWN - (right - left)) / 2 - left, (DRAWN - (bottom - top)) / 2 - top
    ImageDraw.Draw(picture).text(corner, sign, fill=255, font=font(face))
    return np.asarray(picture)


@cache
def faces(sign):
    """Returns the typefaces that have a sign: the others draw for it what they draw for a code that means nothing."""
    found = {face: drawing(sign, face) for face in FACES}
    return tuple(
        face
        for face, picture in found.items()
        if picture is not None and picture.any() and not np.array_equal(picture, drawing("\U000fffff", face))
    )


def shape(sign, face):
    """Returns a sign drawn out to a square and blurred, with mean 0 and length 1: products are correlations."""
    picture = drawing(sign, face)
    rows, columns = (np.flatnonzero(picture.any(axis=axis)) for axis in (1, 0))
    cut = Image.fromarray(picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]).resize((24, 24))
    blurred = ndimage.gaussian_filter(np.asarray(cut, float), 1.5)
    blurred -= blurred.mean()
    return (blurred / max(np.linalg.norm(blurred), 1e-9)).ravel()


@cache
def digit_shapes():
    """Returns the shapes of the ten digits in all typefaces, (60, 576)."""
    return np.array([shape(digit, face) for digit in "0123456789" for face in FACES])


def like_a_digit(sign):
    """Tells whether a sign, in any typeface that has it, is shaped as a digit in any typeface."""
    return bool((digit_shapes() @ np.array([shape(sign, face) for face in faces(sign)]).T).max() >= ALIKE)


def chosen_signs():
    """Searches `BLOCKS` for signs of which no two are alike and none is like a digit; returns what `SIGNS` holds."""
    chosen, shapes = [], []
    for sign in (chr(code) for block in BLOCKS.values() for code in range(*block)):
        usable = unicodedata.category(sign) in KINDS and not unicodedata.decomposition(sign)
        if not usable or sign in READ_AS_DIGITS or len(faces(sign)) < FEWEST or like_a_digit(sign):
            continue
        found = shape(sign, faces(sign)[0])
        if all(found @ other < ALIKE for other in shapes):
            chosen.append(sign)
            shapes.append(found)
    return "".join(chosen)


def written(picture, rng):
    """Turns, slants, bends, thickens or thins a drawing as a hand might.

    Args:
        picture: A drawing, (56, 56), uint8.
        rng: A NumPy generator.

    Returns:
        A bitmap (32, 32) of 0 and 1, uint8.
    """
    angle, slant = np.deg2rad(rng.uniform(-15, 15)), rng.uniform(-0.3, 0.3)
    tall, wide = rng.uniform(0.55, 1.1, 2)
    grid = (np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2) * DRAWN / SIDE
    bend = ndimage.gaussian_filter(rng.normal(size=(2, SIDE, SIDE)), (0, 5, 5)) * 28
    rows = (np.cos(angle) * grid[0] - np.sin(angle) * grid[1]) / tall + bend[0]
    columns = (np.sin(angle) * grid[0] + np.cos(angle) * grid[1] + slant * grid[0]) / wide + bend[1]
    thick = ndimage.gaussian_filter(picture.astype(np.float32) / 255, rng.uniform(0.6, 1.8))
    place = [axis + (DRAWN - 1) / 2 + rng.uniform(-3, 3) for axis in (rows, columns)]
    return (ndimage.map_coordinates(thick, place, order=1) > rng.uniform(0.25, 0.5)).astype(np.uint8)


def sample(count, seed, signs=SIGNS):
    """Draws pictures of the signs, as many of each (within one), in the form of the digits.

    Args:
        count: How many.
        seed: An integer; the same seed gives the same pictures.
        signs: Which.

    Returns:
        Pictures (count, 8, 8, 1), float32 in [0, 1], and the numbers of their signs, (count,), int64.
    """
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % len(signs))
    pictures = np.empty((count, SIDE // BLOCK, SIDE // BLOCK, 1), np.float32)
    for i, label in enumerate(labels):
        sign = signs[label]
        face = faces(sign)[rng.integers(len(faces(sign)))]
        pictures[i, ..., 0] = counted(fitted(written(drawing(sign, face), rng))) / BLOCK**2
    return pictures, labels
