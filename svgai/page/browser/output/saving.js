// SVG files to the disk, one or all.

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

function fileName({ name }) {
  return `${name.replace(/\.[^.]+$/, "") || "image"}.svg`;
}

function unused(name, taken) {
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = name.replace(/\.svg$/, `-${number}.svg`);
  taken.add(free);
  return free;
}

function saveBlob(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  // Some browsers read it only after the click is over.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
