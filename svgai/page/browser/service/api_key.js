// The API key: asked for when the service wants one, kept in this tab alone.

import { byId } from "../elements.js";

const PLACE = "svgai.key";

export function keyHeaders() {
  const key = sessionStorage.getItem(PLACE);
  return key ? { "X-API-Key": key } : {};
}

export const hasKey = () => Boolean(sessionStorage.getItem(PLACE));

/** The dialog that asks for a key; `onKey` is called with each new one in place. */
export class KeyDialog {
  constructor(onKey) {
    this._dialog = byId("key-dialog");
    this._field = byId("key-field");
    this._button = byId("key-button");
    this._button.addEventListener("click", () => this.open());
    this._button.hidden = !hasKey();
    byId("key-cancel").addEventListener("click", () => this._dialog.close());
    byId("key-form").addEventListener("submit", () => {
      sessionStorage.setItem(PLACE, this._field.value.trim());
      this._field.value = "";
      this._button.hidden = false;
      onKey();
    });
  }

  /** Ask, once however many requests were refused. */
  open() {
    this._button.hidden = false;
    if (this._dialog.open) return;
    byId("key-words").textContent = hasKey()
      ? "The key that this tab holds was not accepted. A new one takes its place."
      : "It is kept in this tab alone and forgotten when you close it.";
    this._dialog.showModal();
  }
}
