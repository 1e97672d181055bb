// Stars for a conversion. They are there only where the service's description says that it takes them.

import { byId, element } from "../elements.js";
import { rate } from "../service/client.js";

const WORDS = ["Unusable", "Poor", "Fair", "Good", "Excellent"];

export class Rating {
  constructor(images, announce) {
    Object.assign(this, { _images: images, _announce: announce, _place: byId("rating"), _taken: false });
    this._place.hidden = true;
  }

  describe({ paths }) {
    this._taken = "/api/feedback" in paths;
    this.show(this._images.selected);
  }

  show(image) {
    this._place.hidden = !this._taken || !image?.answer;
    if (this._place.hidden) return;
    if (this._place.contains(document.activeElement) && this._id === image.answer.conversion_id) return;
    this._id = image.answer.conversion_id;
    const stars = WORDS.map((word, at) => this._star(image, at + 1, word));
    this._place.replaceChildren(
      element("fieldset", { className: "stars" }, element("legend", {}, "How good is it?"), ...stars),
    );
  }

  _star(image, stars, word) {
    const radio = element("input", { type: "radio", name: "rating", value: stars, checked: image.rating === stars });
    radio.setAttribute("aria-label", `${stars} of 5: ${word}`);
    radio.addEventListener("change", () => this._rate(image, stars));
    return element("label", { title: word }, radio, element("span", { ariaHidden: "true" }, "★"));
  }

  async _rate(image, stars) {
    try {
      await rate(image.answer.conversion_id, stars);
      this._images.update(image, { rating: stars });
      this._announce(`Rated ${stars} of 5. Thank you.`);
    } catch (fault) {
      this._announce(`The rating was not taken: ${fault.message}`);
    }
  }
}
