// What is done to the SVG for brands, print and cutters, as fields in a fold of their own.

import { element } from "../elements.js";

const COLOUR = "#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?";
const FIELDS = {
  cutter: { label: "Cut, least width", hint: "mm of a part; fills that lie beside each other; empty: layers", type: "number", min: 0, max: 999, step: 0.1 },
  palette: { label: "Only colours", hint: "#d22630, #003da5", type: "text", pattern: `${COLOUR}( *, *${COLOUR}){0,63}` },
  monochrome: { label: "One ink", hint: "currentColor, or a colour such as #123456", type: "text", pattern: `currentColor|${COLOUR}` },
  precision: { label: "Decimals", hint: "0 to 4, of coordinates in pixels; empty: a grid", type: "number", min: 0, max: 4, step: 1 },
  pretty: { label: "For people to read", hint: "ids, groups, line breaks, a comment", type: "checkbox" },
};
const READ = {
  cutter: (text) => `${text}mm`,
  precision: Number,
};

export class FinishFields {
  constructor() {
    this._fields = new Map();
    const rows = Object.entries(FIELDS).map(([name, { label, hint, ...attributes }]) => {
      const field = element("input", { ...attributes, autocomplete: "off", spellcheck: false });
      field.setAttribute("aria-describedby", `hint-${name}`);
      this._fields.set(name, field);
      return element(
        "div",
        { className: "field" },
        element("label", {}, element("span", {}, label), field),
        element("small", { id: `hint-${name}` }, hint),
      );
    });
    this.place = element("details", {}, element("summary", {}, "Brand, print, cut"), ...rows);
  }

  write(settings) {
    for (const [name, field] of this._fields) {
      if (field.type === "checkbox") field.checked = settings[name];
      else field.value = name === "cutter" ? (settings.cutter ?? "").replace(/mm$/, "") : (settings[name] ?? "");
    }
  }

  read() {
    return Object.fromEntries([...this._fields].map(([name, field]) => [name, valueOf(name, field)]));
  }
}

function valueOf(name, field) {
  if (field.type === "checkbox") return field.checked;
  const text = field.value.trim();
  return text === "" ? null : (READ[name] ?? String)(text);
}
