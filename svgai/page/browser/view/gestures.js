// Wheel, pinch, drag and keys to zoom and move.

const WHEEL_SPEED = 0.0016;
const KEY_STEP = 48;

/** Let the element's pointers, wheel and keys move the viewport. */
export function watchGestures(canvas, viewport) {
  const pointers = new Map();
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const { x, y } = place(event);
      // A pinch on a touchpad comes as a wheel with ctrl, in smaller steps; a wheel may count in lines.
      const speed = WHEEL_SPEED * (event.ctrlKey ? 6 : 1) * (event.deltaMode === 1 ? 20 : 1);
      viewport.zoomBy(Math.exp(-event.deltaY * speed), x, y);
    },
    { passive: false },
  );

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = place(event);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, now);
    if (!other) {
      viewport.moveBy(now.x - before.x, now.y - before.y);
      return;
    }
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    viewport.moveBy((now.x - before.x) / 2, (now.y - before.y) / 2);
    viewport.zoomBy(distance(now, other) / Math.max(distance(before, other), 1), middle.x, middle.y);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => pointers.delete(event.pointerId));
  }

  const keys = {
    "+": viewport.zoomIn,
    "=": viewport.zoomIn,
    "-": viewport.zoomOut,
    0: () => viewport.fit(),
    ArrowLeft: () => viewport.moveBy(KEY_STEP, 0),
    ArrowRight: () => viewport.moveBy(-KEY_STEP, 0),
    ArrowUp: () => viewport.moveBy(0, KEY_STEP),
    ArrowDown: () => viewport.moveBy(0, -KEY_STEP),
  };
  canvas.addEventListener("keydown", (event) => {
    if (event.target !== canvas || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
}

const distance = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
