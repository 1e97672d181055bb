// What the service measured of an SVG, and what the image is.

import { byId, element } from "../elements.js";
import { bytes, percent, plural, seconds, share } from "../numbers.js";

const MISSED = { ssim: "likeness as a whole", worst: "its poorest place", delta_e: "colours", bytes: "size" };

/** Show the figures of an image. */
export async function showFigures(image) {
  const place = byId("figures");
  const { answer } = image;
  if (!answer) {
    const waiting = ["waiting", "working"].includes(image.state) ? image.note : "";
    place.replaceChildren(element("p", { className: "waiting" }, waiting), kindLine(image));
    return;
  }
  const zipped = await gzipSize(answer.svg);
  if (image.answer !== answer) return;
  const { quality } = answer;
  const part = quality.bytes / image.blob.size;
  place.replaceChildren(
    element(
      "p",
      { className: "size" },
      element("strong", {}, bytes(quality.bytes)),
      element("span", {}, `${bytes(zipped)} gzipped · ${percent(part)} of the image file's ${bytes(image.blob.size)}`),
    ),
    element(
      "p",
      { className: answer.met_target ? "promise kept" : "promise missed" },
      answer.met_target
        ? `Promise kept: ssim at least ${share(answer.target_quality, 2)}, nowhere under ${share(answer.min_worst, 2)}`
        : `Short of the promise in ${answer.missed.map((name) => MISSED[name] ?? name).join(", ")}`,
    ),
    element(
      "dl",
      { className: "measures" },
      ...measure("ssim", share(quality.ssim), "Likeness of the whole picture, 1 at most"),
      ...measure("worst", share(quality.worst), "ssim of the poorest place"),
      ...measure("delta_e", quality.delta_e.toFixed(2), "Mean difference of colours; under 3 few people see it"),
      ...measure("paths", String(quality.paths), "Path elements of the SVG"),
      ...measure("trials", String(answer.trials), "Tracings that were made and measured"),
      ...measure("time", seconds(answer.seconds), "From sending the image to having its SVG"),
    ),
    kindLine(image),
  );
}

/** One sentence for whoever cannot see it. */
export function spoken({ name, answer }) {
  const { quality, met_target: met } = answer;
  const kept = met ? "the promise is kept" : "short of the promise";
  return `${name}: ${bytes(quality.bytes)}, ssim ${share(quality.ssim)}, poorest place ${share(quality.worst)}, ${plural(quality.paths, "path")}, ${kept}.`;
}

function measure(name, value, meaning) {
  return [element("dt", { title: meaning }, name), element("dd", {}, value)];
}

function kindLine({ kind, unpredicted }) {
  if (kind) {
    return element(
      "p",
      { className: "kind" },
      "Type ",
      element("strong", {}, kind.type),
      ` with ${percent(kind.confidence)} confidence`,
    );
  }
  return element("p", { className: "kind" }, unpredicted?.code === "ai_disabled" ? unpredicted.message : "");
}

async function gzipSize(text) {
  const zipped = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(zipped).arrayBuffer()).byteLength;
}
