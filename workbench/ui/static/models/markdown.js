/** The card of a model, written in Markdown, as elements: headings, paragraphs, lists and tables. Its words are only ever text. */

import { element } from '../frame/dom.js';

const HEADING = /^(#{1,6})\s+(.*)$/;
const ITEM = /^\s*(?:[-*+]|\d+[.)])\s+(.*)$/;
const RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const BOLD_OR_CODE = /\*\*(.+?)\*\*|`([^`]+)`/g;

/** Says what a line of the source begins. */
function kindOf(line) {
  if (!line.trim()) return 'blank';
  if (HEADING.test(line)) return 'heading';
  if (line.trimStart().startsWith('|')) return 'table';
  return ITEM.test(line) ? 'list' : 'text';
}

/**
 * Cuts a source into blocks.
 *
 * @param {string} source
 * @returns {Array<{kind: 'heading'|'table'|'list'|'text', lines: string[]}>}
 */
export function blocks(source) {
  const found = [];
  let before = 'blank';
  for (const line of source.split(/\r?\n/)) {
    const kind = kindOf(line);
    const goesOn = kind === before && kind !== 'heading';
    const last = found.at(-1);
    if (kind === 'text' && before === 'list' && last) last.lines[last.lines.length - 1] += ` ${line.trim()}`;
    else if (kind !== 'blank' && goesOn) last.lines.push(line);
    else if (kind !== 'blank') found.push({ kind, lines: [line] });
    if (!(kind === 'text' && before === 'list')) before = kind;
  }
  return found;
}

/** Turns `**bold**` and `` `code` `` of a text into elements. */
function inline(words) {
  const parts = [];
  let from = 0;
  for (const match of words.matchAll(BOLD_OR_CODE)) {
    parts.push(words.slice(from, match.index), match[1] ? element('strong', {}, match[1]) : element('code', { dir: 'ltr' }, match[2]));
    from = match.index + match[0].length;
  }
  return [...parts, words.slice(from)];
}

/** The cells of a table's row. */
const cells = (line) => line.trim().replace(/^\||\|$/g, '').split('|').map((cell) => cell.trim());

/** A table, whose first row is its head when a rule follows. */
function table(lines) {
  const headed = RULE.test(lines[1] ?? '');
  const rows = lines.filter((line) => !RULE.test(line)).map(cells);
  const row = (tag, texts) => element('tr', {}, texts.map((text) => element(tag, tag === 'th' ? { scope: 'col', dir: 'auto' } : { dir: 'auto' }, inline(text))));
  return element('table', {}, headed && element('thead', {}, row('th', rows[0])), element('tbody', {}, rows.slice(headed ? 1 : 0).map((texts) => row('td', texts))));
}

/** Makes one block; a heading of the card stands below that of its section. */
function build({ kind, lines }) {
  if (kind === 'table') return table(lines);
  if (kind === 'list') return element('ul', {}, lines.map((line) => element('li', { dir: 'auto' }, inline(ITEM.exec(line)[1]))));
  if (kind === 'text') return element('p', { dir: 'auto' }, inline(lines.map((line) => line.trim()).join(' ')));
  const [, signs, words] = HEADING.exec(lines[0]);
  return element(`h${Math.min(6, signs.length + 3)}`, { dir: 'auto' }, inline(words));
}

/** Makes the elements of a source. */
export const markdown = (source) => blocks(source).map(build);
