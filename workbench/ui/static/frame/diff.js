/** Longest common subsequence of two arrays of strings, and what it says about their differences. Pure. */

/** Returns how many items `a` and `b` share at the start and, behind that, at the end. */
export function sharedEnds(a, b) {
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < most - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  return [head, tail];
}

/** Fills the table of common lengths: cell (i, j) is about `a[i:]` and `b[j:]`. */
function commonLengths(a, b) {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      table[i * width + j] =
        a[i] === b[j] ? table[(i + 1) * width + j + 1] + 1 : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
    }
  }
  return { table, width };
}

/** Returns the matching pairs `[i, j]` of a longest common subsequence, in order. */
export function matches(a, b) {
  const [head, tail] = sharedEnds(a, b);
  const pairs = [];
  for (let i = 0; i < head; i += 1) pairs.push([i, i]);
  const left = a.slice(head, a.length - tail);
  const right = b.slice(head, b.length - tail);
  const { table, width } = commonLengths(left, right);
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    if (left[i] === right[j]) pairs.push([head + i++, head + j++]);
    else if (table[(i + 1) * width + j] >= table[i * width + j + 1]) i += 1;
    else j += 1;
  }
  for (let k = tail; k > 0; k -= 1) pairs.push([a.length - k, b.length - k]);
  return pairs;
}

/** Adds `items` to `parts`, joined to the last part when it is of the same kind. */
function push(parts, kind, items) {
  if (!items.length) return;
  const last = parts.at(-1);
  if (last?.kind === kind) last.text += items.join('');
  else parts.push({ kind, text: items.join('') });
}

/** Returns the way from `a` to `b` as parts `{kind: same | removed | added, text}`. */
export function diff(a, b) {
  const parts = [];
  let i = 0;
  let j = 0;
  for (const [x, y] of [...matches(a, b), [a.length, b.length]]) {
    push(parts, 'removed', a.slice(i, x));
    push(parts, 'added', b.slice(j, y));
    push(parts, 'same', a.slice(x, x + 1));
    i = x + 1;
    j = y + 1;
  }
  return parts;
}
