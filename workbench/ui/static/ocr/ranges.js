/** Ranges over a text that is being typed in: what a piece of a merge covers, kept while the text changes. Pure. */

/** Turns merge pieces into `{text, ranges}`; a range is `{start, end, kind, yours, theirs, before}` in UTF-16 units. */
export function rangesOf(pieces) {
  let text = '';
  const ranges = [];
  for (const piece of pieces) {
    const start = text.length;
    text += piece.text;
    if (piece.kind !== 'same') ranges.push({ ...piece, start, end: text.length });
  }
  return { text, ranges };
}

/** Moves ranges along with an edit from `old` to `now`; a range that was typed in counts as decided. */
export function follow(ranges, old, now) {
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const shift = now.length - old.length;
  const until = old.length - tail;
  return ranges.flatMap((range) => {
    if (range.end <= head && !(range.start === range.end && range.end === head)) return [range];
    if (range.start >= until) return [{ ...range, start: range.start + shift, end: range.end + shift }];
    const end = Math.max(range.start, range.end + shift);
    return end > range.start ? [{ ...range, end, kind: 'both' }] : [];
  });
}

/** Puts `value` in the place of range number `index`: the new text and ranges; the range is decided. */
export function decide(text, ranges, index, value) {
  const chosen = ranges[index];
  const shift = value.length - (chosen.end - chosen.start);
  const moved = ranges.map((range, at) => {
    if (at === index) return { ...range, end: range.start + value.length, decided: true, text: value };
    return at > index ? { ...range, start: range.start + shift, end: range.end + shift } : range;
  });
  return { text: text.slice(0, chosen.start) + value + text.slice(chosen.end), ranges: moved };
}

/** Returns the indices of ranges that a person has still to decide. */
export const openRanges = (ranges) => ranges.flatMap((range, at) => (range.kind === 'open' && !range.decided ? [at] : []));

/** Cuts `text` into runs `{text, range}` (range `null` outside), for painting. */
export function runsOf(text, ranges) {
  const runs = [];
  let at = 0;
  for (const range of ranges) {
    if (range.start > at) runs.push({ text: text.slice(at, range.start), range: null });
    if (range.end > range.start) runs.push({ text: text.slice(range.start, range.end), range });
    at = range.end;
  }
  if (at < text.length) runs.push({ text: text.slice(at), range: null });
  return runs;
}
