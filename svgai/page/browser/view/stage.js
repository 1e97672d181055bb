// The picture: original and SVG on one another, zoomed and moved together, in one of four views.

import { byId } from "../elements.js";
import { percent } from "../numbers.js";
import { DifferenceView } from "./difference.js";
import { Divider } from "./divider.js";
import { watchGestures } from "./gestures.js";
import { defaultOf } from "../visit/images.js";
import { Viewport } from "./viewport.js";

const PIXELS_FROM = 3; // scale from which the original's pixels are shown as squares

export class Stage {
  constructor() {
    this._canvas = byId("canvas");
    this._original = byId("original-image");
    this._svg = byId("svg-image");
    this._default = byId("default-image");
    this._left = [".layer.original", ".layer.default"].map((name) => this._canvas.querySelector(name));
    this._message = byId("stage-message");
    this._traced = this._canvas.querySelector(".layer.traced");
    this._sheets = [...this._canvas.querySelectorAll(".sheet")];
    this._ground = this._canvas.querySelector(".ground");
    this._viewport = new Viewport(() => this._place());
    this._difference = new DifferenceView(this._viewport);
    this._image = null;
    this.view = "split";
    this._share = 0.5;
    new Divider(byId("divider"), this._canvas, (share) => {
      this._share = share;
      this._cut();
    });
    watchGestures(this._canvas, this._viewport);
    this._watchBar();
    new ResizeObserver(() => this._viewport.setRoom(this._canvas.clientWidth, this._canvas.clientHeight)).observe(
      this._canvas,
    );
  }

  /** Show an image, as far as it is there: the original alone until there is an SVG. */
  async show(image) {
    const earlier = this._image;
    this._image = image;
    this._canvas.dataset.state = image?.state ?? "";
    this._say(image);
    const [original, svg, byDefault] = await Promise.all([
      loaded(this._original, image?.originalUrl),
      loaded(this._svg, image?.svgUrl),
      loaded(this._default, defaultOf(image)?.url),
    ]);
    if (this._image !== image) return;
    this._original.alt = original ? `Original: ${image.name}` : "";
    this._svg.alt = svg ? `SVG of ${image.name}` : "";
    this._default.alt = byDefault ? `VTracer's default of ${image.name}` : "";
    byId("default-view").hidden = !byDefault;
    if (!byDefault && this.view === "default") this.setView("split");
    const shown = original ? this._original : svg ? this._svg : null;
    this._canvas.classList.toggle("no-original", !original);
    this._canvas.classList.toggle("no-svg", !svg);
    this._canvas.classList.toggle("nothing", !shown);
    if (shown) this._viewport.setPicture(shown.naturalWidth || 1, shown.naturalHeight || 1);
    if (earlier?.id !== image?.id) this._viewport.fit();
    if (image && !original && !svg && image.state !== "failed") this._say(image, "This browser cannot show this format. The SVG will be shown.");
    await this._difference.show(original && svg ? image : null, this._original, this._svg, this.view === "difference");
  }

  _say(image, words = "") {
    const text = words || (image?.state === "failed" || image?.state === "held" ? (image.answer ? "" : image.note) : "");
    this._message.hidden = !text;
    this._message.textContent = text;
  }

  setView(view) {
    this.view = view;
    this._canvas.dataset.view = view;
    for (const radio of byId("views").querySelectorAll("input")) radio.checked = radio.value === view;
    byId("left-corner").textContent = view === "default" ? "VTracer's defaults" : "Original";
    byId("divider").setAttribute("aria-label", `Divider between ${view === "default" ? "VTracer's defaults" : "original"} and SVG`);
    this._cut();
    this._difference.setVisible(view === "difference");
  }

  _watchBar() {
    const bar = byId("views");
    bar.addEventListener("change", (event) => this.setView(event.target.value));
    byId("zoom-in").addEventListener("click", this._viewport.zoomIn);
    byId("zoom-out").addEventListener("click", this._viewport.zoomOut);
    byId("zoom-fit").addEventListener("click", () => this._viewport.fit());
    this._canvas.addEventListener("keydown", ({ key, target }) => {
      const wanted = target === this._canvas && /^[1-5]$/.test(key) && bar.querySelectorAll("input")[key - 1];
      if (wanted && !wanted.closest("label").hidden) this.setView(wanted.value);
    });
    this._canvas.dataset.view = this.view;
  }

  _place() {
    const { width, height, scale, x, y } = this._viewport;
    for (const { style } of this._sheets) {
      Object.assign(style, { width: `${width}px`, height: `${height}px` });
      style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    }
    const ground = { left: x, top: y, width: width * scale, height: height * scale };
    for (const [side, value] of Object.entries(ground)) this._ground.style[side] = `${value}px`;
    this._original.classList.toggle("squares", scale >= PIXELS_FROM);
    byId("zoom-value").textContent = percent(scale);
    this._difference.place();
  }

  _cut() {
    const split = ["split", "default"].includes(this.view);
    this._traced.style.clipPath = split ? `inset(0 0 0 ${this._share * 100}%)` : "none";
    for (const { style } of this._left) style.clipPath = split ? `inset(0 ${100 - this._share * 100}% 0 0)` : "none";
  }
}

/** Whether the element shows what is at the address; null: it shows nothing. */
async function loaded(picture, address) {
  if (!address) {
    picture.hidden = true;
    picture.removeAttribute("src");
    return false;
  }
  if (picture.src !== address) picture.src = address;
  try {
    await picture.decode();
    picture.hidden = false;
    return true;
  } catch {
    picture.hidden = true;
    return false;
  }
}
