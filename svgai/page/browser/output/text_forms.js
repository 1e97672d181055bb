// An SVG as text for other places.

/** A data URI for CSS and HTML: percent-encoded where it must be, which is shorter than base64. */
export function dataUri(svg) {
  const encoded = svg.replace(/"/g, "'").replace(/[\r\n%#()<>?[\\\]^`{|}]/g, encodeURIComponent);
  return `data:image/svg+xml,${encoded.replace(/[()]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`;
}

/** A React element: attributes in camel case, style as an object. */
export function jsx(svg) {
  const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  return written(root, "");
}

function written(node, indent) {
  const attributes = [...node.attributes].map(({ name, value }) => attribute(name, value)).join("");
  const children = [...node.children].map((child) => written(child, `${indent}  `));
  if (!children.length) return `${indent}<${node.tagName}${attributes} />`;
  return `${indent}<${node.tagName}${attributes}>\n${children.join("\n")}\n${indent}</${node.tagName}>`;
}

function attribute(name, value) {
  if (name === "style") return ` style={${JSON.stringify(styleObject(value))}}`;
  const kept = name.startsWith("data-") || name.startsWith("aria-");
  const renamed = kept ? name : name === "class" ? "className" : name.replace(/[-:](\w)/g, (_, letter) => letter.toUpperCase());
  return ` ${renamed}="${value.replace(/&/g, "&amp;").replace(/"/g, "&quot;")}"`;
}

function styleObject(style) {
  const rules = style.split(";").filter((rule) => rule.includes(":"));
  return Object.fromEntries(
    rules.map((rule) => {
      const [name, ...value] = rule.split(":");
      return [name.trim().replace(/-(\w)/g, (_, letter) => letter.toUpperCase()), value.join(":").trim()];
    }),
  );
}
