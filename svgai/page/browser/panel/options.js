// The options of a conversion as a form. A change is a new wish for the image that is shown.

import { byId, element } from "../elements.js";
import { DEFAULTS } from "../visit/settings.js";
import { FinishFields } from "./finish_fields.js";
import { ParameterFields } from "./parameters.js";

const QUIET_MS = 350;

const STROKES = { auto: "Automatic", never: "Fills only", only: "Strokes only" };
const GROUNDS = { keep: "Keep", remove: "Remove", colour: "Colour" };
const UNITS = { px: "Pixels", mm: "Millimetres", in: "Inches" };
const NUMBERS = {
  min_worst: { label: "Poorest place", min: 0, max: 1, step: 0.001, hint: "its least ssim, 0 to 1; 0 asks for none" },
  target_quality: { label: "Whole picture", min: 0, max: 1, step: 0.001, hint: "its least ssim; empty: by the image's type" },
  max_bytes: { label: "Largest size", min: 1, step: 1, hint: "bytes; empty: no limit" },
  max_trials: { label: "Tracings to try", min: 1, max: 16, step: 1, hint: "1 to 16; empty: 4" },
};

export class Options {
  /** `onChange(image, settings)` hears what is wished for an image; `onAll(settings)` what is to hold for every one. */
  constructor(onChange, onAll) {
    Object.assign(this, { _form: byId("options"), _onChange: onChange, _fields: {}, _timer: null });
    this._parameters = new ParameterFields();
    this._finish = new FinishFields();
    const all = element("button", { type: "button", on: { click: () => this._applyToAll(onAll) } }, "Apply to all");
    const reset = element("button", { type: "button", on: { click: () => this._reset() } }, "Reset");
    this._form.replaceChildren(
      element("h3", {}, "Options"),
      this._number("min_worst"),
      this._select("strokes", "Lines", STROKES, "fills only for icon fonts, strokes only for plotters"),
      this._ground(),
      this._select("units", "Size in", UNITS, "by the resolution that the image file names"),
      this._finish.place,
      element(
        "details",
        {},
        element("summary", {}, "Advanced"),
        this._number("target_quality"),
        this._number("max_bytes"),
        this._number("max_trials"),
        this._parameters.place,
      ),
      element("p", { className: "actions" }, all, reset),
    );
    this._form.addEventListener("submit", (event) => event.preventDefault());
    this._form.addEventListener("input", () => {
      this._colour.hidden = this._fields.background.value !== "colour";
      clearTimeout(this._timer);
      this._timer = setTimeout(() => {
        this._timer = null;
        if (this._form.reportValidity()) this._send();
      }, QUIET_MS);
    });
  }

  /** The fields of tracing parameters, by the service's own description of them. */
  describe(document) {
    this._parameters.describe(document);
  }

  show(image) {
    const another = this._shown !== image;
    if (!another && (this._timer || this._form.contains(document.activeElement))) return;
    // A change that was still being waited for is that of the image before.
    if (another && this._timer && this._form.checkValidity()) this._send();
    this._forgetTimer();
    this._shown = image;
    this._write(image.settings, image.answer?.parameters);
    this._fields.min_worst.placeholder = image.answer?.min_worst ?? "";
    this._fields.target_quality.placeholder = image.answer?.target_quality ?? "";
  }

  _send() {
    this._forgetTimer();
    this._onChange(this._shown, this._read());
  }

  _forgetTimer() {
    clearTimeout(this._timer);
    this._timer = null;
  }

  _applyToAll(onAll) {
    this._forgetTimer();
    if (this._form.reportValidity()) onAll(this._read());
  }

  _reset() {
    this._write(DEFAULTS);
    this._send();
  }

  _write(settings, answered = null) {
    for (const name of Object.keys(NUMBERS)) this._fields[name].value = settings[name] ?? "";
    const { background } = settings;
    const plain = background in GROUNDS;
    this._fields.background.value = plain ? background : "colour";
    this._colour.hidden = plain;
    if (!plain) this._colour.querySelector("input").value = background;
    for (const name of ["strokes", "units"]) this._fields[name].value = settings[name];
    this._finish.write(settings);
    this._parameters.write(settings.parameters, answered);
  }

  _read() {
    const numbers = Object.fromEntries(
      Object.keys(NUMBERS).map((name) => [name, this._fields[name].value === "" ? null : Number(this._fields[name].value)]),
    );
    const ground = this._fields.background.value;
    return {
      ...DEFAULTS,
      ...numbers,
      strokes: this._fields.strokes.value,
      background: ground === "colour" ? this._colour.querySelector("input").value : ground,
      units: this._fields.units.value,
      ...this._finish.read(),
      parameters: this._parameters.read(),
    };
  }

  _number(name) {
    const { label, hint, ...limits } = NUMBERS[name];
    const field = element("input", { type: "number", inputMode: "decimal", ...limits });
    this._fields[name] = field;
    field.setAttribute("aria-describedby", `hint-${name}`);
    return element(
      "div",
      { className: "field" },
      element("label", {}, element("span", {}, label), field),
      element("small", { id: `hint-${name}` }, hint),
    );
  }

  _select(name, label, choices, hint = "") {
    const entries = Object.entries(choices).map(([value, words]) => element("option", { value }, words));
    this._fields[name] = element("select", {}, ...entries);
    const field = element("label", {}, element("span", {}, label), this._fields[name]);
    if (!hint) return element("div", { className: "field" }, field);
    this._fields[name].setAttribute("aria-describedby", `hint-${name}`);
    return element("div", { className: "field" }, field, element("small", { id: `hint-${name}` }, hint));
  }

  _ground() {
    const choice = this._select("background", "Background", GROUNDS);
    this._colour = element(
      "label",
      { className: "colour", hidden: true },
      element("span", {}, "Its colour"),
      element("input", { type: "color", value: "#ffffff" }),
    );
    choice.append(this._colour);
    return choice;
  }
}
