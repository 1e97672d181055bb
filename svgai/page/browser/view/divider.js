// The line between original and SVG: dragged, or moved by keys.

const KEYS = { ArrowLeft: -2, ArrowRight: 2, PageDown: -10, PageUp: 10 };

export class Divider {
  /** `onMove(share)` hears the share of the room's width that lies left of the line. */
  constructor(handle, canvas, onMove) {
    Object.assign(this, { _handle: handle, _onMove: onMove, share: 0.5 });
    let held = false;
    handle.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      handle.setPointerCapture(event.pointerId);
      held = true;
    });
    handle.addEventListener("pointermove", (event) => {
      if (!held) return;
      const box = canvas.getBoundingClientRect();
      this.moveTo((event.clientX - box.left) / box.width);
    });
    for (const end of ["pointerup", "pointercancel"]) handle.addEventListener(end, () => (held = false));
    handle.addEventListener("keydown", (event) => {
      const ends = { Home: 0, End: 1 };
      if (!(event.key in KEYS) && !(event.key in ends)) return;
      event.preventDefault();
      event.stopPropagation();
      this.moveTo(ends[event.key] ?? this.share + KEYS[event.key] / 100);
    });
    this.moveTo(0.5);
  }

  moveTo(share) {
    this.share = Math.min(Math.max(share, 0), 1);
    const hundredths = Math.round(this.share * 100);
    this._handle.style.left = `${this.share * 100}%`;
    this._handle.setAttribute("aria-valuenow", hundredths);
    this._handle.setAttribute("aria-valuetext", `${hundredths} % original, ${100 - hundredths} % SVG`);
    this._onMove(this.share);
  }
}
