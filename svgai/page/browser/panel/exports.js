// Ways to take the SVG along: as a file, as text in three forms, and all of the visit as one ZIP.

import { byId, element } from "../elements.js";
import { copied } from "../output/clipboard.js";
import { save, saveAll } from "../output/saving.js";
import { dataUri, jsx } from "../output/text_forms.js";

const SHOWN_MS = 1600;

export class Exports {
  /** `announce(text)` says what was done to whoever cannot see it. */
  constructor(images, announce) {
    Object.assign(this, { _images: images, _announce: announce, _place: byId("exports") });
    const svg = () => images.selected.answer.svg;
    this._place.append(
      element("button", { type: "button", className: "primary wide", on: { click: () => save(images.selected) } }, "Download SVG"),
      element(
        "div",
        { className: "copies", role: "group", ariaLabel: "Copy" },
        this._copy("Copy SVG", svg),
        this._copy("Data URI", () => dataUri(svg())),
        this._copy("JSX", () => jsx(svg())),
      ),
    );
    this._place.hidden = true;
    byId("download-all").addEventListener("click", () => saveAll(images.all.filter(({ answer }) => answer)));
  }

  show(image) {
    this._place.hidden = !image?.answer;
  }

  _copy(label, text) {
    const button = element("button", { type: "button", on: { click: () => copy() } }, label);
    const copy = async () => {
      const done = await copied(text());
      button.textContent = done ? "Copied" : "Not allowed";
      this._announce(done ? `${label}: copied to the clipboard.` : "The browser did not allow access to the clipboard.");
      setTimeout(() => (button.textContent = label), SHOWN_MS);
    };
    return button;
  }
}
