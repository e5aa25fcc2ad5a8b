/** The table of measures: both values, the change, and both intervals on one axis. */

import { number, t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';
import { axis, axisEnd, dot, plot } from './whiskers.js';
import { change, points, titleOf, upright } from './words.js';

/** Whether the interval of a change leaves out zero. */
const isClear = ({ change_low: low, change_high: high }) => typeof low === 'number' && typeof high === 'number' && (low > 0 || high < 0);

/** A figure, kept from left to right. */
const figure = (tag, words) => element('bdi', { dir: 'ltr' }, tag ? element(tag, {}, words) : words);

/** A value with its interval in words, for whoever does not see the plot. */
function spoken(name, side) {
  if (!side) return null;
  return t('models.interval', { name, value: points(side.value), low: points(side.low), high: points(side.high) });
}

/** A cell; roles are said, because a narrow window lays the rows out as grids. */
const cell = (name, ...content) => element(`td.models-${name}`, { role: 'cell' }, content);
const head = (name, ...content) => element(`th.models-${name}`, { scope: 'col', role: 'columnheader' }, content);

/** One measure. */
function row(measure, end, names) {
  const counted = measure.n > 0; // where nothing could be wrong there is no rate
  const clear = counted && isClear(measure);
  const [a, b] = counted ? [measure.a, measure.b] : [null, null];
  return element('tr', { role: 'row' },
    element('th.models-measure', { scope: 'row', role: 'rowheader' }, titleOf(measure)),
    cell('a', figure(null, points(a?.value))),
    cell('b', figure(clear ? 'b' : null, points(b?.value))),
    cell('change', element('span', { class: clear ? 'models-clear' : 'models-unclear' }, figure(clear ? 'b' : null, change(counted ? measure.change : null)))),
    cell('interval', plot({ a, b }, end), element('span.wb-visually-hidden', {}, [spoken(names[0], a), spoken(names[1], b)].filter(Boolean).join('; '))),
    cell('n', figure(null, number(measure.n))));
}

/** The table of a comparison; `names` are those of its two versions. */
export function figures({ measures: all }, names) {
  const measures = all.filter(({ n }, at) => at === 0 || n > 0); // most texts have no accents
  const end = axisEnd(measures);
  const label = (value, last) => (last ? `${number(value)}\u202f%` : number(value));
  const legend = [dot('a'), ' ', names[0], '\u2002', dot('b'), ' ', names[1]];
  return element('table.models-table', { role: 'table' },
    element('caption.wb-visually-hidden', {}, t('models.figures')),
    element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' },
      head('measure', t('models.lower_is_better')), head('a', dot('a'), figure(null, names[0])), head('b', dot('b'), figure(null, names[1])), head('change', t('models.change')),
      head('interval', t('models.interval.head', { percent: upright('95\u202f%') }), '\u2002', element('bdi', { dir: 'ltr' }, legend)), head('n', 'n'))),
    element('tbody', { role: 'rowgroup' }, measures.map((measure) => row(measure, end, names))),
    element('tfoot', { 'aria-hidden': 'true' }, element('tr', {}, element('td', { colspan: 4 }), element('td.models-interval', {}, axis(end, label)), element('td'))));
}
