// What can go wrong, in words: every error code of the API, and no connection.

const WORDS = {
  invalid_request: "The service did not understand this request.",
  invalid_image: "This file is damaged, or it is not an image.",
  unauthorized: "The service asks for an API key.",
  not_found: "The service does not offer this.",
  unknown_conversion: "The service does not know this conversion any more.",
  method_not_allowed: "The service does not offer this.",
  request_timeout: "The upload was too slow and was given up.",
  too_large: "This image is larger than the service accepts.",
  uri_too_long: "The address of this request is too long.",
  unsupported_media_type: "The service does not read this file format. Save it as PNG and try again.",
  invalid_parameters: "One of the options is out of its range.",
  overloaded: "The service is busy.",
  headers_too_large: "The headers of this request are too large.",
  tracing_failed: "This image could not be traced with these options.",
  rendering_failed: "The SVG could not be drawn to measure it.",
  internal_error: "The service failed unexpectedly.",
  ai_disabled: "The models are switched off, so there is no prediction. Conversion works without them.",
  feedback_disabled: "The service takes no ratings.",
  not_ready: "The service is still starting.",
  timeout: "This conversion took too long and was stopped. A smaller image or fewer trials may help.",
  offline: "No connection to the service. Your images are kept; the work goes on when it answers.",
};

/** Codes after which asking again, a little later, makes sense without anybody changing anything. */
const PASSING = new Set(["overloaded", "not_ready"]);

/** An error of the API, or no answer at all (code `offline`). */
export class ServiceFault extends Error {
  constructor(code, detail = "", { retryAfter = null, requestId = null } = {}) {
    super(WORDS[code] ?? WORDS.internal_error);
    Object.assign(this, { code, detail, retryAfter, requestId });
  }

  static offline() {
    return new ServiceFault("offline");
  }

  /** The fault that an answer from status 400 on reports, whoever made it: a proxy's has no JSON. */
  static async of(answer) {
    const seconds = Number.parseFloat(answer.headers.get("Retry-After"));
    const retryAfter = Number.isFinite(seconds) ? Math.max(seconds, 0) : null;
    try {
      const { code, message, request_id: requestId } = (await answer.json()).error;
      return new ServiceFault(code, message, { retryAfter, requestId });
    } catch {
      return new ServiceFault(codeOfStatus(answer.status), `HTTP ${answer.status}`, { retryAfter });
    }
  }

  get passing() {
    return PASSING.has(this.code);
  }

  /** For whom the code says nothing: what the service itself says. */
  get details() {
    return [this.detail, this.requestId && `request ${this.requestId}`].filter(Boolean).join(" · ");
  }
}

function codeOfStatus(status) {
  const codes = { 401: "unauthorized", 404: "not_found", 413: "too_large", 429: "overloaded", 504: "timeout" };
  return codes[status] ?? ([502, 503].includes(status) ? "not_ready" : "internal_error");
}
