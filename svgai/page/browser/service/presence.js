// Whether the service can be reached: shown in the page's head, asked again while it cannot.

import { reachable } from "./client.js";

const AGAIN_MS = 2500;
const WORDS = { ready: "", starting: "The service is starting", gone: "No connection to the service" };

export class Presence {
  /** `shown`: the element that says so. `onReturn`: called each time that the service answers again. */
  constructor(shown, onReturn) {
    Object.assign(this, { _shown: shown, _onReturn: onReturn, _timer: null });
    addEventListener("online", () => this._look());
    addEventListener("offline", () => this.lost());
  }

  /** A request found nobody, or nobody ready: look until there is somebody. */
  lost(state = "gone") {
    this._say(state);
    this._timer ??= setTimeout(() => this._look(), AGAIN_MS);
  }

  async _look() {
    clearTimeout(this._timer);
    this._timer = null;
    const state = await reachable();
    if (state !== "ready") return this.lost(state);
    this._say(state);
    return this._onReturn();
  }

  _say(state) {
    this._shown.dataset.state = state;
    if (this._shown.textContent !== WORDS[state]) this._shown.textContent = WORDS[state];
  }
}
