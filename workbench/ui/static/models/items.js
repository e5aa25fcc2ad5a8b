/** The lines of a comparison: counted, filtered, put in order. Pure. */

export const SHOWN = ['all', 'better', 'worse', 'same'];

/** Returns what `b` made of a line against `a`: `better`, `worse` or `same`. */
export function outcome({ a, b }) {
  if (a.errors === b.errors) return 'same';
  return b.errors < a.errors ? 'better' : 'worse';
}

/** Counts lines by outcome. */
export function counts(items) {
  const found = { all: items.length, better: 0, worse: 0, same: 0 };
  for (const item of items) found[outcome(item)] += 1;
  return found;
}

/**
 * Chooses and orders the lines that are shown.
 *
 * @param {Array} items of the comparison
 * @param {{show: string, only?: Array<number>|null}} filter `only` are the places of the lines of a confusion
 * @returns {Array} the most improved first; of the worse ones those that lost most
 */
export function chosen(items, { show, only = null }) {
  const wanted = only ? only.map((place) => items[place]).filter(Boolean) : items;
  const kept = show === 'all' ? [...wanted] : wanted.filter((item) => outcome(item) === show);
  const gain = (item) => item.a.errors - item.b.errors;
  return kept.sort((x, y) => (show === 'worse' ? gain(x) - gain(y) : gain(y) - gain(x)));
}
