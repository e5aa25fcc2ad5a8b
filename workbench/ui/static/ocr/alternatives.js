/** What the character at the caret may be: chips with probability and key, clickable too. */

import { t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';
import { choices, glyphAt, level } from './marks.js';
import { confidence } from './status.js';
import { languageOf } from './text.js';

/**
 * Draws the choices for the character at the caret of `row`.
 *
 * @param {object} row the current row
 * @param {object} desk its `editor.takeAlternative(digit)` acts
 * @returns {Array<Node>} nothing when the model gave no choice
 */
export function alternatives(row, desk) {
  const { glyphs } = row.line;
  const glyph = glyphs[glyphAt(glyphs, row.input.selectionStart ?? 0)];
  const offered = choices(glyph);
  if (offered.length < 2 && (!glyph || level(glyph, desk.page.threshold) === 'sure')) return [];
  const lead = desk.frame.keys.mac ? '⌃' : 'Alt';
  return [
    element('bdi.ocr-alt-key', { dir: 'ltr', 'aria-hidden': 'true' }, `${lead} +`),
    ...offered.map(([text, sure], at) => choiceChip({ text, sure, at, now: text === glyph.text, desk })),
  ];
}

/** Marks that look like another one: maqaf and hyphen, sof pasuq and colon, geresh and apostrophe, the dashes and quotes. */
const LOOKALIKE = /^[\u05be\u05c0\u05c3\u05f3\u05f4\u2010-\u201f]$/;

/** The code points of a text as Unicode writes them: `U+05C3`. */
function codes(text) {
  return [...text].map((char) => `U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`).join(' ');
}

/** One choice. Clicking leaves the focus in the line. */
function choiceChip({ text, sure, at, now, desk }) {
  const shown = text.trim() || t(text ? 'ocr.alternative.space' : 'ocr.alternative.nothing');
  return element('button.ocr-choice', {
    type: 'button', tabindex: '-1', title: codes(text), class: now ? 'ocr-now' : '', 'aria-pressed': String(now),
    'aria-label': t('ocr.alternative.label', { number: at + 1, text: shown, confidence: confidence(sure) }),
    onpointerdown: (event) => event.preventDefault(),
    onclick: () => desk.editor.takeAlternative(at + 1),
  },
  element('kbd.wb-key', {}, String(at + 1)),
  element(text.trim() ? 'span.ocr-choice-text' : 'span.ocr-choice-word', { lang: text.trim() ? languageOf(text) : null, dir: 'auto' }, shown),
  LOOKALIKE.test(text) && element('span.ocr-choice-sure', { dir: 'ltr' }, codes(text)),
  element('span.ocr-choice-sure', { dir: 'ltr' }, confidence(sure)));
}

/** Says a character and what else it may be: "ו, 0.51; or ז, 0.46". */
export function spoken(glyph) {
  const [first, ...others] = choices(glyph).map(([text, sure]) => `${text}, ${confidence(sure)}`);
  return others.length ? t('ocr.alternative.or', { first, others: others.join('; ') }) : first;
}
