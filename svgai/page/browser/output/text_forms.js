// An SVG as text for other places.

/** A data URI for CSS and HTML: percent-encoded where it must be, which is shorter than base64. */
export function dataUri(svg) {
  const encoded = svg.replace(/"/g, "'").replace(/[\r\n%#()<>?[\\\]^`{|}]/g, encodeURIComponent);
  return `data:image/svg+xml,${encoded.replace(/[()]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`;
}

/** A React element: attributes in camel case. The service writes none that React calls otherwise (docs/svg.md). */
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
  const renamed = name.replace(/[-:](\w)/g, (_, letter) => letter.toUpperCase());
  return ` ${renamed}="${value.replace(/&/g, "&amp;").replace(/"/g, "&quot;")}"`;
}
