// How images come in: chosen, dropped, pasted, or drawn as an example.

import { byId } from "../elements.js";

const EXAMPLE = new URL("../example.svg", import.meta.url);
const EXAMPLE_SIDE = 256;

/** Call `onImages([{ blob, name }, ...])` for whatever comes in. */
export function watchIntake(onImages) {
  const files = byId("files");
  const take = async (list) => list.length && onImages(await Promise.all([...list].map(held)));

  for (const id of ["choose", "add"]) byId(id).addEventListener("click", () => files.click());
  files.addEventListener("change", () => {
    take(files.files);
    files.value = "";
  });
  byId("example").addEventListener("click", async () => onImages([await drawnExample()]));
  document.addEventListener("paste", (event) => {
    if (event.target.closest?.("input, textarea")) return;
    take(event.clipboardData?.files ?? []);
  });
  watchDrops(byId("drop-veil"), take);
}

/** A file as it is now: whoever changes or removes it later takes nothing away. Of a folder, nothing. */
async function held(file) {
  const content = await file.arrayBuffer().catch(() => new ArrayBuffer(0));
  return { blob: new Blob([content], { type: file.type }), name: file.name || "pasted.png" };
}

function watchDrops(veil, take) {
  let depth = 0; // dragenter and dragleave come for every element on the way
  const shown = (change) => {
    depth = change === 0 ? 0 : depth + change;
    veil.hidden = depth <= 0;
  };
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragenter", (event) => holdsFiles(event) && shown(1));
  addEventListener("dragleave", (event) => holdsFiles(event) && shown(-1));
  addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    shown(0);
    take(event.dataTransfer.files);
  });
}

async function drawnExample() {
  const picture = new Image();
  picture.src = EXAMPLE;
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: EXAMPLE_SIDE, height: EXAMPLE_SIDE });
  canvas.getContext("2d").drawImage(picture, 0, 0, EXAMPLE_SIDE, EXAMPLE_SIDE);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  return { blob, name: "example.png" };
}
