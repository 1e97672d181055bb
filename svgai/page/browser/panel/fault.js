// What went wrong with the image that is shown, and what can be done.

import { byId, element } from "../elements.js";

/** Show the fault of an image, if it has one; `again` is called where someone wants it tried once more. */
export function showFault(image, again) {
  const place = byId("fault");
  const fault = image?.fault;
  place.hidden = !fault;
  if (!fault) return;
  const retry = image.state === "failed" && element("button", { type: "button", on: { click: again } }, "Try again");
  place.replaceChildren(
    element("p", {}, element("strong", {}, fault.message)),
    element("p", { className: "details" }, fault.details),
    ...(retry ? [retry] : []),
  );
}
