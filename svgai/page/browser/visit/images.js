// The visit's images: what each is, what it was asked for, and what came of it. Everybody else listens for changes.

import { cacheKey, DEFAULTS } from "./settings.js";

/** @typedef {"waiting" | "working" | "held" | "done" | "failed"} State */

let last = 0;

/** An image as the page holds it; `kept` is what an earlier visit to this page left of it. */
export function newImage(blob, name, settings, kept = {}) {
  return {
    id: `${Date.now().toString(36)}-${(last++).toString(36)}`,
    name,
    blob,
    settings: { ...DEFAULTS, ...settings },
    /** @type {State} */
    state: "waiting",
    note: "",
    fault: null,
    kind: null,
    front: null,
    unpredicted: null,
    answer: null,
    rating: 0,
    byDefault: null,
    answers: new Map(),
    ...kept,
    originalUrl: URL.createObjectURL(blob),
    svgUrl: kept.answer ? svgUrl(kept.answer.svg) : null,
  };
}

/** A list of images of which one is shown. Dispatches `change` ({ image, what }) and `selection`. */
export class Images extends EventTarget {
  constructor() {
    super();
    this.all = [];
    this.selected = null;
  }

  add(image) {
    this.all.push(image);
    this._tell(image, "added");
    if (!this.selected) this.select(image);
  }

  /** Take in changed fields of an image; what still comes for one that was removed is nobody's. */
  update(image, changes) {
    if (!this.all.includes(image)) return;
    Object.assign(image, changes);
    this._tell(image, "changed");
  }

  /** An answer came: it is shown, and kept for when its settings come back. */
  answered(image, answer) {
    image.answers.set(cacheKey(image.settings), answer);
    this.show(image, answer);
  }

  /** Show an answer that is there. */
  show(image, answer) {
    if (image.svgUrl) URL.revokeObjectURL(image.svgUrl);
    this.update(image, { state: "done", note: "", fault: null, answer, rating: 0, svgUrl: svgUrl(answer.svg) });
  }

  /** What VTracer makes of the image on a ground. */
  traced(image, { svg, ...figures }) {
    if (!this.all.includes(image)) return;
    if (image.byDefault) URL.revokeObjectURL(image.byDefault.url);
    this.update(image, { byDefault: { ...figures, url: svgUrl(svg) } });
  }

  remove(image) {
    const place = this.all.indexOf(image);
    this.all.splice(place, 1);
    URL.revokeObjectURL(image.originalUrl);
    if (image.svgUrl) URL.revokeObjectURL(image.svgUrl);
    if (image.byDefault) URL.revokeObjectURL(image.byDefault.url);
    this._tell(image, "removed");
    if (this.selected === image) this.select(this.all[Math.min(place, this.all.length - 1)] ?? null);
  }

  select(image) {
    this.selected = image;
    this.dispatchEvent(new Event("selection"));
  }

  _tell(image, what) {
    this.dispatchEvent(Object.assign(new Event("change"), { image, what }));
  }
}

/** What VTracer made of the image on the ground that it has now. */
export function defaultOf(image) {
  return image?.byDefault?.background === image?.settings.background ? (image?.byDefault ?? null) : null;
}

function svgUrl(svg) {
  return URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
}
