"""Image files to pixels, and limits before pixels."""

import io
import pickle
import struct
import tracemalloc
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from svgai.decode.image_files import Header, decode_image, read_header
from svgai.decode.image_formats import FORMATS
from svgai.errors import InvalidImage, SvgAiError, TooLarge, UnsupportedMediaType
from tests.inputs.icc_profiles import ADOBE_RGB, inks
from tests.inputs.png_files import chunk, damaged, iccp, png_file

BEST: dict[str, dict[str, object]] = {
    "WEBP": {"lossless": True},
    "JPEG": {"quality": 100, "subsampling": 0},
    "ICO": {"sizes": [(32, 16)]},
}
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def encoded(image: Image.Image, file_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def quarters(mode: str = "RGB") -> Image.Image:
    """A 32 x 16 picture: red, green over blue, white; each quarter 16 x 8."""
    pixels = np.zeros((16, 32, 3), np.uint8)
    pixels[:8, :16], pixels[:8, 16:], pixels[8:, :16], pixels[8:, 16:] = RED, GREEN, BLUE, (255, 255, 255)
    return Image.fromarray(pixels).convert(mode)


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_format_gives_its_pixels(file_format: str) -> None:
    """Each accepted format decodes to the picture that it holds, and is named."""
    raster = decode_image(encoded(quarters(), file_format, **BEST.get(file_format, {})))
    assert raster.format == file_format
    assert (raster.width, raster.height, raster.has_alpha) == (32, 16, False)
    centres = raster.rgba[[4, 4, 12, 12], [8, 24, 8, 24], :3].astype(int)
    expected = np.array([RED, GREEN, BLUE, (255, 255, 255)])
    assert np.abs(centres - expected).max() <= (3 if file_format == "JPEG" else 0)


@pytest.mark.parametrize("file_format", ["GIF", "TIFF", "WEBP", "PNG"])
def test_only_the_first_frame_counts(file_format: str) -> None:
    """Of an animation or a file of pages the first picture is taken."""
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, BLUE)]
    raster = decode_image(encoded(frames[0], file_format, save_all=True, append_images=frames[1:]))
    assert raster.rgba[4, 4, 0] > 250
    assert raster.rgba[4, 4, 2] < 5


