// The view of differences: a heat map over the greyed original, with the poorest place marked.

import { byId, element } from "../elements.js";
import { share } from "../numbers.js";
import { changesGround } from "../visit/settings.js";

const MOST_SIDE = 1024; // larger pictures are compared reduced to this
const LEAST_SIDE = 24; // smaller ones enlarged, every pixel a square, as the service does
const NEAR_SCALE = 8;

export class DifferenceView {
  constructor(viewport) {
    this._viewport = viewport;
    this._heat = byId("heat-map");
    this._mark = byId("lowest");
    this._words = byId("difference-words");
    this._worker = null;
    this._pictures = null;
    this._done = null;
    this._visible = false;
    this._job = 0;
  }

  /** The pictures to compare, or none (image null). They are compared once this view is visible. */
  show(image, original, svg, visible) {
    const changed = this._pictures?.image !== image || this._pictures?.url !== image?.svgUrl;
    this._pictures = image && { image, original, svg, url: image.svgUrl };
    if (changed) {
      this._done = null;
      this._job += 1; // what is still computed is of the pictures before
      this._heat.width = this._heat.width; // empties it
    }
    this.setVisible(visible);
  }

  setVisible(visible) {
    this._visible = visible;
    this._words.hidden = !visible;
    if (visible && !this._done) this._compare();
    this.place();
  }

  /** Put the mark where the poorest place is now. */
  place() {
    this._mark.hidden = !(this._visible && this._done);
    if (this._mark.hidden) return;
    const { x, y } = this._point();
    this._mark.style.left = `${this._viewport.x + x * this._viewport.scale}px`;
    this._mark.style.top = `${this._viewport.y + y * this._viewport.scale}px`;
  }

  _compare() {
    if (!this._pictures) {
      this._words.replaceChildren("There is nothing to compare yet.");
      return;
    }
    const { original, svg } = this._pictures;
    this._words.replaceChildren("Comparing…");
    const [wide, high] = [original.naturalWidth, original.naturalHeight];
    const factor = Math.min(1, MOST_SIDE / Math.max(wide, high)) * Math.max(1, Math.ceil(LEAST_SIDE / Math.max(wide, high)));
    const [width, height] = [wide, high].map((side) => Math.max(1, Math.round(side * factor)));
    const [first, second] = [original, svg].map((picture) => pixels(picture, [wide, high], [width, height]));
    this._worker ??= this._started();
    this._worker.postMessage({ id: ++this._job, first, second, width, height }, [first.buffer, second.buffer]);
  }

  _started() {
    const worker = new Worker(new URL("./difference_worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }) => data.id === this._job && this._pictures && this._draw(data));
    return worker;
  }

  _draw(found) {
    const { width, height, map, lowest } = found;
    this._done = { width, height, lowest };
    Object.assign(this._heat, { width, height });
    const picture = new ImageData(width, height);
    for (let at = 0; at < map.length; at += 1) {
      const lack = Math.min(Math.max(1 - map[at], 0), 1);
      // From yellow to red, and the more solid the poorer.
      picture.data.set([235 - 25 * lack, 140 * (1 - lack) ** 1.5, 20 + 30 * lack, 255 * Math.min(1, lack * 3)], 4 * at);
    }
    this._heat.getContext("2d").putImageData(picture, 0, 0);
    this._mark.firstElementChild.textContent = share(lowest.value, 2);
    this._tell();
    this.place();
  }

  _tell() {
    const { lowest } = this._done;
    const { image } = this._pictures;
    const changed = changesGround(image.settings) ? " Background or colours were changed on purpose, which counts as different here." : "";
    const said = `Poorest place: ${share(lowest.value, 2)}, computed in this browser; the service measured ${share(image.answer.quality.worst, 2)}.${changed}`;
    const go = element("button", { type: "button", on: { click: () => this._approach() } }, "Look at it");
    this._words.replaceChildren(element("span", { className: "scale", ariaHidden: "true" }), element("span", {}, said), go);
  }

  _approach() {
    const { x, y } = this._point();
    this._viewport.showPoint(x, y, NEAR_SCALE);
  }

  /** The poorest place in pixels of the original. */
  _point() {
    const { width, height, lowest } = this._done;
    return {
      x: ((lowest.x + 0.5) / width) * this._viewport.width,
      y: ((lowest.y + 0.5) / height) * this._viewport.height,
    };
  }
}

/** What a picture shows at a size, straight-alpha RGBA; enlarged it is drawn at its own size first. */
function pixels(picture, own, [width, height]) {
  const small = width > own[0] ? drawn(picture, own, true) : picture;
  return drawn(small, [width, height], small === picture).getContext("2d").getImageData(0, 0, width, height).data;
}

function drawn(picture, [width, height], smooth) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  Object.assign(context, { imageSmoothingEnabled: smooth, imageSmoothingQuality: "high" });
  context.drawImage(picture, 0, 0, width, height);
  return canvas;
}
