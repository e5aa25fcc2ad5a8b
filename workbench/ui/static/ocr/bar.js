/** The page bar: where one is, which engine reads, what counts as unsure, which lines are shown, and the way out. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { engineMenu, exportMenu, moreMenu, pageMenu, projectMenu } from './menus.js';
import { thresholdSlider } from './threshold.js';

const FILTERS = ['all', 'unsure', 'changed'];

/** The bar above the panes. */
export class Bar {
  /** Builds it; `desk` acts. */
  constructor(desk) {
    this.desk = desk;
    const button = (className, run) => element(`button.wb-button.wb-quiet.${className}`, { type: 'button', 'aria-haspopup': 'menu', onclick: (event) => run(event.currentTarget, desk) });
    this.project = button('ocr-project', projectMenu);
    this.page = button('ocr-page', pageMenu);
    this.engine = button('ocr-engine', engineMenu);
    this.previous = this.#arrow('previous', -1);
    this.next = this.#arrow('next', 1);
    this.place = element('span.ocr-place');
    this.done = element('span.ocr-place.ocr-narrow-only');
    this.again = element('button.wb-button.wb-quiet.ocr-again', { type: 'button', onclick: () => desk.readAgain() }, t('ocr.bar.read_again'));
    this.filters = element('div.wb-segmented.ocr-filters', { role: 'group', 'aria-label': t('ocr.filter.label') },
      FILTERS.map((filter) => element('button', { type: 'button', data: { filter }, onclick: () => desk.page?.choose('filter', filter) })));
    this.search = element('button.wb-button.wb-quiet.wb-iconic.ocr-search-button', { type: 'button', 'aria-label': t('ocr.search.title'), title: t('ocr.search.title'), onclick: () => desk.search.open(this.search) }, icon('search'));
    this.exporter = element('button.wb-button.ocr-export', { type: 'button', 'aria-haspopup': 'menu', onclick: (event) => exportMenu(event.currentTarget, desk) }, icon('download'), t('ocr.bar.export'));
    this.more = element('button.wb-button.wb-quiet.wb-iconic.ocr-bar-more', { type: 'button', 'aria-label': t('ocr.bar.more'), 'aria-haspopup': 'menu', onclick: (event) => moreMenu(event.currentTarget, desk) }, icon('more'));
    this.ofPage = element('div.ocr-bar-page', {}, element('span.ocr-slash', { 'aria-hidden': 'true' }, '/'), this.page, this.previous, this.place, this.next, element('span.ocr-rule'));
    this.node = element('div.ocr-bar', { role: 'toolbar', 'aria-label': t('ocr.bar.label') },
      this.project, this.ofPage, this.engine, this.again, this.search, element('span.ocr-end'), thresholdSlider(desk), this.filters, this.exporter, this.done, this.more);
  }

  #arrow(glyph, step) {
    return element('button.wb-button.wb-quiet.wb-iconic', { type: 'button', 'aria-label': t(`ocr.bar.${glyph}`), title: t(`ocr.bar.${glyph}`), onclick: () => this.desk.turn(step) }, icon(glyph));
  }

  /** Shows another page. */
  open(page) {
    page.on('head', () => this.paint());
    this.paint();
  }

  /** Draws names, numbers and filters anew. */
  paint() {
    const { desk } = this;
    const { project, page } = desk;
    const named = (name) => [element('span.ocr-name', { dir: 'auto' }, name), icon('down', { size: 14 })];
    replace(this.project, named(project?.name ?? t('ocr.project.none')));
    this.project.title = project?.name ?? '';
    this.node.classList.toggle('ocr-no-page', !page);
    this.node.classList.toggle('ocr-no-project', !project);
    const engine = page?.view.engine ?? project?.engine ?? desk.defaultEngine?.name;
    const known = desk.engines?.find((entry) => entry.name === engine);
    const model = page?.view.model || (project?.engine === engine && project?.model) || known?.models[0];
    const reader = [engine, model].filter(Boolean).join(' · ');
    replace(this.engine, element('bdi', { dir: 'ltr' }, reader || t('ocr.engine.any')), icon('down', { size: 14 }));
    this.engine.title = reader;
    if (!page) {
      this.place.textContent = project ? t('ocr.project.pages', { count: project.pages?.length ?? 0 }) : '';
      return;
    }
    const { number, of } = desk.placeOfPage();
    replace(this.page, named(page.view.name));
    this.page.title = page.view.name;
    this.place.textContent = t('ocr.bar.place', { number, of });
    this.previous.disabled = number <= 1;
    this.next.disabled = number >= of;
    const { all, unsure, changed, done } = page.counts;
    this.done.textContent = t('ocr.head.done', { done, count: all });
    for (const button of this.filters.children) {
      const { filter } = button.dataset;
      button.textContent = t(`ocr.filter.${filter}`, { count: { all, unsure, changed }[filter] });
      button.setAttribute('aria-pressed', String(page.filter === filter));
    }
  }
}
