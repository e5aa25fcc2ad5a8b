/** The lines of a comparison: filters, one line current, and only as many drawn as somebody came to see. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { confusionWords } from './confusions.js';
import { chosen, counts, SHOWN } from './items.js';
import { fitRows, lineRow } from './line_row.js';

const BATCH = 50;

/** Bar and list. */
export class Lines {
  /** Builds it empty; `open` fills it. */
  constructor(room) {
    Object.assign(this, { room, items: [], shown: [], show: 'all', confusion: null, drawn: 0 });
    this.filters = element('div.wb-segmented.models-filters', { role: 'group', 'aria-label': t('models.filter') },
      SHOWN.map((show) => element('button', { type: 'button', data: { show }, onclick: () => this.#choose(show) })));
    this.chips = element('span.models-chips');
    this.order = element('span.wb-quiet-text');
    const { keys } = room.frame;
    const hint = element('span.models-hint', {}, keys.hint('models', 'next'), keys.hint('models', 'previous'), t('models.lines.hint'));
    this.list = element('ol.models-list', { role: 'list', 'aria-label': t('models.lines.label') });
    this.none = element('p.models-none', { hidden: true }, t('models.lines.none'));
    this.end = element('div.models-list-end');
    this.node = element('section.models-lines', { 'aria-label': t('models.lines.label') }, element('div.models-lines-bar', {}, this.filters, this.chips, this.order, hint), this.list, this.none, this.end);
    this.list.addEventListener('click', (event) => this.#clicked(event));
    this.list.addEventListener('focusin', ({ target }) => target.closest('li') && this.#mark(target.closest('li')));
    new IntersectionObserver(([entry]) => entry.isIntersecting && this.#more(), { scrollMargin: '600px' }).observe(this.end);
    new ResizeObserver(() => fitRows([...this.list.children])).observe(this.list);
    document.fonts?.addEventListener?.('loadingdone', () => fitRows([...this.list.children]));
  }

  /** Shows another comparison; `release` lets go of the confusion that is chosen. */
  open({ items }, names, release) {
    Object.assign(this, { items, names, release, show: 'all', confusion: null });
    const found = counts(items);
    for (const button of this.filters.children) button.textContent = t(`models.filter.${button.dataset.show}`, { count: found[button.dataset.show] });
    this.#paint();
  }

  /** Shows only the lines of a confusion, or all again. */
  narrow(confusion) {
    this.confusion = confusion;
    this.#paint();
  }

  #choose(show) {
    this.show = show;
    this.#paint();
  }

  #paint() {
    const { show, confusion } = this;
    for (const button of this.filters.children) button.setAttribute('aria-pressed', String(button.dataset.show === show));
    replace(this.chips, confusion && this.#chip(confusion));
    this.order.textContent = t(show === 'worse' ? 'models.order.worse' : 'models.order');
    this.shown = chosen(this.items, { show, only: confusion?.items ?? null });
    this.none.hidden = this.shown.length > 0;
    this.drawn = 0;
    this.current = null;
    replace(this.list);
    this.#more();
  }

  /** The filter that is on, and how to let go of it. */
  #chip(confusion) {
    const words = confusionWords(confusion);
    const release = () => {
      this.release();
      this.filters.querySelector('[aria-pressed="true"]').focus({ preventScroll: true });
    };
    return element('span.wb-chip.models-filter-chip', {}, element('span', {}, words),
      element('button', { type: 'button', 'aria-label': t('models.filter.release', { filter: words }), onclick: release }, icon('close', { size: 14 })));
  }

  /** Draws the next lines; the list grows as somebody comes near its end. */
  #more() {
    if (this.drawn >= this.shown.length) return;
    const rows = this.shown.slice(this.drawn, this.drawn + BATCH).map((item) => lineRow(item, this.names, this.room));
    this.drawn += rows.length;
    this.list.append(...rows);
    fitRows(rows);
  }

  #clicked({ target }) {
    const row = target.closest('li');
    if (row && !target.closest('a')) this.#go(row);
  }

  #mark(row) {
    this.current?.removeAttribute('aria-current');
    this.current = row;
    row.setAttribute('aria-current', 'true');
  }

  #go(row) {
    this.#mark(row);
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }

  /** Obeys a key; returns whether it did anything. */
  command(name) {
    if (name === 'open') return this.#openCurrent();
    const here = this.current ? [...this.list.children].indexOf(this.current) : -1;
    const wanted = name === 'next' ? here + 1 : Math.max(0, here - 1);
    if (wanted >= this.drawn) this.#more();
    const row = this.list.children[wanted];
    if (row) this.#go(row);
    return Boolean(row);
  }

  #openCurrent() {
    const link = this.current?.contains(document.activeElement) && this.current.querySelector('a');
    if (link) link.click();
    return Boolean(link);
  }
}
