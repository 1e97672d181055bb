// JSON schemas in words.

/** Follows references and takes the null out of a choice: { schema, name }. */
export function resolved(schema, document) {
  const { $ref: reference, anyOf, oneOf } = schema;
  if (reference) {
    const name = reference.split("/").at(-1);
    return { schema: document.components.schemas[name], name };
  }
  const kinds = (anyOf ?? oneOf ?? []).filter(({ type }) => type !== "null");
  if (kinds.length === 1) return resolved(kinds[0], document);
  return { schema, name: null };
}

/** The type of a field: "integer", "one of px, mm, in", "list of string". */
export function typeWords(schema, document) {
  const { schema: found, name } = resolved(schema, document);
  if (found.enum) return "one of";
  if (found.const !== undefined) return "always";
  if (found.type === "array") return `list of ${typeWords(found.items ?? {}, document)}`;
  const kinds = found.anyOf ?? found.oneOf;
  if (kinds) return [...new Set(kinds.map((kind) => typeWords(kind, document)))].join(" or ");
  if (found.type === "object" && name) return name;
  if (found.contentMediaType || found.format === "binary") return "file";
  return found.format ? `${found.type}, ${found.format}` : (found.type ?? "any");
}

/** The values that a field may have, as far as they are bounded. */
export function limits(schema, document) {
  const { schema: found } = resolved(schema, document);
  const own = { ...found, ...schema };
  if (found.enum) return found.enum.join(", ");
  if (found.const !== undefined) return String(found.const);
  const { minimum, maximum, pattern } = own;
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `from ${minimum}`;
  if (maximum !== undefined) return `to ${maximum}`;
  // What is described in words needs no pattern beside them.
  return own.description ? "" : (pattern ?? "");
}

/** The object that a field, or each entry of its list, consists of; null where it is none. */
export function objectsOf(schema, document) {
  const { schema: found, name } = resolved(schema, document);
  if (found.type === "array") return objectsOf(found.items ?? {}, document);
  const kinds = found.anyOf ?? found.oneOf;
  if (kinds) return kinds.flatMap((kind) => objectsOf(kind, document));
  return found.properties && name ? [{ name, schema: found }] : [];
}
