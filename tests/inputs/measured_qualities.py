"""Measurements of any SVG that could be, for tests that hold whatever was measured."""

from hypothesis import strategies as st

from svgai.measure.quality import Quality

qualities = st.builds(
    Quality,
    ssim=st.floats(0, 1),
    worst=st.floats(-1, 1),
    edge_ssim=st.just(0.5),
    delta_e=st.floats(0, 6),
    bytes=st.integers(50, 20_000),
    paths=st.just(1),
)
