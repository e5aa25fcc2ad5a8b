/** Which characters of a line the model was unsure of, kept in step with a text that is being corrected. Pure. */

import { matches, sharedEnds } from '../frame/diff.js';
import { graphemes, nfc } from './text.js';

/** Joins a reading's characters `[text, confidence, box, alternatives]` into one cell per grapheme cluster. */
export function cellsOf(chars) {
  const cells = [];
  let at = 0;
  let used = 0;
  for (const cluster of graphemes(chars.map(([text]) => text).join(''))) {
    const members = [];
    for (let left = cluster.length; left > 0 && at < chars.length; ) {
      const [text] = chars[at];
      members.push(chars[at]);
      left -= text.length - used;
      used = left < 0 ? text.length + left : 0; // one character of the model may hold several clusters
      if (left >= 0) at += 1;
    }
    cells.push(cellOf(cluster, members));
  }
  return cells;
}

/** Makes the cell of one cluster: as sure as its least sure character, whose alternatives stand in its place. */
function cellOf(cluster, members) {
  const weakest = members.reduce((worst, char) => (char[1] < worst[1] ? char : worst), members[0] ?? [cluster, 1]);
  const alternatives = (weakest[3] ?? []).map(([text, confidence]) => [nfc(cluster.replace(weakest[0], () => text)), confidence]);
  return { text: nfc(cluster), confidence: weakest[1], alternatives };
}

/** Sets the cells of a reading under `text`: glyphs `{text, start, cell}`; typed ones have no cell. */
export function align(cells, text) {
  const clusters = graphemes(text);
  const found = new Map(matches(cells.map((cell) => cell.text), clusters.map(nfc)).map(([i, j]) => [j, cells[i]]));
  return placed(clusters.map((cluster, index) => ({ text: cluster, cell: found.get(index) ?? null })));
}

/** Writes to each glyph where it starts in the text (UTF-16 units). */
function placed(glyphs) {
  let start = 0;
  return glyphs.map((glyph) => {
    const here = { ...glyph, start };
    start += glyph.text.length;
    return here;
  });
}

/** Follows an edit: glyphs before and behind it keep their cells, what was typed is certain. */
export function realign(glyphs, text) {
  const clusters = graphemes(text);
  const [head, tail] = sharedEnds(glyphs.map((glyph) => glyph.text), clusters);
  const typed = clusters.slice(head, clusters.length - tail).map((cluster) => ({ text: cluster, cell: null }));
  return placed([...glyphs.slice(0, head), ...typed, ...glyphs.slice(glyphs.length - tail)]);
}

/** Puts an alternative in the place of glyph `index`; it keeps its cell, so that another can still be taken. */
export function take(glyphs, index, text) {
  const taken = { ...glyphs[index], text, taken: true };
  const clusters = graphemes(text);
  // A taken "nothing" leaves no glyph; a taken pair leaves two, and the cell goes with the first.
  const parts = clusters.map((cluster, at) => (at ? { text: cluster, cell: null } : { ...taken, text: cluster }));
  return placed([...glyphs.slice(0, index), ...parts, ...glyphs.slice(index + 1)]);
}

/** Returns how sure glyph is: `sure`, `unsure` (below the threshold) or `doubtful` (below two thirds of it). */
export function level(glyph, threshold) {
  if (!glyph.cell || glyph.taken || !glyph.text.trim() || glyph.cell.confidence >= threshold) return 'sure';
  return glyph.cell.confidence < (threshold * 2) / 3 ? 'doubtful' : 'unsure';
}

/** Returns the indices of the glyphs below `threshold`. */
export const unsureAt = (glyphs, threshold) =>
  glyphs.flatMap((glyph, index) => (level(glyph, threshold) === 'sure' ? [] : [index]));

/** Returns the index of the glyph that the caret stands before, or -1 at the end of the text. */
export const glyphAt = (glyphs, caret) => glyphs.findIndex((glyph) => caret >= glyph.start && caret < glyph.start + glyph.text.length);

/** Returns what glyph may be, best first: `[text, confidence]`, the model's own reading at its place among them. */
export function choices(glyph) {
  if (!glyph?.cell) return [];
  const { text, confidence, alternatives } = glyph.cell;
  return [[text, confidence], ...alternatives.filter(([other]) => other !== text)].slice(0, 9);
}

/** Joins glyphs into runs `{text, level, here}` for painting; `here` is the index under the caret. */
export function runs(glyphs, threshold, here = -1) {
  const out = [];
  glyphs.forEach((glyph, index) => {
    const run = { text: glyph.text, level: level(glyph, threshold), here: index === here && Boolean(glyph.cell) };
    const last = out.at(-1);
    if (last && last.level === run.level && last.level === 'sure' && !last.here && !run.here) last.text += run.text;
    else out.push(run);
  });
  return out;
}
