/** What a cross-validation found: a row for each fold, then all lines together, each read by a model that has not seen it. */

import { number, t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { hundredths, ltr, modelParts, own, rate } from './words.js';

/** The names of the measures in the order of the columns: what is shown at once, and the parts of a text apart. */
const MEASURES = ['strict', 'letters', 'wer', 'bleu', 'chrf'];
const PARTS = ['consonants', 'vowels', 'accents', 'punctuation'];
const SCORES = ['bleu', 'chrf']; // 0 to 100, more is better

/** A figure and its interval in words: `['4.8 %', '3.9 to 5.8']`, of a score `['81.2', …]`; none where there was nothing to be measured. */
export function cellWords(name, found) {
  if (!found?.n) return ['—', ''];
  const share = (value) => (SCORES.includes(name) ? value / 100 : value);
  const interval = t('training.figure.interval', { low: hundredths(share(found.low)), high: hundredths(share(found.high)) });
  return [SCORES.includes(name) ? ltr(hundredths(share(found.value))) : rate(found.value), interval];
}

/** One figure with its interval. */
function cell(name, rates) {
  const [value, interval] = cellWords(name, rates[name]);
  return element('td', {}, element('strong', {}, value), ' ', element('small', {}, interval));
}

/** What a row is of: its own name, or its number among the folds. */
export function foldWords(fold, at) {
  return own(fold.document) || t('training.folds.fold', { number: number(at + 1) });
}

/** What is to be known about the model that all began with: that it knows some of these lines, or that nobody can tell. */
export function seenWords({ seen, readers }) {
  if (seen === null) return t('training.folds.unknown', { model: own(readers[0]) });
  return seen ? t('training.folds.seen', { model: own(readers[0]), lines: t('training.count.lines', { count: seen }) }) : '';
}

/** The table of the folds. */
export class Folds {
  /** Builds its place. */
  constructor() {
    this.node = element('section.training-folds', { role: 'region', tabindex: '0', 'aria-label': t('training.folds.caption'), hidden: true });
    this.drawn = '';
  }

  /** Draws the folds of a training, where it has any. */
  paint({ validation, job }) {
    this.node.hidden = !validation;
    const now = validation ? `${job.id}` : '';
    if (now === this.drawn) return;
    this.drawn = now;
    replace(this.node, validation && [this.#table(validation, MEASURES), this.#parts(validation), this.#notes(validation)]);
  }

  /** The table of some measures; before the first one of all stands what the base model errs by it. */
  #table({ folds, pooled, readers, forms }, measures) {
    const start = readers.length > 1 && measures === MEASURES && modelParts(readers[0]);
    const head = (...content) => element('th', { scope: 'col' }, content);
    const named = (name) => head(t(`models.measure.${name}`), forms[name] && [' ', element('small', {}, ltr(forms[name]))]);
    const row = (words, { lines, rates }) => element('tr', {}, element('th', { scope: 'row' }, element('bdi', {}, words)), element('td', {}, number(lines)),
      start && cell('strict', rates[0]), measures.map((name) => cell(name, rates.at(-1))));
    return element('table', {}, element('caption.wb-visually-hidden', {}, t('training.folds.caption')),
      element('thead', {}, element('tr', {}, head(t('training.folds.part')), head(t('training.split.lines')),
        start && head(t('training.figure.before', { version: `${start.short} v${start.version}` })), measures.map(named))),
      element('tbody', {}, folds.map((fold, at) => row(foldWords(fold, at), fold))),
      element('tfoot', {}, row(t('training.folds.pooled'), pooled)));
  }

  /** The parts of a text apart, those of which no line has any left out. */
  #parts(validation) {
    const there = PARTS.filter((name) => validation.pooled.rates.at(-1)[name]?.n);
    return there.length > 0 && element('details.training-details', {}, element('summary', {}, t('training.folds.parts')), this.#table(validation, there));
  }

  /** What is to be known about the figures. */
  #notes(found) {
    const seen = seenWords(found);
    const { left_out: left, verdict } = found;
    const word = verdict?.clear ? { a: 'worse', b: 'better' }[verdict.winner] : 'unclear';
    const sign = (value) => ltr(`${value > 0 ? '+' : value < 0 ? '\u2212' : ''}${hundredths(Math.abs(value))}`);
    return element('div.training-folds-notes', {},
      seen && element('p.training-optimistic', {}, icon('flag', { size: 14 }), seen),
      verdict && element('p', {}, t(`training.folds.${word}`, { change: sign(verdict.change), low: sign(verdict.low), high: sign(verdict.high) })),
      element('p.wb-quiet-text', {}, t(`training.folds.over_${found.pooled.unit}`)),
      left > 0 && element('p.wb-quiet-text', {}, t('training.folds.left_out', { lines: t('training.count.lines', { count: left }) })));
  }
}
