/** How far the confidences of a version can be believed: how often characters are right against how sure it was of them. */

import { number, percent, t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';
import { dot, shape } from './whiskers.js';
import { NOTHING, points, upright } from './words.js';

const INTERVALS = 15; // of confidence, as the engine counts them
const SIZE = 180;
const EDGE = { left: 30, top: 22, right: 10, bottom: 36 };
const [LEAST, MOST] = [2.5, 9]; // radius of a dot with hardly any character, and with all of them

/** Puts both series side by side, a row for each interval of confidence in which one of them has characters. Pure. */
export function intervals({ bars_before: before, bars_after: after }) {
  const of = ([sure]) => Math.min(Math.floor(sure * INTERVALS), INTERVALS - 1);
  const rows = [...new Set([...before, ...after].map(of))].sort((x, y) => x - y);
  const pick = (bars, at) => bars.find((bar) => of(bar) === at) ?? null;
  return rows.map((at) => ({ low: at / INTERVALS, high: (at + 1) / INTERVALS, before: pick(before, at), after: pick(after, at) }));
}

/** Whether what a file says is such a series: a model may come from anywhere. Pure. */
export const areBars = (bars) => Array.isArray(bars) && bars.length > 0 && bars.every((bar) => Array.isArray(bar) && bar.length === 3 && bar.every(Number.isFinite));

/** Words that keep their own direction along an axis that has one. */
const own = (words) => `\u2068${words}\u2069`;

const across = (share) => EDGE.left + share * SIZE;
const up = (share) => EDGE.top + (1 - share) * SIZE;

/** The dots of one series: their areas tell how many characters there are. */
function dots(side, bars, n) {
  return shape('g', { class: `models-whisker-${side}` },
    bars.map(([sure, right, count]) => shape('circle', { cx: across(sure), cy: up(right), r: LEAST + (MOST - LEAST) * Math.sqrt(count / n) })));
}

/** The diagram: on the diagonal, confidences are what they say. Never mirrored, as all axes. */
function diagram({ bars_before: before, bars_after: after, n }) {
  const [width, height] = [EDGE.left + SIZE + EDGE.right, EDGE.top + SIZE + EDGE.bottom];
  const ticks = [0, 0.5, 1].map((share) => [
    shape('text', { x: across(share), y: up(0) + 15, 'text-anchor': 'middle' }, number(share * 100)),
    shape('text', { x: EDGE.left - 6, y: up(share) + 4, 'text-anchor': 'end' }, number(share * 100)),
  ]);
  return shape('svg', { viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true', focusable: 'false' },
    shape('rect', { x: across(0), y: up(1), width: SIZE, height: SIZE }),
    shape('line', { x1: across(0), y1: up(0), x2: across(1), y2: up(1) }),
    ticks,
    shape('text', { x: 0, y: 11 }, own(t('models.reliability.right'))),
    shape('text', { x: across(0.5), y: height - 4, 'text-anchor': 'middle' }, own(t('models.reliability.sure'))),
    dots('a', before, n), dots('b', after, n));
}

/** The same in figures. */
function table(found) {
  const column = (...content) => element('th', { scope: 'col' }, content);
  const told = (bar) => [element('td', {}, bar ? points(bar[1]) : NOTHING), element('td', {}, bar ? number(bar[2]) : NOTHING)];
  const series = (side) => [column(dot(side), ' ', t(`models.reliability.${side}`), element('br'), t('models.reliability.right')), column('n')];
  return element('table', {},
    element('caption.wb-visually-hidden', {}, t('models.details.calibration')),
    element('thead', {}, element('tr', {}, column(t('models.reliability.sure')), series('a'), series('b'))),
    element('tbody', {}, intervals(found).map(({ low, high, before, after }) => element('tr', {},
      element('th', { scope: 'row' }, upright(`${number(Math.round(low * 100))} – ${number(Math.round(high * 100))}`)), told(before), told(after)))));
}

/** What a version says about its confidences; nothing when it says nothing. */
export function reliability(found) {
  if (![found?.bars_before, found?.bars_after].every(areBars)) return null;
  const words = { n: number(found.n), wrong: number(found.wrong), before: percent(found.before, 1), after: percent(found.after, 1) };
  return element('figure.models-reliability', {},
    element('figcaption', {}, t('models.reliability', words)),
    diagram(found),
    element('p', { 'aria-hidden': 'true' }, ['a', 'b'].map((side) => element('span', {}, dot(side), ' ', t(`models.reliability.${side}`)))),
    element('details', {}, element('summary', {}, t('models.reliability.table')), table(found)));
}
