/** Where two readings of one line are wrong, and where each is right and the other wrong. Pure. */

import { matches } from '../frame/diff.js';
import { graphemes, nfc } from '../ocr/text.js';

/** Aligns a reading with the truth: pairs of places, and which places of the truth it got. */
function aligned(truth, text) {
  const pairs = matches(truth, text);
  return { pairs, got: new Set(pairs.map(([i]) => i)) };
}

/** Places in the reading behind which something is missing and nothing wrong stands in its place; -1 = before the first. */
function gaps(pairs, truthLength, textLength) {
  const found = new Set();
  let [i, j] = [-1, -1];
  for (const [x, y] of [...pairs, [truthLength, textLength]]) {
    if (x - i > 1 && y - j === 1) found.add(j);
    [i, j] = [x, y];
  }
  return found;
}

/** Joins neighbours of one kind, so that letters that join are cut as seldom as can be. */
function runs(cells) {
  const parts = [];
  for (const cell of cells) {
    const last = parts.at(-1);
    if (last?.kind === cell.kind && !last.gap && !cell.gap) last.text += cell.text;
    else parts.push({ ...cell });
  }
  return parts;
}

/**
 * Marks one reading.
 *
 * @param {string} truth what a person says
 * @param {string} text what the model read
 * @param {string} other what the other model read
 * @returns {Array<{kind: 'same'|'wrong'|'right', text: string, gap: ''|'before'|'after'}>} `right` is where only the other was
 *   wrong; `gap` tells that something is missing at that edge of the text
 */
export function marked(truth, text, other) {
  const [wanted, read, theirs] = [truth, text, other].map((words) => graphemes(nfc(words)));
  const { pairs } = aligned(wanted, read);
  const { got } = aligned(wanted, theirs);
  const missing = gaps(pairs, wanted.length, read.length);
  const truthOf = new Map(pairs.map(([i, j]) => [j, i]));
  const gapAt = (j) => (missing.has(j) ? 'after' : j === 0 && missing.has(-1) ? 'before' : '');
  const kindAt = (j) => (!truthOf.has(j) ? 'wrong' : got.has(truthOf.get(j)) ? 'same' : 'right');
  return runs(read.map((cell, j) => ({ kind: kindAt(j), text: cell, gap: gapAt(j) })));
}
