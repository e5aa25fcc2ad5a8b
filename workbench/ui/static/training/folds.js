/** What a cross-validation found: a row for each fold, then all lines together, each read by a model that has not seen it. */

import { number, t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { hundredths, ltr, modelParts, own, rate } from './words.js';

/** Of what is shown: the names of the measures in the order of the columns. */
export const MEASURES = ['strict', 'letters', 'wer'];

/** One figure with its interval; nothing where there was nothing to be measured. */
function cell(found) {
  if (!found?.n) return element('td', {}, '—');
  return element('td', {}, element('strong', {}, rate(found.value)), ' ', element('small', {}, t('training.figure.interval', { low: hundredths(found.low), high: hundredths(found.high) })));
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
    replace(this.node, validation && this.#table(validation), validation && this.#notes(validation));
  }

  /** The table. */
  #table({ folds, pooled, readers }) {
    const start = readers.length > 1 && modelParts(readers[0]);
    const names = [t('training.folds.part'), t('training.split.lines'), start && t('training.figure.before', { version: `${start.short} v${start.version}` }),
      ...MEASURES.map((name) => t(`training.folds.${name}`))].filter(Boolean);
    const row = (words, { lines, rates }) => element('tr', {}, element('th', { scope: 'row' }, element('bdi', {}, words)), element('td', {}, number(lines)),
      start && cell(rates[0].strict), MEASURES.map((name) => cell(rates.at(-1)[name])));
    return element('table', {}, element('caption.wb-visually-hidden', {}, t('training.folds.caption')),
      element('thead', {}, element('tr', {}, names.map((name) => element('th', { scope: 'col' }, name)))),
      element('tbody', {}, folds.map((fold, at) => row(foldWords(fold, at), fold))),
      element('tfoot', {}, row(t('training.folds.pooled'), pooled)));
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
