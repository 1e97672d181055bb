// The API reference, drawn from the service's own OpenAPI document.

import { byId, element } from "../elements.js";
import { copied } from "../output/clipboard.js";
import { KeyDialog } from "../service/api_key.js";
import { description } from "../service/client.js";
import { Presence } from "../service/presence.js";
import { examples } from "./examples.js";
import { limits, objectsOf, resolved, typeWords } from "./schemas.js";

const SHOWN_MS = 1600;

const keys = new KeyDialog(draw);
const presence = new Presence(byId("service-state"), draw);

draw();

async function draw() {
  let found;
  try {
    found = await description();
  } catch (fault) {
    if (fault.code === "unauthorized") keys.open();
    else if (fault.code === "offline") presence.lost();
    byId("about").textContent = fault.message;
    return;
  }
  const operations = Object.entries(found.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  byId("about").textContent = found.info.description;
  byId("contents").replaceChildren(element("ul", {}, ...operations.map(entry)));
  byId("calls").replaceChildren(...operations.map((one) => call(one, found)));
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

const anchor = ({ method, path }) => `${method}${path.replaceAll("/", "-")}`;

function entry(one) {
  return element("li", {}, element("a", { href: `#${anchor(one)}` }, verb(one.method), element("span", {}, one.path)));
}

const verb = (method) => element("span", { className: `verb ${method}` }, method.toUpperCase());

function call(one, document) {
  const { method, path, operation } = one;
  const bodies = Object.entries(operation.requestBody?.content ?? {});
  return element(
    "section",
    { className: "call", id: anchor(one), ariaLabel: `${method.toUpperCase()} ${path}` },
    element("h2", {}, verb(method), " ", path),
    element("p", {}, operation.summary ?? ""),
    operation.description && element("p", {}, operation.description),
    ...bodies.flatMap(([type, { schema }]) => body(type, schema, document)),
    element("h3", {}, "Examples"),
    ...examples(path, method, operation).map(example),
    element("h3", {}, "Answers"),
    statuses(operation.responses, document),
    ...answers(operation.responses, document),
  );
}

function body(type, schema, document) {
  const { schema: found } = resolved(schema, document);
  if (type === "multipart/form-data") {
    return [element("p", { className: "note" }, "The same as multipart/form-data: the image as a file in the field ", code("image"), ", the options as further fields, and ", code("parameters"), " as JSON text.")].filter(
      () => "image" in (found.properties ?? {}),
    );
  }
  return [element("h3", {}, "Body, ", code(type)), fields(found, document, true), ...inner(found, document)];
}

function answers(responses, document) {
  return Object.entries(responses["200"]?.content ?? {}).flatMap(([type, { schema }]) => {
    const kinds = objectsOf(schema, document);
    return kinds.flatMap(({ name, schema: found }) => [
      element("h4", {}, "Fields of ", code(name), ` (${type})`),
      found.description && element("p", { className: "note" }, found.description),
      fields(found, document, false),
      ...inner(found, document),
    ]);
  }).filter(Boolean);
}

/** The objects within an object, folded away. */
function inner(schema, document, seen = new Set()) {
  return Object.values(schema.properties ?? {})
    .flatMap((field) => objectsOf(field, document))
    .filter(({ name }) => !seen.has(name) && seen.add(name))
    .map(({ name, schema: found }) =>
      element(
        "details",
        {},
        element("summary", {}, "Fields of ", code(name)),
        found.description && element("p", { className: "note" }, found.description),
        fields(found, document, false),
        ...inner(found, document, seen),
      ),
    );
}

function fields(schema, document, asked) {
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const { schema: found } = resolved(field, document);
    const needed = asked && (schema.required ?? []).includes(name);
    const preset = field.default ?? found.default;
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, code(name), needed && element("small", {}, "required")),
      element("td", {}, typeWords(field, document), " ", element("span", { className: "limits" }, limits(field, document))),
      element("td", {}, preset === undefined || preset === null ? "" : code(String(preset))),
      element("td", {}, field.description ?? found.description ?? ""),
    );
  });
  return table(["Field", "Type and limits", "Default", "Meaning"], rows);
}

function statuses(responses, document) {
  const rows = Object.entries(responses).map(([status, { description: about, content }]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, code(status)),
      element("td", {}, about),
      element("td", {}, Object.keys(content ?? {}).join(", ")),
    ),
  );
  return table(["Status", "When", "Content"], rows);
}

function table(heads, rows) {
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
  return element("div", { className: "wide-table", tabIndex: 0, role: "group", ariaLabel: heads.join(", ") }, element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)));
}

function example({ title, command }) {
  const button = element("button", { type: "button", className: "quiet" }, "Copy");
  button.setAttribute("aria-label", `Copy: ${title}`);
  button.addEventListener("click", async () => {
    button.textContent = (await copied(command)) ? "Copied" : "Not allowed";
    setTimeout(() => (button.textContent = "Copy"), SHOWN_MS);
  });
  return element(
    "figure",
    {},
    element("figcaption", {}, title, button),
    element("pre", {}, element("code", {}, command)),
  );
}

function code(text) {
  return element("code", {}, text);
}
