/** The four figures of a training: the errors now and before, on what, and the best epoch. A value comes with its interval. */

import { number, t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { ACTIVE, beganWith, hundredths, measured, modelParts, rate } from './words.js';

/** An interval: `3.9 to 5.8`. */
function interval({ low, high }) {
  if (low === null || high === null) return '';
  return t('training.figure.interval', { low: hundredths(low), high: hundredths(high) });
}

/** One figure: what it is, its value, and in quiet type what belongs to it. */
function figure(name, value, note, warning) {
  return element('div', {}, element('dt', {}, name), element('dd', {}, element('strong', {}, value), ' ', note && element('span', {}, note),
    warning && element('span.training-optimistic', {}, icon('flag', { size: 14 }), warning)));
}

/** The errors now. */
function now(training) {
  const name = t('training.figure.now', { measure: measured(training) });
  const warning = training.shared && t('training.optimistic');
  if (!training.now) return figure(name, '—', ACTIVE.includes(training.job.state) && t('training.figure.later'), warning);
  const range = interval(training.now);
  return figure(name, rate(training.now.value), range && t('training.figure.ci', { interval: range }), warning);
}

/** The errors of the model that the training began with, on the same pages. */
function before(training) {
  const { version } = modelParts(training.base_model);
  const name = version ? t('training.figure.before', { version: `v${version}` }) : t('training.figure.before_nothing');
  return training.before ? figure(name, rate(training.before.value), interval(training.before)) : figure(name, '—', version ? '' : beganWith(training));
}

/** What the errors are counted on. */
function heldOut({ split, now: measure, before: first, measure: { unit } = {} }) {
  const part = split?.held_out;
  const n = measure?.n ?? first?.n;
  const counts = [part && t('training.count.lines', { count: part.examples }), n && unit === 'characters' && t('training.count.characters', { count: n })];
  return figure(t('training.figure.held_out'), part ? t('training.count.pages', { count: part.documents }) : '—', counts.filter(Boolean).join(t('training.comma')));
}

/** The epoch that is kept. */
function best({ best_epoch: epoch, job }) {
  const name = t(job.state === 'done' ? 'training.figure.best' : 'training.figure.best_so_far');
  if (epoch === 0) return figure(name, t('training.figure.start'), t('training.figure.not_better'));
  return epoch ? figure(name, t('training.figure.epoch', { epoch: number(epoch) }), t('training.figure.kept')) : figure(name, '—', '');
}

/** Makes the four figures. */
export function figures(training) {
  return [now(training), before(training), heldOut(training), best(training)];
}
