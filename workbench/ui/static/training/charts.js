/** The charts of a training, each with a legend and a table that tells the same; never mirrored, because time runs left to right. */

import { number, t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { bestPoint, curveTitle, figureOf, layoutOf, seriesWords, styleOf, tableOf, tracesOf } from './curves.js';
import { plotly } from './plotly.js';

const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, scrollZoom: false, doubleClick: false, showTips: false };
const SPACE = 'http://www.w3.org/2000/svg';
const DASHES = { solid: '', dash: '7 4', dot: '2 3', dashdot: '6 3 2 3' };

/** The value of a colour token in the theme that is shown. */
function colour(token) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--wb-${token}`).trim();
}

/** The stroke of a series, for the legend. */
function swatch(name) {
  const { color, dash, width } = styleOf(name);
  const svg = document.createElementNS(SPACE, 'svg');
  const line = document.createElementNS(SPACE, 'line');
  const attributes = { x1: 0, x2: 18, y1: 4, y2: 4, stroke: `var(--wb-${color})`, 'stroke-width': width, 'stroke-dasharray': DASHES[dash] };
  for (const [key, value] of Object.entries({ width: 18, height: 8, 'aria-hidden': 'true' })) svg.setAttribute(key, String(value));
  for (const [key, value] of Object.entries(attributes)) line.setAttribute(key, String(value));
  svg.append(line);
  return svg;
}

/** One chart. */
class Chart {
  /** Builds its places; it is drawn when it is seen. */
  constructor() {
    this.title = element('h3');
    this.legend = element('p.training-legend', { 'aria-hidden': 'true' });
    this.plot = element('div.training-plot', { dir: 'ltr', 'aria-hidden': 'true' });
    this.missing = element('p.wb-quiet-text', { hidden: true }, t('training.chart.missing'));
    this.table = element('table');
    this.tablePlace = element('div.training-table.wb-visually-hidden', {}, this.table);
    this.node = element('figure.training-chart', {}, element('figcaption', {}, this.title, this.legend), this.plot, this.missing, this.tablePlace);
    this.told = '';
    new ResizeObserver(() => this.#resized()).observe(this.plot);
  }

  /** Takes in a curve of a training. */
  paint(curve, training) {
    Object.assign(this, { curve, training });
    const now = JSON.stringify([curve, training.best_epoch, training.job.id]);
    if (now !== this.told) {
      this.told = now;
      this.#tell();
    }
    this.draw();
  }

  /** Title, legend and table. */
  #tell() {
    const { curve, training } = this;
    replace(this.title, curveTitle(curve, training));
    replace(this.legend, curve.series.map(({ name }) => element('span', {}, swatch(name), seriesWords(name))));
    const { names, rows } = tableOf(curve);
    const head = element('tr', {}, element('th', { scope: 'col' }, t('training.chart.epoch')), names.map((name) => element('th', { scope: 'col' }, seriesWords(name))));
    const best = bestPoint(curve, training);
    const cells = rows.map(([epoch, ...values]) => element('tr', {},
      element('th', { scope: 'row' }, number(epoch), best?.[0] === epoch && ` (${t('training.chart.best')})`),
      values.map((value) => element('td', {}, value === null ? '—' : figureOf(curve, value)))));
    replace(this.table, element('caption', {}, this.#summary()), element('thead', {}, head), element('tbody', {}, cells));
  }

  /** What the chart shows, in a sentence. */
  #summary() {
    const { curve, training } = this;
    const first = curve.series.find(({ name }) => name === 'before')?.points.at(-1);
    const title = curveTitle(curve, training);
    return first ? t('training.chart.summary', { title, before: figureOf(curve, first[1]) }) : title;
  }

  /** Draws the chart when it has a place; without the library the table is shown. */
  async draw() {
    if (!this.curve || !this.plot.clientWidth) return;
    try {
      const library = await plotly();
      const font = getComputedStyle(document.documentElement).getPropertyValue('--wb-sans');
      await library.react(this.plot, tracesOf(this.curve, this.training, colour), layoutOf(this.training, colour, font), CONFIG);
      this.drawn = library;
      this.#show(true);
    } catch (error) {
      console.error(error);
      this.#show(false);
    }
  }

  /** Shows the chart, or the table in its place. */
  #show(chart) {
    this.plot.hidden = !chart;
    this.missing.hidden = chart;
    this.tablePlace.classList.toggle('wb-visually-hidden', chart);
    if (chart) this.tablePlace.removeAttribute('tabindex');
    else this.tablePlace.tabIndex = 0;
  }

  /** The place has got another size: at first it is drawn, later only fitted. */
  #resized() {
    if (!this.plot.clientWidth) return;
    if (this.drawn) this.drawn.Plots.resize(this.plot);
    else this.draw();
  }
}

/** All charts of the training that is shown: errors and loss at once, what else an engine tells of its epochs on request. */
export class Charts {
  /** Builds the places of the charts. */
  constructor() {
    this.charts = new Map();
    this.first = element('div.training-charts');
    this.others = element('div.training-charts');
    this.details = element('details.training-details', { ontoggle: () => this.draw() }, element('summary', {}, t('training.chart.more')), this.others);
    this.node = element('div.training-all-charts', {}, this.first, this.details);
  }

  /** Draws the curves of a training. */
  paint(training) {
    const curves = (training.curves ?? []).filter(({ series }) => series.some(({ points }) => points.length));
    for (const { name } of curves) if (!this.charts.has(name)) this.charts.set(name, new Chart());
    this.#place(this.first, curves.filter(({ detail }) => !detail));
    this.#place(this.others, curves.filter(({ detail }) => detail));
    this.node.hidden = !curves.length;
    this.details.hidden = !this.others.children.length;
    for (const curve of curves) this.charts.get(curve.name).paint(curve, training);
  }

  /** Puts charts into a place, unless they are there. */
  #place(place, curves) {
    const nodes = curves.map(({ name }) => this.charts.get(name).node);
    if (nodes.length !== place.children.length || nodes.some((node, at) => node !== place.children[at])) replace(place, nodes);
  }

  /** Draws again, in other colours. */
  draw() {
    for (const chart of this.charts.values()) chart.draw();
  }
}
