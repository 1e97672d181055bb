// VTracer's own defaults beside the answer: asked for on request, once for each image and ground.

import { byId, element } from "../elements.js";
import { bytes, share } from "../numbers.js";
import { traceByDefault } from "../service/client.js";
import { defaultOf } from "../visit/images.js";

const ROWS = [
  ["size", (quality) => bytes(quality.bytes)],
  ["ssim", (quality) => share(quality.ssim)],
  ["worst", (quality) => share(quality.worst)],
  ["delta_e", (quality) => quality.delta_e.toFixed(2)],
  ["paths", (quality) => String(quality.paths)],
];

export class DefaultTracing {
  constructor(images, announce) {
    Object.assign(this, { _images: images, _announce: announce, _place: byId("default-tracing"), _taken: false });
    this._place.hidden = true;
  }

  describe({ paths }) {
    this._taken = "/api/vtracer" in paths;
    this.show(this._images.selected);
  }

  show(image) {
    const { background } = image?.settings ?? {};
    if (this._asking && (this._asking.image !== image || this._asking.background !== background)) {
      this._asking.control.abort();
      this._asking = null;
    }
    this._place.hidden = !this._taken || !image?.answer;
    if (this._place.hidden || this._asking) return;
    const known = defaultOf(image);
    if (this._place.firstChild && this._answer === image.answer && this._known === known) return;
    Object.assign(this, { _answer: image.answer, _known: known });
    if (known) this._compare(image, known);
    else this._offer(image);
  }

  _offer(image, words = "") {
    const button = element("button", { type: "button", className: "wide", on: { click: () => this._ask(image) } }, "Compare with VTracer's defaults");
    this._place.replaceChildren(button, ...(words ? [element("p", { className: "details" }, words)] : []));
    return button;
  }

  async _ask(image) {
    const control = new AbortController();
    const { background } = image.settings;
    this._asking = { image, background, control };
    this._place.replaceChildren(element("p", { className: "waiting" }, "VTracer is tracing"));
    try {
      const answer = await traceByDefault(image.blob, { background }, control.signal);
      if (control.signal.aborted) return;
      this._asking = null;
      this._images.traced(image, { background, ...answer });
      this._announce(`VTracer's defaults: ${bytes(answer.quality.bytes)}, poorest place ${share(answer.quality.worst)}.`);
      this._place.querySelector("button").focus();
    } catch (fault) {
      if (control.signal.aborted) return;
      this._asking = null;
      this._offer(image, [fault.message, fault.detail].filter(Boolean).join(" ")).focus();
      this._announce(fault.message);
    }
  }

  _compare(image, { quality, vtracer_version: version }) {
    const rows = ROWS.map(([name, text]) =>
      element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, text(image.answer.quality)), element("td", {}, text(quality))),
    );
    const names = ["SVG-AI", `VTracer ${version}`];
    const heads = [element("td"), ...names.map((name) => element("th", { scope: "col" }, name))];
    this._place.replaceChildren(
      element("h3", {}, "Beside VTracer's defaults"),
      element("table", { className: "beside" }, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows)),
      element("button", { type: "button", className: "wide", on: { click: () => byId("view-default").click() } }, "Show both pictures"),
    );
  }
}
