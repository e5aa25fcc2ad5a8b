/** The table of measures: both values, the change, and both intervals; rates of errors on one axis, scores on another. */

import { number, t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';
import { axis, axisEnd, dot, plot } from './whiskers.js';
import { NOTHING, change, points, titleOf, upright } from './words.js';

const COLUMNS = 6;
const FULL = 100; // the best score

/** Whether the interval of a change leaves out zero. */
const isClear = ({ change_low: low, change_high: high }) => typeof low === 'number' && typeof high === 'number' && (low > 0 || high < 0);

/** A figure, kept from left to right. */
const figure = (tag, words) => element('bdi', { dir: 'ltr' }, tag ? element(tag, {}, words) : words);

/** A cell; roles are said, because a narrow window lays the rows out as grids. */
const cell = (name, ...content) => element(`td.models-${name}`, { role: 'cell' }, content);
const head = (name, ...content) => element(`th.models-${name}`, { scope: 'col', role: 'columnheader' }, content);

/**
 * The measures of a comparison in the order of its task, those of which there is nothing left out. One that an older comparison
 * has not told stands there without figures. Pure.
 */
export function shown(told, known) {
  const found = new Map(told.map((measure) => [measure.name, measure]));
  const others = told.filter(({ name }) => !known.some((measure) => measure.name === name));
  return [...known.map((measure) => found.get(measure.name) ?? measure), ...others].filter(({ n }, at) => at === 0 || n !== 0);
}

/** A score as a share of the best one, so that it is written and drawn as rates are. Pure. */
export function asShare(measure) {
  if (!measure.score || !measure.a) return measure;
  const side = ({ value, low, high }) => ({ value: value / FULL, low: low / FULL, high: high / FULL });
  const { change: by, change_low: low, change_high: high } = measure;
  return { ...measure, a: side(measure.a), b: side(measure.b), change: by / FULL, change_low: low / FULL, change_high: high / FULL };
}

/** A value with its interval in words, for whoever does not see the plot. */
function spoken(name, side, score) {
  if (!side) return null;
  return t(score ? 'models.interval.score' : 'models.interval', { name, value: points(side.value), low: points(side.low), high: points(side.high) });
}

/** One measure. */
function row(measure, end, names) {
  const counted = measure.n > 0; // where nothing could be wrong there is no rate
  const clear = counted && isClear(measure);
  const [a, b] = counted ? [measure.a, measure.b] : [null, null];
  return element('tr', { role: 'row' },
    element('th.models-measure', { scope: 'row', role: 'rowheader' }, titleOf(measure), measure.form && [' ', element('small', {}, figure(null, measure.form))]),
    cell('a', figure(null, points(a?.value))),
    cell('b', figure(clear ? 'b' : null, points(b?.value))),
    cell('change', element('span', { class: clear ? 'models-clear' : 'models-unclear' }, figure(clear ? 'b' : null, change(counted ? measure.change : null)))),
    cell('interval', plot({ a, b }, end), element('span.wb-visually-hidden', {}, [spoken(names[0], a, measure.score), spoken(names[1], b, measure.score)].filter(Boolean).join('; '))),
    cell('n', figure(null, measure.n === undefined ? NOTHING : number(measure.n))));
}

/** The labels below the plots of a group. */
const scale = (end, label) => element('tr.models-scale', { 'aria-hidden': 'true' }, element('td', { colspan: 4 }), element('td.models-interval', {}, axis(end, label)), element('td'));

/** Rates of errors, on an axis that ends where they do. */
function errors(measures, names) {
  const end = axisEnd(measures);
  const label = (value, last) => (last ? `${number(value)}\u202f%` : number(value));
  return element('tbody', { role: 'rowgroup' }, measures.map((measure) => row(measure, end, names)), scale(end, label));
}

/** Scores, of which more is better: on an axis of their own. */
function scores(measures, names) {
  return measures.length > 0 && element('tbody', { role: 'rowgroup' },
    element('tr.models-group', { role: 'row' }, element('th', { scope: 'rowgroup', role: 'rowheader', colspan: COLUMNS }, t('models.higher_is_better'))),
    measures.map((measure) => row(measure, FULL, names)), scale(FULL, (value) => number(value)));
}

/** The table of a comparison; `names` are those of its two versions, `known` the measures of its task. */
export function figures({ measures: told }, names, known) {
  const measures = shown(told, known).map(asShare);
  const legend = [dot('a'), ' ', names[0], '\u2002', dot('b'), ' ', names[1]];
  return element('table.models-table', { role: 'table' },
    element('caption.wb-visually-hidden', {}, t('models.figures')),
    element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' },
      head('measure', t('models.lower_is_better')), head('a', dot('a'), figure(null, names[0])), head('b', dot('b'), figure(null, names[1])), head('change', t('models.change')),
      head('interval', t('models.interval.head', { percent: upright('95\u202f%') }), '\u2002', element('bdi', { dir: 'ltr' }, legend)), head('n', 'n'))),
    errors(measures.filter(({ score }) => !score), names), scores(measures.filter(({ score }) => score), names));
}
