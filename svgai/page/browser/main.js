// The page, put together: what comes in goes into the queue, and what changes is shown.

import { byId } from "./elements.js";
import { DefaultTracing } from "./panel/default_tracing.js";
import { Exports } from "./panel/exports.js";
import { showFigures, spoken } from "./panel/figures.js";
import { Front } from "./panel/front.js";
import { ImageList } from "./panel/image_list.js";
import { Options } from "./panel/options.js";
import { Rating } from "./panel/rating.js";
import { showFault } from "./panel/fault.js";
import { KeyDialog } from "./service/api_key.js";
import { description } from "./service/client.js";
import { Presence } from "./service/presence.js";
import { Stage } from "./view/stage.js";
import { History } from "./visit/history.js";
import { Images, newImage } from "./visit/images.js";
import { watchIntake } from "./visit/intake.js";
import { Queue } from "./visit/queue.js";
import { DEFAULTS } from "./visit/settings.js";

const images = new Images();
const history = new History();
const stage = new Stage();
const queue = new Queue(images, onFault);
const presence = new Presence(byId("service-state"), goOn);
const keys = new KeyDialog(goOn);
const front = new Front((image, parameters) => convertAgain(image, { ...image.settings, parameters }));
const options = new Options(convertAgain, forAll);
const exports = new Exports(images, announce);
const rating = new Rating(images, announce);
const defaultTracing = new DefaultTracing(images, announce);
new ImageList(images, remove);
let wished = { ...DEFAULTS };
let described = false;

watchIntake((found) => {
  const made = found.map(({ blob, name }) => newImage(blob, name, wished));
  for (const image of made) images.add(image);
  images.select(made[0]);
  for (const image of made) queue.ask(image);
  // The button that was pressed is gone, or a file dialog was in front: what comes next is after the top of main.
  byId("work").focus({ preventScroll: true });
});

images.addEventListener("change", ({ image, what }) => {
  if (what === "removed") history.forget(image);
  else if (image.state === "done" || what === "added") history.keep(image);
  if (what === "changed" && image.state === "done" && image.told !== image.answer) {
    image.told = image.answer;
    announce(spoken(image));
  }
  if (what === "changed" && image.state === "failed") announce(`${image.name}: ${image.note}`);
  if (image === images.selected && what === "changed") show(image);
});
images.addEventListener("selection", () => show(images.selected));
byId("clear").addEventListener("click", () => {
  for (const image of [...images.all]) remove(image);
  byId("choose").focus();
});

start();

async function start() {
  for (const image of await history.restore()) {
    images.add(image);
    image.told = image.answer;
    if (image.state === "waiting") queue.ask(image);
  }
  document.body.classList.add("started");
  describe();
}

function show(image) {
  document.body.classList.toggle("empty", !image);
  stage.show(image);
  exports.show(image);
  rating.show(image);
  defaultTracing.show(image);
  front.show(image);
  showFault(image, () => queue.ask(image));
  if (!image) return;
  showFigures(image);
  options.show(image);
}

function convertAgain(image, settings) {
  wished = { ...settings, parameters: null };
  if (!images.all.includes(image)) return;
  image.settings = settings;
  queue.ask(image);
}

function forAll(settings) {
  // Parameters are those of one image; the others are traced as suits them.
  for (const image of images.all) {
    image.settings = image === images.selected ? settings : { ...settings, parameters: null };
    queue.ask(image);
  }
  wished = { ...settings, parameters: null };
  announce("These options hold for all images.");
}

function remove(image) {
  queue.abort(image);
  images.remove(image);
}

function goOn() {
  queue.resume();
  if (!described) describe();
}

/** What the service says of itself: the tracing parameters, and whether it takes ratings. */
async function describe() {
  try {
    const found = await description();
    if (described) return;
    described = true;
    options.describe(found);
    rating.describe(found);
    defaultTracing.describe(found);
  } catch (fault) {
    onFault(fault);
  }
}

function onFault(fault) {
  if (fault.code === "unauthorized") keys.open();
  else if (fault.code === "offline") presence.lost();
  else if (fault.code === "not_ready") presence.lost("starting");
}

function announce(text) {
  byId("announcer").textContent = text;
}
