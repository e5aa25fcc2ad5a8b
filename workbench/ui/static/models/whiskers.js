/** Dots with whiskers: values with their intervals on one axis, which runs from left to right in every language. */

import { append } from '../frame/dom.js';

const SPACE = 'http://www.w3.org/2000/svg';
const ENDS = [1, 2, 4, 6, 8, 10, 12, 16, 20, 24, 30, 40, 50, 60, 80, 100];
const ROWS = { a: 7, b: 15 };
const RADIUS = 3.5;

/** Makes an SVG element. */
export function shape(name, attributes = {}, ...children) {
  const node = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  append(node, children);
  return node;
}

/** Returns where the shared axis ends, in percent: the first even number that holds all intervals. */
export function axisEnd(measures) {
  const highest = Math.max(0.001, ...measures.flatMap(({ a, b }) => [a, b].map((side) => side?.high ?? side?.value ?? 0))) * 100;
  const end = ENDS.find((value) => value >= highest);
  return end ?? Math.ceil(highest / 50) * 50;
}

/** Returns the place of a share on an axis that ends at `end` percent, as SVG writes it. */
export const place = (share, end) => `${Math.min(100, Math.max(0, (share * 100 * 100) / end)).toFixed(2)}%`;

/** Draws one value with its interval; `a` is hollow and above, `b` filled and below. */
function whisker(side, value, end) {
  const y = ROWS[side];
  const { low = value.value, high = value.value } = value;
  return shape('g', { class: `models-whisker-${side}` },
    shape('line', { x1: place(low, end), x2: place(high, end), y1: y, y2: y }),
    shape('circle', { cx: place(value.value, end), cy: y, r: RADIUS }));
}

/** Draws both values of a measure; the figures beside it say the same in words. */
export function plot({ a, b }, end) {
  return shape('svg', { class: 'models-plot', height: 24, 'aria-hidden': 'true', focusable: 'false' },
    shape('line', { class: 'models-plot-rule', x1: '0%', x2: '100%', y1: 23.5, y2: 23.5 }),
    a && whisker('a', a, end), b && whisker('b', b, end));
}

/** Draws the sample of the legend: hollow or filled. */
export function dot(side) {
  return shape('svg', { class: 'models-dot', width: 9, height: 9, 'aria-hidden': 'true', focusable: 'false' },
    shape('g', { class: `models-whisker-${side}` }, shape('circle', { cx: 4.5, cy: 4.5, r: RADIUS })));
}

/** Draws the labels of the axis: its two ends and the middle. */
export function axis(end, label) {
  const ticks = [['0%', 'start', 0], ['50%', 'middle', end / 2], ['100%', 'end', end]];
  return shape('svg', { class: 'models-plot models-axis', height: 16, 'aria-hidden': 'true', focusable: 'false' },
    ticks.map(([x, anchor, value]) => shape('text', { x, y: 12, 'text-anchor': anchor }, label(value, value === end))));
}
