/** The page: its scan, the lines drawn over it, zoom and pan, the legend, and a line that was missed. */

import { percent, t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { Pick } from './pick.js';
import { Polygons, svg } from './polygons.js';
import { Zoom } from './zoom.js';

const LEGEND = ['done', 'waiting', 'unsure', 'unreadable', 'here'];

/** The pane with the page image. */
export class Viewer {
  /** Builds the pane; `desk` acts. */
  constructor(desk) {
    Object.assign(this, { desk, picking: null });
    this.polygons = new Polygons(desk);
    this.image = element('img.ocr-scan', { alt: '', draggable: 'false', decoding: 'async' });
    this.inner = element('div.ocr-paper', {}, this.image, this.polygons.node);
    this.outer = element('div.ocr-pane', { tabindex: '0', role: 'region', 'aria-label': t('ocr.view.label') }, this.inner);
    this.percent = element('span.ocr-percent', { dir: 'ltr' });
    this.node = element('section.ocr-view', { 'aria-label': t('ocr.view.label') }, this.#head(), this.outer, this.#legend());
    this.zoom = new Zoom({
      outer: this.outer, inner: this.inner, narrow: () => desk.narrow,
      size: () => ({ width: desk.page?.view.width ?? 0, height: desk.page?.view.height ?? 0 }),
      onchange: (scale) => this.#zoomed(scale),
    });
    this.outer.addEventListener('keydown', (event) => this.#pressed(event));
    this.#setShown(desk.preferences.get('polygons'));
  }

  #button(glyph, name, run, label = '') {
    return element('button.wb-button.wb-quiet.wb-small', { type: 'button', 'aria-label': name, title: name, class: label ? '' : 'wb-iconic', onclick: run }, icon(glyph), label);
  }

  #head() {
    this.eye = element('button.wb-button.wb-quiet.wb-small.ocr-eye', { type: 'button', 'aria-pressed': 'true', onclick: () => this.toggle() },
      icon('eye'), element('span', {}, t('ocr.view.lines')));
    this.adder = this.#button('plus', t('ocr.add_line.title'), () => this.addLine(), t('ocr.add_line.button'));
    return element('div.ocr-pane-head', { role: 'toolbar', 'aria-label': t('ocr.view.tools') },
      this.#button('minus', t('ocr.view.smaller'), () => this.zoom.step(-1)), this.percent,
      this.#button('plus', t('ocr.view.larger'), () => this.zoom.step(1)),
      this.#button('fit', t('ocr.view.fit'), () => this.zoom.fit()),
      element('span.ocr-rule'), this.eye, this.adder,
      element('span.ocr-hint.ocr-end', {}, this.desk.frame.keys.hint('ocr', 'hide'), t('ocr.hint.hide')));
  }

  #legend() {
    const sample = (status) => svg('svg', { class: 'ocr-polygons ocr-sample', viewBox: '0 0 22 12', 'aria-hidden': 'true' },
      svg('defs', {}, svg('pattern', { id: 'ocr-hatch-sample', patternUnits: 'userSpaceOnUse', width: 5, height: 5 }, svg('path', { d: 'M0,5 L5,0' }))),
      svg('g', { class: `ocr-polygon${status === 'here' ? ' ocr-here' : ''}`, 'data-status': status === 'done' ? 'saved' : status },
        svg('rect', { x: 1.5, y: 1.5, width: 19, height: 9, class: 'ocr-halo' }), svg('rect', { x: 1.5, y: 1.5, width: 19, height: 9, class: 'ocr-outline' }),
        svg('path', { d: 'M1,7 H21', class: 'ocr-baseline' })));
    return element('ul.ocr-foot.ocr-legend', { 'aria-label': t('ocr.view.legend') }, LEGEND.map((status) => element('li', {}, sample(status), t(`ocr.legend.${status}`))));
  }

  /** Shows another page. */
  open(page) {
    this.picking?.end();
    page.on('current', (now, before) => this.#moved(now, before));
    page.on('line', (line) => this.polygons.paint(line));
    page.on('marks', () => page.lines.forEach((line) => this.polygons.paint(line)));
    for (const change of ['order', 'image']) page.on(change, () => this.draw());
    this.draw();
    this.outer.scrollTo(0, 0);
    this.zoom.fit();
  }

  /** Draws scan and lines anew: the page got its image, or lines came. */
  draw() {
    const { page } = this.desk;
    const { image, width } = page.view;
    this.outer.classList.toggle('ocr-blank', !image);
    if (image && this.image.getAttribute('src') !== image) this.image.src = image;
    if (!image) this.image.removeAttribute('src');
    this.adder.disabled = !image;
    this.polygons.draw(page);
    if (width && this.zoom.fitted) this.zoom.fit();
  }

  #zoomed(scale) {
    this.percent.textContent = percent(scale);
    this.polygons.zoomed(scale);
    const { page } = this.desk;
    const line = page?.lines.get(page.current);
    if (this.desk.narrow && line) this.zoom.show(this.polygons.boxOf(line), true);
  }

  #moved(now, before) {
    if (before) this.polygons.paint(before);
    if (!now) return;
    this.polygons.paint(now);
    this.polygons.tabStop();
    this.zoom.show(this.polygons.boxOf(now), this.desk.narrow);
  }

  /** Shows or hides the drawn lines. */
  toggle() {
    const shown = !this.desk.preferences.get('polygons');
    this.desk.preferences.set('polygons', shown);
    this.#setShown(shown);
  }

  #setShown(shown) {
    this.outer.classList.toggle('ocr-hidden', !shown);
    this.eye.setAttribute('aria-pressed', String(shown));
  }

  /** Hides the lines as long as the key is held. */
  hold(held) {
    this.outer.classList.toggle('ocr-held', held);
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const acts = {
      '+': () => this.zoom.step(1), '=': () => this.zoom.step(1), '-': () => this.zoom.step(-1), 0: () => this.zoom.fit(),
      a: () => this.addLine(),
    };
    const act = acts[event.code === 'KeyA' ? 'a' : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** Begins to pick the two ends of a line that was missed, or stops it. */
  addLine() {
    const { desk } = this;
    if (this.picking) {
      this.picking.end();
      return;
    }
    const { width, height, image } = desk.page?.view ?? {};
    if (!image) return;
    const back = document.activeElement;
    this.adder.setAttribute('aria-pressed', 'true');
    desk.notice(t('ocr.add_line.first'));
    this.picking = new Pick({
      zoom: this.zoom, overlay: this.polygons.node, size: { width, height },
      done: (baseline) => desk.addLine(baseline),
      ended: () => {
        this.picking = null;
        this.adder.removeAttribute('aria-pressed');
        desk.notice('');
        back?.focus?.({ preventScroll: true });
      },
    });
  }
}
