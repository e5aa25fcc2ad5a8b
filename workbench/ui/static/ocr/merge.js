/** Three-way merge of one line: by words, then by graphemes inside a word that both changed. Pure. */

import { matches } from '../frame/diff.js';
import { graphemes, nfc, words } from './text.js';

/** Returns the indices of `before` that both sides kept, as `[before, yours, theirs]`. */
function anchors(before, yours, theirs) {
  const inTheirs = new Map(matches(before, theirs));
  return matches(before, yours).flatMap(([b, y]) => (inTheirs.has(b) ? [[b, y, inTheirs.get(b)]] : []));
}

/** Cuts three token arrays at their anchors into chunks `{same}` or `{before, yours, theirs}` (strings). */
function chunks(before, yours, theirs) {
  const out = [];
  let at = [0, 0, 0];
  const sides = [before, yours, theirs];
  for (const anchor of [...anchors(before, yours, theirs), sides.map((side) => side.length)]) {
    const [b, y, t] = sides.map((side, k) => side.slice(at[k], anchor[k]).join(''));
    if (b || y || t) out.push({ before: b, yours: y, theirs: t });
    if (anchor[0] < before.length) out.push({ same: before[anchor[0]] });
    at = anchor.map((index) => index + 1);
  }
  return out;
}

/** Decides one chunk by itself where only one side changed it, or both did the same; else `null`. */
function settled({ before, yours, theirs }) {
  if (yours === theirs) return { kind: 'both', text: yours };
  if (theirs === before) return { kind: 'yours', text: yours };
  if (yours === before) return { kind: 'theirs', text: theirs };
  return null;
}

/** Merges a chunk that both changed by its graphemes; `null` when they touched the same place. */
function within(chunk) {
  const parts = chunks(graphemes(chunk.before), graphemes(chunk.yours), graphemes(chunk.theirs));
  const texts = parts.map((part) => part.same ?? settled(part)?.text);
  // Two words that grew out of nothing common are a question for a person, not for arithmetic.
  if (texts.includes(undefined) || !parts.some((part) => part.same)) return null;
  return { kind: 'both', text: texts.join('') };
}

/**
 * Merges two readings of a line that grew from the same one.
 *
 * Returns pieces in reading order: `{kind, text, yours, theirs, before}` with kind `same`, `yours`, `theirs`
 * (only that side changed it), `both` (both did, without touching one another) or `open` (a person decides;
 * its `text` is yours until then). All in NFC.
 */
export function merge(before, yours, theirs) {
  const [b, y, t] = [before, yours, theirs].map((text) => words(nfc(text)));
  const pieces = [];
  for (const chunk of chunks(b, y, t)) {
    if (chunk.same !== undefined) {
      const last = pieces.at(-1);
      if (last?.kind === 'same') last.text += chunk.same;
      else pieces.push({ kind: 'same', text: chunk.same });
      continue;
    }
    pieces.push({ ...chunk, ...(settled(chunk) ?? within(chunk) ?? { kind: 'open', text: chunk.yours }) });
  }
  return pieces;
}