def test_a_multi_picture_jpeg_is_a_jpeg() -> None:
    """Phones write JPEG files with a second picture behind the first: the format is still one of FORMATS."""
    first, second = Image.new("RGB", (16, 16), RED), Image.new("RGB", (8, 8), BLUE)
    assert decode_image(encoded(first, "MPO", save_all=True, append_images=[second])).format == "JPEG"


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(file_format: str, orientation: int) -> None:
    """All eight orientations come out upright."""
    stored_as = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = quarters() if orientation == 1 else quarters().transpose(stored_as[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    raster = decode_image(encoded(stored, file_format, exif=exif, **BEST.get(file_format, {})))
    assert (raster.width, raster.height) == (32, 16)
    assert np.abs(raster.rgba[4, 8, :3].astype(int) - RED).max() <= 3
    assert np.abs(raster.rgba[12, 8, :3].astype(int) - BLUE).max() <= 3


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_damaged_metadata_do_not_spoil_a_good_picture(file_format: str) -> None:
    """Pixels are shown as they lie where the EXIF block is garbage, as browsers do."""
    raster = decode_image(encoded(quarters(), file_format, exif=b"Exif\0\0garbage!"))
    assert (raster.width, raster.height) == (32, 16)


def test_palettes_give_their_colours() -> None:
    """Palette pictures decode exactly, also with a transparent palette entry."""
    assert (decode_image(encoded(quarters("P"), "PNG")).rgba[..., :3] == np.asarray(quarters())).all()
    indexed = Image.new("P", (4, 4), 1)
    indexed.putpalette([0, 0, 0, 10, 20, 30])
    indexed.putpixel((0, 0), 0)
    raster = decode_image(encoded(indexed, "PNG", transparency=0))
    assert raster.rgba[0, 0, 3] == 0
    assert raster.rgba[1, 1].tolist() == [10, 20, 30, 255]
    assert raster.has_alpha


@pytest.mark.parametrize(
    "mode, colour, expected",
    [
        ("L", 77, (77, 77, 77, 255)),
        ("LA", (77, 12), (77, 77, 77, 12)),
        ("1", 1, (255, 255, 255, 255)),
        ("RGB", (1, 2, 3), (1, 2, 3, 255)),
        ("RGBA", (1, 2, 3, 4), (1, 2, 3, 4)),
    ],
)
def test_every_mode_becomes_rgba(mode: str, colour: int | tuple[int, ...], expected: tuple[int, ...]) -> None:
    """Grey, black and white, with and without alpha."""
    raster = decode_image(encoded(Image.new(mode, (3, 2), colour), "PNG"))
    assert raster.rgba.shape == (2, 3, 4)
    assert raster.rgba.dtype == np.uint8
    assert raster.rgba[1, 2].tolist() == list(expected)


def test_cmyk_becomes_rgb() -> None:
    """Inks turn into the colour that they print, in JPEG and TIFF."""
    inks = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    for file_format in ("JPEG", "TIFF"):
        red, green, blue = decode_image(encoded(inks, file_format)).rgba[8, 8, :3].astype(int)
        assert red > 230
        assert max(green, blue) < 60


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_an_embedded_profile_is_applied(file_format: str) -> None:
    """The nearest that Adobe RGB has to sRGB's green is green, in every format that holds profiles."""
    green = Image.new("RGB", (16, 16), (144, 255, 60))
    options = {"icc_profile": ADOBE_RGB, **BEST.get(file_format, {})}
    assert (
        np.abs(decode_image(encoded(green, file_format, **options)).rgba[8, 8].astype(int) - (*GREEN, 255)).max() <= 4
    )


@pytest.mark.parametrize("file_format", ["JPEG", "TIFF"])
def test_inks_print_as_their_profile_says(file_format: str) -> None:
    """Cyan is dark red by this profile, and without one it is cyan."""
    cyan = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    red, _green, blue = decode_image(encoded(cyan, file_format, icc_profile=inks())).rgba[8, 8, :3].astype(int)
    assert red > blue + 60
    red, _green, blue = decode_image(encoded(cyan, file_format)).rgba[8, 8, :3].astype(int)
    assert blue > red + 200


def test_cielab_needs_no_profile() -> None:
    """Its numbers are colours already, whatever a profile of RGB says."""
    lab = Image.new("LAB", (4, 4), (136, 208, 195))
    with_profile, without = (decode_image(encoded(lab, "TIFF", **more)) for more in ({"icc_profile": ADOBE_RGB}, {}))
    assert np.array_equal(with_profile.rgba, without.rgba)


def test_a_turned_image_keeps_its_profile() -> None:
    """Orientation and profile go together in what phones write."""
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(Image.new("RGB", (32, 16), (144, 255, 60)), "JPEG", icc_profile=ADOBE_RGB, exif=exif, **BEST["JPEG"])
    raster = decode_image(data)
    assert (raster.width, raster.height) == (16, 32)
    assert np.abs(raster.rgba[8, 8].astype(int) - (*GREEN, 255)).max() <= 4


def test_a_palette_is_in_the_colours_of_its_profile() -> None:
    """The colours of an indexed image are samples like others, and its clear entry stays clear."""
    indexed = Image.new("P", (4, 4), 1)
    indexed.putpalette([0, 0, 0, 144, 255, 60])
    indexed.putpixel((0, 0), 0)
    rgba = decode_image(encoded(indexed, "PNG", transparency=0, icc_profile=ADOBE_RGB)).rgba
    assert rgba[0, 0, 3] == 0
    assert np.abs(rgba[1, 1].astype(int) - (*GREEN, 255)).max() <= 3


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "TIFF"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_pixels_without_a_profile_are_as_pillow_reads_them(file_format: str, mode: str) -> None:
    """Byte for byte, so that colour management changes nothing that does not ask for it."""
    data = encoded(quarters(mode), file_format)
    assert np.array_equal(decode_image(data).rgba, np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")))


@pytest.mark.parametrize(
    "colour_type, samples, expected",
    [
        (0, (0x1234,), (0x12, 0x12, 0x12, 255)),
        (2, (0x1234, 0x8000, 0xFFFF), (0x12, 0x80, 0xFF, 255)),
        (4, (0x1234, 0x8000), (0x12, 0x12, 0x12, 0x80)),
        (6, (0x1234, 0x8000, 0xFFFF, 0x7FFF), (0x12, 0x80, 0xFF, 0x7F)),
    ],
)
def test_sixteen_bits_keep_their_high_byte(colour_type: int, samples: Sequence[int], expected: tuple[int, ...]) -> None:
    """Deep grey and colour, with and without alpha, come out as their nearest-below 8-bit levels."""
    row = b"\0" + struct.pack(f">{len(samples)}H", *samples)
    assert decode_image(png_file((1, 1), 16, colour_type, row)).rgba[0, 0].tolist() == list(expected)


@pytest.mark.parametrize("depth", [1, 8, 16])
def test_a_transparent_grey_level_is_transparent(depth: int) -> None:
    """A PNG may name one grey level that is not there, at every depth."""
    level = 1 if depth == 1 else 0x20
    width = struct.pack(">H", level) if depth == 16 else bytes([level << 7 & 255 if depth == 1 else level])
    data = png_file((1, 1), depth, 0, b"\0" + width, chunk(b"tRNS", struct.pack(">H", level)))
    assert decode_image(data).rgba[0, 0, 3] == 0


def test_deep_grey_of_tiff_is_taken_in_its_range() -> None:
    """16-bit integers keep their high byte; floats are taken as 0-1; anything else is refused, not guessed."""
    integers = np.array([[0, 256, 65535]], np.uint16)
    floats = np.array([[0, 0.5, 1]], np.float32)
    assert decode_image(encoded(Image.fromarray(integers), "TIFF")).rgba[0, :, 0].tolist() == [0, 1, 255]
    assert decode_image(encoded(Image.fromarray(floats), "TIFF")).rgba[0, :, 0].tolist() == [0, 128, 255]
    for wrong in (floats * 300, np.array([[np.nan]], np.float32), np.array([[70000]], np.int32)):
        with pytest.raises(InvalidImage):
            decode_image(encoded(Image.fromarray(wrong), "TIFF"))


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_header_tells_format_and_size(file_format: str) -> None:
    """Nothing is decoded, so that a lost end need not be seen."""
    assert read_header(encoded(quarters(), file_format, **BEST.get(file_format, {}))) == Header(file_format, 32, 16)
    assert read_header(encoded(quarters(), "PNG")[:-20]).pixels == 32 * 16


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"x" * 1001, encoded(Image.new("L", (99, 99)), "PNG")]
)
def test_what_the_header_shows_is_told_as_by_decoding(data: bytes) -> None:
    """The same fault in the same words: empty, no image, another format, too many bytes, too many pixels."""
    faults = []
    for look in (read_header, decode_image):
        with pytest.raises(SvgAiError) as fault:
            look(data, max_bytes=1000, max_pixels=9000)
        faults.append((type(fault.value), fault.value.message))
    assert faults[0] == faults[1]


ONE_GREEN = ((1, 1), 8, 2, b"\0" + bytes((144, 255, 60)))


@pytest.mark.parametrize("name", [b"iCCP", b"gAMA", b"tEXt", b"zTXt", b"tRNS", b"eXIf", b"acTL", b"quIz"])
def test_damaged_extras_of_png_are_passed_over(name: bytes) -> None:
    """An ancillary chunk with a wrong checksum is as good as none, before and behind the pixels."""
    wrong = damaged(chunk(name, b"\xff" * 40))
    data = png_file(*ONE_GREEN, wrong)
    behind = data[:-12] + wrong + data[-12:]
    for file in (data, behind):
        assert decode_image(file).rgba[0, 0].tolist() == [144, 255, 60, 255]


@pytest.mark.parametrize(
    "extra",
    [
        chunk(b"iCCP", b""),
        chunk(b"iCCP", b"name\0\1what method is this"),
        chunk(b"iCCP", b"name\0\0no zlib stream"),
        chunk(b"tRNS", b"\0"),
        chunk(b"gAMA", b"\0"),
        chunk(b"cHRM", b"\0"),
        chunk(b"zTXt", b"Comment\0\0no zlib stream"),
        chunk(b"acTL", bytes(3)),
        chunk(b"fcTL", b""),
        chunk(b"pHYs", b"\0"),
    ],
)
def test_senseless_extras_of_png_are_passed_over(extra: bytes) -> None:
    """What an ancillary chunk holds is no reason to refuse a picture."""
    assert decode_image(png_file(*ONE_GREEN, extra)).rgba[0, 0].tolist() == [144, 255, 60, 255]


@pytest.mark.parametrize("name", [b"IHDR", b"PLTE"])
def test_damaged_critical_chunks_are_refused(name: bytes) -> None:
    """Without them there is no picture."""
    data = png_file((1, 1), 8, 3, b"\0\0", chunk(b"PLTE", bytes(3)))
    end = data.index(name) + 4 + {b"IHDR": 13, b"PLTE": 3}[name]
    wrong = data[:end] + bytes(byte ^ 1 for byte in data[end : end + 4]) + data[end + 4 :]
    with pytest.raises(InvalidImage):
        decode_image(wrong)


def test_a_png_with_a_profile_and_its_twin_with_a_gamma_look_alike() -> None:
    """Adobe RGB is told by an embedded profile, or by the numbers of gAMA and cHRM."""
    corners = struct.pack(">8I", 31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)
    by_numbers = png_file(*ONE_GREEN, chunk(b"gAMA", struct.pack(">I", 45470)), chunk(b"cHRM", corners))
    by_profile = png_file(*ONE_GREEN, iccp(ADOBE_RGB))
    for data in (by_numbers, by_profile):
        assert np.abs(decode_image(data).rgba[0, 0].astype(int) - (*GREEN, 255)).max() <= 3


def test_deep_grey_follows_its_gamma() -> None:
    """Half the light of a linear 16-bit file is level 188."""
    linear = chunk(b"gAMA", struct.pack(">I", 100_000))
    for depth, samples in ((8, b"\x80"), (16, b"\x80\0")):
        rgba = decode_image(png_file((1, 1), depth, 0, b"\0" + samples, linear)).rgba
        assert np.abs(rgba[0, 0].astype(int) - (188, 188, 188, 255)).max() <= 1


def test_a_clear_colour_of_sixteen_bits_is_clear() -> None:
    """The one colour that tRNS names is transparent in deep files as well."""
    row = b"\0" + struct.pack(">6H", 0x1234, 0x5678, 0x9ABC, 0x1234, 0x5678, 0)
    data = png_file((2, 1), 16, 2, row, chunk(b"tRNS", struct.pack(">3H", 0x1234, 0x5678, 0x9ABC)))
    assert decode_image(data).rgba[0].tolist() == [[0x12, 0x56, 0x9A, 0], [0x12, 0x56, 0, 255]]


@pytest.mark.parametrize("text", ["XML:com.adobe.xmp", "Raw profile type exif"])
def test_orientation_in_text_is_applied(text: str) -> None:
    """Some programs keep the orientation of a PNG in its texts."""
    exif = Image.Exif()
    exif[0x0112] = 6
    values = {
        "XML:com.adobe.xmp": '<x tiff:Orientation="6"/>',
        "Raw profile type exif": f"\nexif\n{len(exif.tobytes())}\n{exif.tobytes().hex()}",
    }
    texts = PngInfo()
    (texts.add_itxt if text.startswith("XML") else texts.add_text)(text, values[text])
    assert decode_image(encoded(quarters(), "PNG", pnginfo=texts)).width == 16


def test_nothing_is_no_image() -> None:
    """Empty data gets its own message."""
    with pytest.raises(InvalidImage, match="empty"):
        decode_image(b"")


@pytest.mark.parametrize("data", [b"hello", b"\0" * 4000, b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"P6", b"\0\0\1\0"])
def test_garbage_is_no_image(data: bytes) -> None:
    """What no decoder knows is refused as no image."""
    with pytest.raises(InvalidImage):
        decode_image(data)


@pytest.mark.parametrize("file_format", FORMATS)
def test_truncated_files_are_refused(file_format: str) -> None:
    """Half a file is no image: no grey lower half is ever traced."""
    noise = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    data = encoded(Image.fromarray(noise), file_format, **({"sizes": [(32, 32)]} if file_format == "ICO" else {}))
    with pytest.raises(InvalidImage):
        decode_image(data[: len(data) // 2])


def test_what_pillow_says_of_a_file_is_for_the_log() -> None:
    """The message is ours; the decoder's text, which may hold parts of the file, is the detail."""
    data = encoded(Image.effect_noise((32, 32), 50), "PNG")
    with pytest.raises(InvalidImage) as fault:
        decode_image(data[:-200])
    assert str(fault.value) == "the image is damaged or cut off"
    assert "Error: " in (fault.value.detail or "")
    assert pickle.loads(pickle.dumps(fault.value)).detail == fault.value.detail


@pytest.mark.parametrize(
    "data, named",
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"\xef\xbb\xbf\n<svg/>", "SVG"),
        (b"<!-- made by hand -->\n<svg/>", "SVG"),
        (b'<?xml version="1.0"?><svg/>', "SVG"),
        (b"<?xml version='1.0'?><html/>", "XML"),
        (b"%PDF-1.7", "PDF"),
        (b"8BPS\0\1", "PSD"),
        (b"\0\0\0\x1cftypavif\0\0\0\0", "AVIF"),
        (b"\0\0\0\x1cftypheic\0\0\0\0", "HEIC"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"\xff\x0a\xfa\x7f", "JPEG XL"),
        (b"\xff\x4f\xff\x51\0\x2f", "JPEG 2000"),
        (b"P7\nWIDTH 1", "PAM"),
        (b"qoif", "QOI"),
    ],
)
def test_other_formats_are_named(data: bytes, named: str) -> None:
    """A known but unsupported format is told apart from garbage."""
    with pytest.raises(UnsupportedMediaType, match=named):
        decode_image(data)


def test_too_many_bytes_are_refused_unread() -> None:
    """The limit on bytes comes first, whatever the bytes are."""
    with pytest.raises(TooLarge, match="1,001 bytes; at most 1,000"):
        decode_image(b"x" * 1001, max_bytes=1000)
    assert decode_image(encoded(quarters(), "PNG"), max_bytes=1000).width == 32


def test_too_many_pixels_are_refused() -> None:
    """The limit on pixels is inclusive."""
    data = encoded(quarters(), "PNG")
    assert decode_image(data, max_pixels=512).width == 32
    with pytest.raises(TooLarge, match="32 x 16 pixels; at most 511"):
        decode_image(data, max_pixels=511)


@pytest.mark.parametrize("side", [6_000, 60_000])
def test_a_bomb_is_refused_by_its_header(side: int) -> None:
    """A tiny file that claims billions of pixels costs no memory: nothing is decoded."""
    pixels_that_would_decode = b"\0" * 4096
    data = png_file((side, side), 8, 6, pixels_that_would_decode)
    decode_image(encoded(quarters(), "PNG"))  # what is imported on the first call does not count
    tracemalloc.start()
    with pytest.raises(TooLarge, match="33,000,000"):
        decode_image(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_a_limit_above_pillows_own_holds() -> None:
    """Pillow refuses 180 million pixels by itself; whoever allows more gets more, and is told of the own limit."""
    data = png_file((15_000, 14_000), 8, 6, b"\0") + bytes(820_000)
    assert read_header(data, max_pixels=210_000_000).pixels == 210_000_000
    with pytest.raises(TooLarge, match="15000 x 14000 pixels; at most 209,999,999"):
        read_header(data, max_pixels=209_999_999)


def test_a_bomb_counts_whatever_the_format() -> None:
    """The claim of a BMP or GIF header is believed as well."""
    bmp = bytearray(encoded(quarters(), "BMP"))
    bmp[18:26] = struct.pack("<ii", 60_000, 60_000)
    gif = bytearray(encoded(quarters("P"), "GIF"))
    gif[6:10] = struct.pack("<HH", 60_000, 60_000)
    for data in (bmp, gif):
        with pytest.raises(TooLarge):
            decode_image(bytes(data))


@given(
    st.binary(max_size=200),
    st.sampled_from(
        (
            b"",
            b"\x89PNG\r\n\x1a\n",
            b"GIF89a",
            b"BM",
            b"II*\0",
            b"\xff\xd8\xff",
            b"RIFF",
            b"P",
            b"\0\0\1\0\1\0",
            b"\0\0\2",
        )
    ),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_a_picture_or_our_error(data: bytes, start: bytes) -> None:
    """No decoder's own exception gets out."""
    _decode_or_refuse(start + data)


FILES = (
    *(encoded(quarters(), file_format) for file_format in FORMATS),
    encoded(quarters("RGBA"), "ICO", bitmap_format="bmp"),
    encoded(quarters("RGBA"), "TGA", compression="tga_rle"),
    encoded(quarters("P"), "TGA"),
)


@given(
    st.sampled_from(FILES),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6),
)
@settings(max_examples=200, deadline=None)
@pytest.mark.slow
def test_damaged_files_give_a_picture_or_our_error(data: bytes, changes: list[tuple[float, int]]) -> None:
    """Bytes changed anywhere in a real file never surface as another exception."""
    damaged = bytearray(data)
    for place, value in changes:
        damaged[int(place * len(damaged))] = value
    _decode_or_refuse(bytes(damaged))


def _decode_or_refuse(data: bytes) -> None:
    try:
        raster = decode_image(data, max_pixels=100_000)
    except (InvalidImage, TooLarge, UnsupportedMediaType):
        return
    assert raster.rgba.shape == (raster.height, raster.width, 4)
    assert raster.format in FORMATS
