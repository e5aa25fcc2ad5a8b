/** The lines drawn over the page: pattern first, colour second; each a button that leads to its line. */

import { t } from '../frame/catalogue.js';
import { boxOf } from './crop.js';
import { name } from './status.js';

const SPACE = 'http://www.w3.org/2000/svg';

/** Makes an SVG element; attributes only. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SPACE, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

const points = (list) => list.map(([x, y]) => `${Math.round(x)},${Math.round(y)}`).join(' ');

/** The outline to draw and to click: the polygon, or a band about the baseline where there is none. */
function outline(view, band) {
  if (view.polygon?.length > 2) return view.polygon;
  return [...view.baseline.map(([x, y]) => [x, y - band]), ...[...view.baseline].reverse().map(([x, y]) => [x, y + band / 3])];
}

/** The line to draw under a done line: its baseline, moved to the lower edge of the ink, so that it strikes nothing out. */
function underline(view) {
  const { baseline, polygon } = view;
  if (!(polygon?.length > 2) || baseline.length < 2) return baseline;
  const [x0, y0] = baseline[0];
  const [x1, y1] = baseline.at(-1);
  const slope = x1 === x0 ? 0 : (y1 - y0) / (x1 - x0);
  const below = polygon.map(([x, y]) => y - (y0 + slope * (x - x0))).filter((depth) => depth > 0);
  const depth = below.length ? below.reduce((sum, each) => sum + each, 0) / below.length : 0;
  return baseline.map(([x, y]) => [x, y + depth * 0.85]);
}

/** The overlay of one page. */
export class Polygons {
  /** Builds an empty overlay; `desk` acts. */
  constructor(desk) {
    this.desk = desk;
    this.marks = new Map();
    this.hatch = svg('pattern', { id: 'ocr-hatch', patternUnits: 'userSpaceOnUse', width: 8, height: 8 }, svg('path', { d: 'M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4' }));
    this.node = svg('svg', { class: 'ocr-polygons', role: 'group', 'aria-label': t('ocr.view.polygons') });
    this.node.addEventListener('click', (event) => this.#chosen(event));
    this.node.addEventListener('keydown', (event) => this.#walked(event));
  }

  /** Draws the lines of `page` anew. */
  draw(page) {
    const { width = 1, height = 1 } = page.view;
    this.marks.clear();
    this.node.setAttribute('viewBox', `0 0 ${width || 1} ${height || 1}`);
    this.node.replaceChildren(svg('defs', {}, this.hatch));
    for (const line of page.all) this.#add(line);
    this.node.toggleAttribute('hidden', !page.lines.size);
    this.tabStop();
  }

  #add(line) {
    const { view } = line;
    const band = (this.desk.page.view.height ?? 1000) / 60;
    const shape = points(outline(view, band));
    const group = svg('g', { class: 'ocr-polygon', role: 'button', tabindex: '-1', 'data-polygon': line.id },
      svg('polygon', { points: shape, class: 'ocr-halo' }),
      svg('polygon', { points: shape, class: 'ocr-outline' }),
      svg('polygon', { points: shape, class: 'ocr-inner' }),
      svg('polyline', { points: points(underline(view)), class: 'ocr-baseline' }));
    this.marks.set(line.id, group);
    this.node.append(group);
    this.paint(line);
  }

  /** Draws the state of one line. */
  paint(line) {
    const group = this.marks.get(line.id);
    if (!group) return;
    const { page } = this.desk;
    const here = line.id === page.current;
    group.dataset.status = line.status(page.threshold);
    group.classList.toggle('ocr-here', here);
    group.setAttribute('aria-label', name(line, page.threshold));
    if (here && this.node.lastChild !== group) this.node.append(group); // drawn last, its halo lies over its neighbours
    else group.removeAttribute('aria-current');
    if (here) group.setAttribute('aria-current', 'true');
  }

  /** One polygon at a time is a Tab stop: the current one, else the first. */
  tabStop() {
    const { page } = this.desk;
    const stop = this.marks.has(page?.current) ? page.current : page?.ids[0];
    for (const [id, group] of this.marks) group.setAttribute('tabindex', id === stop ? '0' : '-1');
  }

  /** Keeps hatching and strokes at the size of the screen when the page is zoomed. */
  zoomed(scale) {
    this.hatch.setAttribute('patternTransform', `scale(${1 / (scale || 1)})`);
  }

  /** The box of a line in pixels of the page. */
  boxOf(line) {
    return boxOf(outline(line.view, (this.desk.page.view.height ?? 1000) / 60));
  }

  #chosen({ target }) {
    const id = Number(target.closest('[data-polygon]')?.dataset.polygon);
    if (id) this.desk.openLine(id);
  }

  #walked(event) {
    const id = Number(event.target.closest('[data-polygon]')?.dataset.polygon);
    if (!id || event.ctrlKey || event.metaKey || event.altKey) return;
    const ids = this.desk.page.all.map((line) => line.id);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (event.key === 'Enter' || event.key === ' ') this.desk.openLine(id);
    else if (step) this.#focus(ids[ids.indexOf(id) + step]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #focus(id) {
    const group = this.marks.get(id);
    if (!group) return;
    for (const other of this.marks.values()) other.setAttribute('tabindex', '-1');
    group.setAttribute('tabindex', '0');
    group.focus();
  }
}
