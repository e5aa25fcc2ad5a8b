/** How the state of a line is said: a glyph and a word, the same in the list, on the page and for screen readers. */

import { t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';
import { icon } from '../frame/icons.js';

const GLYPHS = {
  unsure: 'flag', draft: 'pen', saving: 'ring', saved: 'check', kept: 'cloudOff', conflict: 'conflict', unreadable: 'barred',
  refused: 'triangle', empty: 'flag', notLine: 'minus',
};

/** Returns the word for a line's state. */
export function word(line, threshold) {
  const status = line.status(threshold);
  return status === 'unsure' ? t('ocr.state.unsure', { count: line.unsure(threshold) }) : t(`ocr.state.${status}`);
}

/** Draws the state of a line: nothing but the word where there is nothing to say. */
export function chip(line, threshold) {
  const status = line.status(threshold);
  const glyph = GLYPHS[status];
  return [glyph && icon(glyph, { size: 14, spin: status === 'saving' }), element('span', {}, word(line, threshold))];
}

/** Names a line for a screen reader: "line 12, 3 unsure". */
export const name = (line, threshold) => t('ocr.line.name', { number: line.number, state: word(line, threshold) });

/** Says why a line needs a look: "3 unsure characters, lowest 0.46". */
export function reason(line, threshold) {
  const count = line.unsure(threshold);
  if (count) return t('ocr.line.unsure', { count, lowest: confidence(line.lowest()) });
  if (line.status(threshold) === 'empty' || line.view.state === 'unreadable') return line.view.reason || t('ocr.state.unreadable');
  return '';
}

/** Writes a confidence with two places, as everywhere. */
export const confidence = (value) => value.toFixed(2);
