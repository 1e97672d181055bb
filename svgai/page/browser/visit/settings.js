// What a conversion is asked for. A setting that says nothing is left out, so that the service's own default holds.

export const DEFAULTS = Object.freeze({
  target_quality: null,
  min_worst: null,
  max_bytes: null,
  max_trials: null,
  strokes: "auto",
  background: "keep",
  units: "px",
  cutter: null,
  palette: null,
  monochrome: null,
  precision: null,
  pretty: false,
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

/** Whether ground or colours are exchanged, so that the picture is not to be compared with the original. */
export const changesGround = ({ background, monochrome }) => background !== DEFAULTS.background || monochrome !== null;
