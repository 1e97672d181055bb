import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.array_types import Floats
from svgai.trace.colours.colour_models import ColourModel, along, fit, flat, residual


def _positions(width: int = 60, height: int = 40) -> tuple[Floats, Floats]:
    y, x = np.mgrid[:height, :width].astype(np.float32).reshape(2, -1) + 0.5
    return x, y


def _slopes(model: ColourModel, x: Floats, y: Floats) -> Floats:
    across = model.at(x + 0.5, y) - model.at(x - 0.5, y)
    down = model.at(x, y + 0.5) - model.at(x, y - 0.5)
    return np.stack([across, down], axis=1)


def _refit(model: ColourModel, max_stops: int = 5) -> tuple[ColourModel, float]:
    x, y = _positions()
    colours = np.rint(model.at(x, y))
    return fit(x, y, colours, _slopes(model, x, y), area=len(x), max_stops=max_stops)


def _gradient(axis: tuple[float, ...], *knots: float) -> ColourModel:
    colours = np.array([[20, 40, 200], [240, 90, 30], [30, 220, 90]], np.float32)[: len(knots)]
    return ColourModel(axis, np.array(knots, np.float32), colours)


def test_one_colour_stays_flat() -> None:
    """An even area gets the flat model of its colour, whatever the stops allowed."""
    model, error = _refit(flat(np.array([10, 20, 30], np.float32)))
    assert model.is_flat
    assert model.colours[0].tolist() == [10, 20, 30]
    assert error == 0


@given(angle=st.floats(0, 3.1))
@settings(max_examples=15, deadline=None)
def test_linear_gradient_is_found_at_any_angle(angle: float) -> None:
    """A linear ramp comes back as a direction with two stops within a level."""
    axis = (float(np.cos(angle)), float(np.sin(angle)))
    x, y = _positions()
    t = along(axis, x, y)
    model, error = _refit(_gradient(axis, float(t.min()), float(t.max())))
    assert len(model.axis) == 2
    assert len(model.knots) == 2
    assert error < 1


@pytest.mark.parametrize("axis", [(25.0, 18.0, 1.0), (30.0, 20.0, 2.0, 0.4, 0.58)])
def test_radial_gradients_are_found(axis: tuple[float, ...]) -> None:
    """Circular and elliptic gradients come back with their own kind of axis and a small residual."""
    model, error = _refit(_gradient(axis, 0.0, 45.0))
    assert len(model.axis) == len(axis)
    assert model.axis[:2] == pytest.approx(axis[:2], abs=1)
    assert error < 1.5


def test_stops_are_added_only_where_the_profile_bends() -> None:
    """A profile of three stops gets three, near their places."""
    model, error = _refit(_gradient((1.0, 0.0), -0.5, 30.0, 60.5))
    assert len(model.knots) == 3
    assert model.knots[1] == pytest.approx(30, abs=1.5)
    assert error < 2


def test_stops_lie_where_they_explain_most() -> None:
    """A parabola is met by few stops spread along it, although the misfit of a line is largest at its ends."""
    x, y = _positions()
    t = x / 60
    colours = np.stack([250 * t * (1 - t) * 4, 200 * t * t, 30 + 100 * t], axis=1).astype(np.float32)
    slopes = np.zeros((len(x), 2, 3), np.float32)
    slopes[:, 0] = np.stack([250 * (1 - 2 * t) * 4, 400 * t, np.full_like(t, 100)], axis=1) / 60
    model, error = fit(x, y, colours, slopes, area=len(x), max_stops=5)
    assert len(model.axis) == 2
    assert error < 5


def test_opacity_is_fitted_with_the_colours() -> None:
    """Of levels with alpha the model has alpha, too."""
    x, y = _positions()
    alpha = 255 * x / 60
    levels = np.stack([200 * x / 60, 0 * x, 100 * x / 60, alpha], axis=1).astype(np.float32)
    slopes = np.zeros((len(x), 2, 4), np.float32)
    slopes[:, 0] = np.array([200, 0, 100, 255]) / 60
    model, error = fit(x, y, levels, slopes, area=len(x), max_stops=3)
    assert model.colours.shape == (2, 4)
    assert error < 1


def test_no_stops_means_flat() -> None:
    """With fewer than two stops allowed only the mean colour is fitted, and the residual says so."""
    gradient = _gradient((1.0, 0.0), 0.0, 60.0)
    x, y = _positions()
    model, error = _refit(gradient, max_stops=0)
    assert model.is_flat
    assert error == pytest.approx(residual(model, x, y, np.rint(gradient.at(x, y))), rel=1e-3)


@pytest.mark.slow
@given(dx=st.floats(-20, 20), dy=st.floats(-20, 20))
@settings(max_examples=20, deadline=None)
@pytest.mark.parametrize("axis", [(0.6, 0.8), (25.0, 18.0, 1.0), (30.0, 20.0, 2.0, 0.4, 0.58)])
def test_a_moved_model_has_its_colours_where_the_area_went(axis: tuple[float, ...], dx: float, dy: float) -> None:
    """What a model says of a place it says, once moved, of the place as far from there."""
    x, y = _positions()
    model = _gradient(axis, 0.0, 20.0, 45.0)
    moved = model.moved(dx, dy)
    assert moved.at(x + np.float32(dx), y + np.float32(dy)) == pytest.approx(model.at(x, y), abs=0.1)


def test_a_moved_flat_model_is_the_same() -> None:
    """One colour is everywhere."""
    model = flat(np.array([10, 20, 30], np.float32))
    assert model.moved(3, 4) is model
