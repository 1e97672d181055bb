// Numbers as people read them; a unit stays on the line of its number.

const whole = new Intl.NumberFormat("en");

/** A size in bytes: 812 B, 4.2 kB. */
export function bytes(count) {
  if (count < 10_000) return `${whole.format(count)}\u00a0B`;
  if (count < 1_000_000) return `${(count / 1000).toFixed(count < 100_000 ? 1 : 0)}\u00a0kB`;
  return `${(count / 1_000_000).toFixed(1)}\u00a0MB`;
}

/** A number between 0 and 1, without the nought before the point. */
export function share(value, digits = 3) {
  return value.toFixed(digits).replace(/^(-?)0(?=\.)/, "$1");
}

export function percent(value) {
  return `${Math.round(value * 100)}\u00a0%`;
}

export function seconds(value) {
  return `${value.toFixed(value < 10 ? 2 : 1)}\u00a0s`;
}

export function plural(count, one, many = `${one}s`) {
  return `${whole.format(count)} ${count === 1 ? one : many}`;
}
