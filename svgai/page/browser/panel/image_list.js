// The list of the visit's images: which is shown, how far each is, how far all are.

import { byId, element } from "../elements.js";
import { bytes, plural } from "../numbers.js";

const OPEN = new Set(["waiting", "working", "held"]);

export class ImageList {
  /** `onRemove(image)` hears which image is to go. */
  constructor(images, onRemove) {
    Object.assign(this, { _images: images, _onRemove: onRemove, _list: byId("image-list"), _entries: new Map() });
    images.addEventListener("change", ({ image, what }) => this._changed(image, what));
    images.addEventListener("selection", () => this._select());
  }

  _changed(image, what) {
    if (what === "added") this._add(image);
    if (what === "removed") {
      this._entries.get(image).row.remove();
      this._entries.delete(image);
    } else {
      this._describe(image);
    }
    this._count();
  }

  _add(image) {
    const status = element("span", { className: "status" });
    const picture = element("img", { src: image.originalUrl, alt: "", on: { error: (event) => event.target.remove() } });
    const open = element(
      "button",
      { type: "button", className: "open", on: { click: () => this._images.select(image) } },
      element("span", { className: "thumbnail" }, picture),
      element("span", { className: "words" }, element("span", { className: "name" }, image.name), status),
    );
    const remove = element(
      "button",
      { type: "button", className: "remove", ariaLabel: `Remove ${image.name}`, on: { click: () => this._remove(image) } },
      "×",
    );
    const row = element("li", {}, open, remove);
    this._entries.set(image, { row, open, status });
    this._list.append(row);
  }

  _remove(image) {
    const next = this._entries.get(image).row.nextElementSibling ?? this._entries.get(image).row.previousElementSibling;
    this._onRemove(image);
    (next?.querySelector(".open") ?? byId("choose")).focus();
  }

  _describe(image) {
    const { row, status } = this._entries.get(image);
    row.dataset.state = image.state;
    status.textContent = image.state === "done" ? outcome(image.answer) : image.note;
  }

  _select() {
    for (const [image, { open, row }] of this._entries) {
      const shown = image === this._images.selected;
      open.setAttribute("aria-current", shown);
      if (shown && row.matches(":not(:hover)")) row.scrollIntoView({ block: "nearest" });
    }
  }

  _count() {
    const { all } = this._images;
    const left = all.filter(({ state }) => OPEN.has(state)).length;
    const progress = byId("queue-progress");
    progress.hidden = left === 0;
    progress.max = Math.max(all.length, 1);
    progress.value = all.length - left;
    byId("queue-words").textContent = left ? `${all.length - left} of ${all.length} converted` : plural(all.length, "image");
    byId("download-all").hidden = all.filter(({ answer }) => answer).length < 2;
  }
}

function outcome({ quality, met_target: met }) {
  return `${bytes(quality.bytes)}${met ? "" : ", short of the promise"}`;
}
