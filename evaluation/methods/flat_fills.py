"""
Classic flat-fill tracing settings, the baseline for tracing with colour models.

Every relevant field is set explicitly, so that changed defaults of TracingParameters do not affect the comparison. Most
of these were on or near the front of ssim over bytes among 78 settings, on four logos of each type from the tuning
half.
"""

from svgai.trace.parameters import TracingParameters


def _flat(upscale: int, colours: int, simplify: float, watershed: int = 0, speckle: int = 0) -> TracingParameters:
    return TracingParameters(
        upscale=upscale,
        colour_models="none",
        palette_size=colours,
        clustering="watershed" if watershed else "color-cluster",
        watershed_detail=watershed,
        # A palette has few colours, which should not be merged again.
        color_precision=8 if colours else 6,
        layer_difference=0 if colours else 16,
        filter_speckle=speckle or 4 * upscale,
        mode="spline",
        corner_threshold=40,
        length_threshold=4,
        splice_threshold=45,
        simplify=simplify,
        path_precision=0,
    )


def _name(parameters: TracingParameters) -> str:
    parts = [f"x{parameters.upscale}"]
    if parameters.palette_size:
        parts.append(f"{parameters.palette_size} colours")
    if parameters.clustering == "watershed":
        parts.append(f"watershed {parameters.watershed_detail}")
    return ", ".join([*parts, f"simplify {parameters.simplify:g}", f"speckle {parameters.filter_speckle}"])


FLAT_FILLS = {
    _name(parameters): parameters
    for parameters in (
        *(_flat(1, colours, 0.5) for colours in (0, 8, 16)),
        *(_flat(upscale, colours, simplify) for upscale in (2, 3) for colours in (8, 16, 32) for simplify in (0.5, 2)),
        *(_flat(upscale, 4, 1) for upscale in (2, 3)),
        *(_flat(3, colours, 1, speckle=6) for colours in (8, 16)),
        _flat(2, 0, 1, speckle=4),
        *(_flat(upscale, 0, 1, watershed=128, speckle=2 * upscale) for upscale in (2, 3)),
        _flat(3, 0, 1, watershed=64, speckle=6),
        _flat(3, 16, 1, watershed=128, speckle=6),
    )
}
"""Settings by a descriptive name."""
