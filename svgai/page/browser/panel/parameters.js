// The tracing parameters as fields, made from their description in the OpenAPI document.

import { element } from "../elements.js";

export class ParameterFields {
  constructor() {
    this._fields = new Map();
    this._own = element("input", { type: "checkbox" });
    this._rows = element("fieldset", { className: "parameters", disabled: true }, element("legend", { className: "unseen" }, "Tracing parameters"));
    this.place = element(
      "div",
      { hidden: true },
      element("label", { className: "check" }, this._own, element("span", {}, "Trace exactly with these parameters, in one trial")),
      this._rows,
    );
    this._own.addEventListener("input", () => (this._rows.disabled = !this._own.checked));
  }

  /** Make the fields; without a description there are none. */
  describe({ components }) {
    for (const [name, schema] of Object.entries(components.schemas.TracingParameters?.properties ?? {})) {
      const field = fieldOf(schema);
      const hint = element("small", { id: `hint-${name}` }, schema.description ?? "");
      field.setAttribute("aria-describedby", hint.id);
      this._fields.set(name, { field, schema });
      this._rows.append(
        element("div", { className: "field" }, element("label", {}, element("span", {}, name), field), hint),
      );
    }
    this.place.hidden = this._fields.size === 0;
    this.write(this._settings, this._answered);
  }

  /** Show `settings`, or without them what the answer was traced with. */
  write(settings = null, answered = null) {
    Object.assign(this, { _settings: settings, _answered: answered });
    this._own.checked = settings !== null;
    this._rows.disabled = settings === null;
    for (const [name, { field, schema }] of this._fields) {
      const value = settings?.[name] ?? answered?.[name] ?? schema.default;
      if (field.type === "checkbox") field.checked = value;
      else field.value = value;
    }
  }

  /** The parameters to trace with; null: the service is to choose them. */
  read() {
    if (!this._own.checked || !this._fields.size) return null;
    return Object.fromEntries([...this._fields].map(([name, { field, schema }]) => [name, valueOf(field, schema)]));
  }
}

function fieldOf({ type, enum: choices, minimum, maximum }) {
  if (choices) return element("select", {}, ...choices.map((value) => element("option", { value }, value)));
  if (type === "boolean") return element("input", { type: "checkbox" });
  return element("input", { type: "number", min: minimum, max: maximum, step: type === "integer" ? 1 : "any", required: true });
}

function valueOf(field, { type }) {
  if (type === "boolean") return field.checked;
  return type === "integer" || type === "number" ? Number(field.value) : field.value;
}
