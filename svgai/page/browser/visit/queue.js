// Conversions, two at a time. A newer wish for an image aborts the older one; what was answered before is not asked again.

import { classify, convert, optimize } from "../service/client.js";
import { asked, cacheKey } from "./settings.js";

const AT_ONCE = 2;
const MOST_TRIES = 8;
const PATIENCE_S = 2;

export class Queue {
  /**
   * `images`: the Images to work on. `onFault(fault)`: what the whole page has to hear of: a missing key, no service.
   */
  constructor(images, onFault) {
    this._images = images;
    this._onFault = onFault;
    this._running = new Map();
  }

  /** Convert an image by its settings, at once where these were answered before. */
  ask(image) {
    this.abort(image);
    const known = image.answers.get(cacheKey(image.settings));
    if (known) {
      this._images.show(image, known);
    } else {
      this._images.update(image, { state: "waiting", note: "Waiting", fault: null });
    }
    this._fill();
  }

  /** Stop the conversion of an image; the service stops, too. */
  abort(image) {
    this._running.get(image)?.abort();
    this._running.delete(image);
  }

  /** Go on with all that was held back: the service answers again, or there is a key. */
  resume() {
    for (const image of this._images.all.filter(({ state }) => state === "held")) this.ask(image);
    for (const image of this._images.all) if (needsInspection(image)) this._inspect(image);
  }

  _fill() {
    for (const image of this._images.all) {
      if (this._running.size >= AT_ONCE) return;
      if (image.state === "waiting" && !this._running.has(image)) this._work(image);
    }
  }

  async _work(image) {
    const control = new AbortController();
    this._running.set(image, control);
    this._images.update(image, { state: "working", note: "Converting" });
    if (needsInspection(image)) this._inspect(image);
    try {
      const started = performance.now();
      const answer = await this._patiently(image, control.signal);
      if (control.signal.aborted) return;
      this._images.answered(image, { ...answer, seconds: (performance.now() - started) / 1000 });
    } catch (fault) {
      if (control.signal.aborted) return;
      const held = ["offline", "unauthorized"].includes(fault.code);
      this._images.update(image, { state: held ? "held" : "failed", note: fault.message, fault });
      if (held) this._onFault(fault);
    } finally {
      if (this._running.get(image) === control) this._running.delete(image);
      this._fill();
    }
  }

  /** The answer, also of a service that is busy or starting: it is asked again when it says so. */
  async _patiently(image, signal) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await convert(image.blob, asked(image.settings), signal);
      } catch (fault) {
        if (signal.aborted || !fault.passing || tries === MOST_TRIES) throw fault;
        const wait = fault.retryAfter ?? PATIENCE_S;
        this._images.update(image, { note: `${fault.message} Trying again in ${Math.ceil(wait)} s.` });
        // All that were refused together shall not come back together.
        await pause(1000 * wait * (1 + Math.random() / 2), signal);
        this._images.update(image, { note: "Converting" });
      }
    }
  }

  /** The image's type and the predicted front, once for each image; the conversion does not wait for them. */
  async _inspect(image) {
    image.inspecting = true;
    const [kind, front] = await Promise.allSettled([classify(image.blob), optimize(image.blob)]);
    image.inspecting = false;
    this._images.update(image, {
      kind: kind.value ?? null,
      front: front.value ?? null,
      unpredicted: front.reason ?? null,
    });
  }
}

const needsInspection = (image) => !image.front && !image.inspecting && !lasting(image.unpredicted);

const lasting = (fault) => Boolean(fault) && !fault.passing && !["offline", "unauthorized"].includes(fault.code);

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
