// The service's API as functions. Addresses are relative to this file, so that the page works behind any prefix.

import { keyHeaders } from "./api_key.js";
import { ServiceFault } from "./faults.js";

/** The service's own address: two folders above page/VERSION/. */
export const SERVICE = new URL("../../../", import.meta.url);

export function classify(blob, signal) {
  return answered("api/classify", formOf(blob), signal);
}

export function optimize(blob, options, signal) {
  return answered("api/optimize", formOf(blob, options), signal);
}

export function convert(blob, options, signal) {
  return answered("api/convert", formOf(blob, options), signal);
}

/** What VTracer makes of an image by its own defaults. */
export function traceByDefault(blob, options, signal) {
  return answered("api/vtracer", formOf(blob, options), signal);
}

/** Send stars for a conversion. */
export async function rate(conversionId, rating) {
  // Who has the answer changes their mind: the later rating replaces the earlier one.
  const body = JSON.stringify({ conversion_id: conversionId, rating, identifier: "page" });
  await request("api/feedback", { method: "POST", body, headers: { "Content-Type": "application/json" } });
}

/** The OpenAPI document. */
export async function description(signal) {
  return content(await request("docs.json", { signal }));
}

/** Whether the service can be reached at all; `readyz` asks for no key. */
export async function reachable() {
  try {
    const answer = await fetch(new URL("readyz", SERVICE), { cache: "no-store" });
    return answer.status < 500 ? "ready" : "starting";
  } catch {
    return "gone";
  }
}

function formOf(blob, options = {}) {
  const form = new FormData();
  form.append("image", blob, "image");
  for (const [name, value] of Object.entries(options)) {
    form.append(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  return form;
}

async function answered(path, body, signal) {
  return content(await request(path, { method: "POST", body, signal }));
}

/** The JSON of an answer, which may break off on its way, or come from something else than the service. */
async function content(answer) {
  try {
    return await answer.json();
  } catch (fault) {
    if (fault.name === "AbortError") throw fault;
    throw fault instanceof SyntaxError ? new ServiceFault("internal_error", "The answer is not JSON.") : ServiceFault.offline();
  }
}

async function request(path, { headers = {}, ...options }) {
  let answer;
  try {
    answer = await fetch(new URL(path, SERVICE), {
      ...options,
      headers: { Accept: "application/json", ...headers, ...keyHeaders() },
    });
  } catch (fault) {
    if (fault.name === "AbortError") throw fault;
    throw ServiceFault.offline();
  }
  if (!answer.ok) throw await ServiceFault.of(answer);
  return answer;
}
