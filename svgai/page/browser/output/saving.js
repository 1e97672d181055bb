// SVG files to the disk, one or all.

const FORBIDDEN = /[<>:"/\\|?*\u0000-\u001f]/g;
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** Save the SVG of an image under the image's name. */
export function save(image) {
  saveBlob(new Blob([image.answer.svg], { type: "image/svg+xml" }), fileName(image));
}

/** Save the SVGs of many images as one ZIP; names that come twice are numbered. */
export async function saveAll(images) {
  const { downloadZip } = await import("./vendor/client-zip.js");
  const taken = new Set();
  const files = images.map((image) => ({ name: unused(fileName(image), taken), input: image.answer.svg }));
  saveBlob(await downloadZip(files).blob(), "svg-ai.zip");
}

/** The image's name as that of an SVG, in letters that every system takes; Windows has signs and names of its own. */
function fileName({ name }) {
  const stem = name.replace(/\.[^.]+$/, "").replace(FORBIDDEN, "_").replace(/[. ]+$/, "") || "image";
  return `${RESERVED.test(stem) ? "_" : ""}${stem}.svg`;
}

/** Windows and macOS do not tell A from a. */
function unused(name, taken) {
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number += 1) free = name.replace(/\.svg$/, `-${number}.svg`);
  taken.add(free.toLowerCase());
  return free;
}

function saveBlob(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  // Some browsers read it only after the click is over.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
