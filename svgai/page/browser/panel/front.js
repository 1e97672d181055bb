// The predicted front of size against likeness: a slider that tells the prediction at once, and converts when let go.

import { byId, element, svgElement } from "../elements.js";
import { bytes, seconds, share } from "../numbers.js";

const WIDTH = 300;
const HEIGHT = 96;
const PAD = 10;

export class Front {
  /** `onChoose(image, parameters)`: the tracing that was chosen; null: the service is to choose. */
  constructor(onChoose) {
    Object.assign(this, { _onChoose: onChoose, _place: byId("front"), _image: null, _shown: null });
  }

  show(image) {
    const candidates = image?.front?.candidates ?? [];
    this._place.hidden = candidates.length === 0;
    if (candidates.length < 2) {
      this._shown = null;
      // For many images one tracing is predicted to be both the smallest and the closest.
      if (candidates.length) this._place.replaceChildren(heading(), words(`${predicted(candidates[0])}. No other is predicted to be smaller or closer.`));
      return;
    }
    if (this._shown !== image.front || this._image !== image) this._build(image, candidates);
    this._follow(image, candidates);
  }

  _build(image, candidates) {
    const focused = this._place.contains(document.activeElement) ? document.activeElement.id : null;
    Object.assign(this, { _image: image, _shown: image.front });
    this._points = candidates.map(({ predicted }) => place(predicted, candidates));
    this._dot = svgElement("circle", { r: 5.5, class: "here" });
    const line = this._points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
    const chart = svgElement(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true", class: "chart" },
      svgElement("polyline", { points: line }),
      ...this._points.map(({ x, y }) => svgElement("circle", { cx: x, cy: y, r: 2.5 })),
      this._dot,
    );
    this._slider = element("input", {
      id: "front-slider",
      type: "range",
      min: 0,
      max: candidates.length - 1,
      step: 1,
      ariaLabel: "Predicted tracing, from smallest to closest",
      on: {
        input: () => this._preview(Number(this._slider.value)),
        change: () => this._onChoose(image, candidates[this._slider.value].parameters),
      },
    });
    this._words = words("");
    this._words.setAttribute("for", "front-slider");
    this._automatic = element(
      "button",
      { type: "button", id: "front-automatic", on: { click: () => this._onChoose(image, null) } },
      "Automatic",
    );
    this._place.replaceChildren(
      heading(this._automatic),
      chart,
      this._slider,
      element("p", { className: "ends", ariaHidden: "true" }, element("span", {}, "Smaller"), element("span", {}, "Closer")),
      this._words,
    );
    if (focused) byId(focused)?.focus();
  }

  /** Stand where the settings of the image are: at a candidate, or where the service would choose. */
  _follow(image, candidates) {
    const wanted = image.settings.parameters ?? image.front.parameters;
    const at = candidates.findIndex(({ parameters }) => same(parameters, wanted));
    this._automatic.setAttribute("aria-pressed", image.settings.parameters === null);
    if (at >= 0) this._slider.value = at;
    this._preview(Number(this._slider.value));
  }

  _preview(at) {
    const { x, y } = this._points[at];
    this._dot.setAttribute("cx", x);
    this._dot.setAttribute("cy", y);
    const said = predicted(this._shown.candidates[at]);
    this._words.textContent = said;
    this._slider.setAttribute("aria-valuetext", said);
  }
}

/** Where a prediction lies in the chart: bytes to the right on a logarithmic scale, likeness upwards. */
function place({ bytes: size, ssim }, candidates) {
  const along = (value, values, length) => {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return most === least ? length / 2 : ((value - least) / (most - least)) * length;
  };
  const sizes = candidates.map(({ predicted }) => Math.log(predicted.bytes));
  const likeness = candidates.map(({ predicted }) => predicted.ssim);
  return {
    x: PAD + along(Math.log(size), sizes, WIDTH - 2 * PAD),
    y: HEIGHT - PAD - along(ssim, likeness, HEIGHT - 2 * PAD),
  };
}

const heading = (...beside) => element("header", {}, element("h3", {}, "Size against likeness"), ...beside);

const words = (text) => element("output", { className: "prediction" }, text);

function predicted({ predicted: { ssim, worst, bytes: size, seconds: time } }) {
  return `Predicted: ssim ${share(ssim, 4)}, poorest place ${share(worst, 2)}, ${bytes(size)}, ${seconds(time)}`;
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
