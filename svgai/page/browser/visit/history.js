// The visit's images and answers in IndexedDB, so that a reload loses nothing. A visit is one tab; old ones are removed.

import { newImage } from "./images.js";

const NAME = "svgai";
const STORE = "images";
const KEPT_MS = 24 * 3600 * 1000;
const MOST_ANSWERS = 12;
const VISIT_PLACE = "svgai.visit";
const LASTING = ["id", "name", "blob", "settings", "kind", "front", "answer", "rating"];

export class History {
  constructor() {
    this.visit = sessionStorage.getItem(VISIT_PLACE) ?? crypto.getRandomValues(new Uint32Array(2)).join("-");
    sessionStorage.setItem(VISIT_PLACE, this.visit);
    this._database = null;
    this._order = 0;
  }

  /** The images of this visit, in their order; none where the browser keeps nothing (private windows of some). */
  async restore() {
    try {
      this._database = await opened();
      const all = await done(this._store("readonly").getAll());
      const now = Date.now();
      for (const old of all.filter(({ seen }) => now - seen > KEPT_MS)) this._store("readwrite").delete(old.id);
      const own = all.filter(({ visit }) => visit === this.visit).sort((one, other) => one.order - other.order);
      return own.map((kept) => {
        this._order = Math.max(this._order, kept.order + 1);
        const { blob, name, settings, order, visit, seen, answers, ...rest } = kept;
        const state = kept.answer ? "done" : "waiting";
        return Object.assign(newImage(blob, name, settings, { ...rest, state, answers: new Map(answers) }), { order });
      });
    } catch {
      this._database = null;
      return [];
    }
  }

  keep(image) {
    if (!this._database) return;
    image.order ??= this._order++;
    const fields = Object.fromEntries(LASTING.map((name) => [name, image[name]]));
    const answers = [...image.answers].slice(-MOST_ANSWERS);
    const record = { ...fields, answers, order: image.order, visit: this.visit, seen: Date.now() };
    // A full disk takes the history away, not the work.
    this._store("readwrite").put(record).onerror = (event) => event.preventDefault();
  }

  forget(image) {
    this._database && this._store("readwrite").delete(image.id);
  }

  _store(mode) {
    return this._database.transaction(STORE, mode).objectStore(STORE);
  }
}

function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
  return done(request);
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
