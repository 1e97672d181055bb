// What a conversion is asked for. A setting that says nothing is left out, so that the service's own default holds.

export const DEFAULTS = Object.freeze({
  target_quality: null,
  min_worst: null,
  max_bytes: null,
  max_trials: null,
  strokes: "auto",
  background: "keep",
  units: "px",
  parameters: null,
});

/** The fields to send. */
export function asked(settings) {
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => value !== DEFAULTS[name]));
}

/** One text for the same conversion. */
export function cacheKey(settings) {
  return JSON.stringify(asked({ ...DEFAULTS, ...settings }));
}

/** Whether the picture's ground is exchanged, so that it is not to be compared with the original's. */
export const changesGround = (settings) => settings.background !== DEFAULTS.background;
