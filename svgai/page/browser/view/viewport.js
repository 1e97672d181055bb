// Which part of the picture is seen, and how large: a scale in screen pixels for a pixel of the image, and an offset.

export const MOST = 32;
const STEP = 1.25;
const MARGIN = 24;

export class Viewport {
  /** `onChange` is called after each change. Sizes are in pixels: of the image, and of the room that it is shown in. */
  constructor(onChange) {
    Object.assign(this, { _onChange: onChange, width: 1, height: 1, room: { width: 1, height: 1 } });
    Object.assign(this, { scale: 1, x: 0, y: 0, fitted: true });
  }

  /** A picture of this size is shown; it is fitted in unless it has the size of the one before. */
  setPicture(width, height) {
    if (this.width === width && this.height === height) return;
    Object.assign(this, { width, height });
    this.fit();
  }

  setRoom(width, height) {
    this.room = { width, height };
    if (this.fitted) this.fit();
    else this._settle();
  }

  get fitScale() {
    const { width, height } = this.room;
    const whole = Math.min((width - 2 * MARGIN) / this.width, (height - 2 * MARGIN) / this.height);
    return Math.min(Math.max(whole, 0.01), MOST);
  }

  fit() {
    this.scale = this.fitScale;
    this.fitted = true;
    this._settle();
  }

  /** Enlarge by a factor around a point of the room, or its middle. */
  zoomBy(factor, x = this.room.width / 2, y = this.room.height / 2) {
    const scale = Math.min(Math.max(this.scale * factor, Math.min(this.fitScale, 1)), MOST);
    const real = scale / this.scale;
    this.x = x - (x - this.x) * real;
    this.y = y - (y - this.y) * real;
    this.scale = scale;
    this.fitted = false;
    this._settle();
  }

  zoomIn = () => this.zoomBy(STEP);

  zoomOut = () => this.zoomBy(1 / STEP);

  moveBy(x, y) {
    this.x += x;
    this.y += y;
    this.fitted = false;
    this._settle();
  }

  /** Show a point of the image in the middle, at a scale. */
  showPoint(x, y, scale) {
    this.scale = Math.min(Math.max(scale, this.fitScale), MOST);
    this.x = this.room.width / 2 - x * this.scale;
    this.y = this.room.height / 2 - y * this.scale;
    this.fitted = false;
    this._settle();
  }

  /** What is smaller than the room is in its middle; what is larger leaves no gap beyond a margin. */
  _settle() {
    const kept = (offset, size, room) => {
      if (size <= room - 2 * MARGIN) return (room - size) / 2;
      return Math.min(Math.max(offset, room - size - MARGIN), MARGIN);
    };
    this.x = kept(this.x, this.width * this.scale, this.room.width);
    this.y = kept(this.y, this.height * this.scale, this.room.height);
    this._onChange();
  }
}
