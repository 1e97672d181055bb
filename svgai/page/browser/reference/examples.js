// curl commands that can be pasted and work: with this service's address, on any image file.

import { SERVICE } from "../service/client.js";
import { hasKey } from "../service/api_key.js";

const FILE = "logo.png";

/** Commands for an operation, each with what it does: [{ title, command }]. */
export function examples(path, method, operation) {
  const address = quoted(new URL(path.slice(1), SERVICE).href);
  if (method === "get") return [{ title: "Ask", command: line(["curl -s", key(operation), address]) }];
  const content = operation.requestBody?.content ?? {};
  const found = [];
  if (content["multipart/form-data"]) {
    found.push({ title: "A file", command: line(["curl -s", key(operation), `-F image=@${FILE}`, address]) });
    const svg = operation.responses["200"]?.content?.["image/svg+xml"];
    if (svg) {
      const parts = ["curl -s", key(operation), `-F image=@${FILE}`, "-H 'Accept: image/svg+xml'", address, "-o logo.svg"];
      found.push({ title: "The SVG itself", command: line(parts) });
    }
  }
  if (content["application/json"]?.schema && content["multipart/form-data"]) {
    const body = `"{\\"image\\": \\"$(base64 < ${FILE} | tr -d '\\n')\\"}"`;
    const sent = `printf '%s' ${body} | curl -s`;
    found.push({
      title: "JSON",
      command: line([sent, key(operation), "-H 'Content-Type: application/json'", "-d @-", address]),
    });
  } else if (content["application/json"]) {
    // What is rated is a conversion, so there has to be one.
    const convert = quoted(new URL("api/convert", SERVICE).href);
    const rated = `sed 's/.*"conversion_id":"\\([^"]*\\)".*/{"conversion_id":"\\1","rating":5}/'`;
    const sent = ["curl -s", key(operation), "-H 'Content-Type: application/json'", "-d @-", address];
    found.push({
      title: "A conversion, rated",
      command: `${line(["curl -s", key(operation), `-F image=@${FILE}`, convert])} | ${rated} | ${line(sent)}`,
    });
  }
  return found;
}

/** The header with the key, where this tab has one and the call asks for it. */
function key({ security }) {
  const open = security?.length === 1 && Object.keys(security[0]).length === 0;
  return hasKey() && !open ? '-H "X-API-Key: $SVGAI_KEY"' : "";
}

const quoted = (address) => (/^[\w:/.@-]+$/.test(address) ? address : `'${address.replace(/'/g, "%27")}'`);

const line = (parts) => parts.filter(Boolean).join(" ");
