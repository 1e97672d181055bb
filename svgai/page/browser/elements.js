// Elements made in one expression. Text is set as text; nothing here parses HTML.

/** The element of this page with an id. */
export const byId = (id) => document.getElementById(id);

/**
 * An element with properties and children; strings become text.
 *
 * A property that the element has is set, another becomes an attribute; `on` holds listeners.
 */
export function element(name, properties = {}, ...children) {
  return furnished(document.createElement(name), properties, children);
}

/** The same for an element of SVG, whose properties are attributes. */
export function svgElement(name, attributes = {}, ...children) {
  return furnished(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children, false);
}

function furnished(made, { on = {}, ...properties }, children, assign = true) {
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (assign && key in made && key !== "list") made[key] = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  for (const [event, listener] of Object.entries(on)) made.addEventListener(event, listener);
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}
