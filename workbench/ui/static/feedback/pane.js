/** The table in its scrolling pane: head, rows, the way to more of them, and what stands there when there are none. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { COLUMNS, rowOf } from './row.js';

const AHEAD = '800px'; // older entries are fetched before their place is in sight
const SKELETONS = 6;

/** The pane under the totals. */
export class Pane {
  constructor(ledger) {
    this.ledger = ledger;
    this.rows = new Map();
    this.here = null;
    this.body = element('tbody', { role: 'rowgroup' });
    const head = element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, COLUMNS.map((name) => element(`th.feedback-${name}`, { role: 'columnheader', scope: 'col' },
      name === 'arrow' ? element('span.wb-visually-hidden', {}, t('feedback.column.arrow')) : t(`feedback.column.${name}`)))));
    this.table = element('table.feedback-table', { role: 'grid', 'aria-label': t('feedback.ledger') }, head, this.body);
    this.notice = element('div.feedback-notice', { hidden: true });
    this.news = element('button.wb-button.wb-small.feedback-news', { type: 'button', hidden: true, onclick: () => ledger.take() });
    this.end = element('div.feedback-tail');
    this.scroll = element('div.feedback-scroll', {}, this.table, this.notice, this.end);
    this.node = element('div.feedback-pane', {}, this.scroll, this.news);
    this.body.addEventListener('click', (event) => this.#clicked(event));
    this.body.addEventListener('focusin', (event) => this.#arrive(event.target.closest('tr')));
    this.table.addEventListener('keydown', (event) => this.#walk(event));
    new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && ledger.more(), { root: this.scroll, rootMargin: AHEAD }).observe(this.end);
  }

  /** Shows that entries are on their way; what stands there stays until they come. */
  wait() {
    this.offer();
    if (this.rows.size || !this.notice.hidden) return;
    replace(this.notice, Array.from({ length: SKELETONS }, () => element('div.wb-skeleton')));
    this.notice.classList.add('feedback-waiting');
    this.notice.hidden = false;
  }

  /** Draws the entries of the ledger from the top. */
  show() {
    this.rows.clear();
    this.here = null;
    this.scroll.scrollTop = 0;
    this.update();
    this.offer();
  }

  /** Draws what changed: rows that are the same stay, so that focus and place stay too. */
  update() {
    const { entries, frame } = this.ledger;
    const drawn = new Map();
    for (const entry of entries) {
      const now = JSON.stringify(entry);
      const known = this.rows.get(entry.id);
      drawn.set(entry.id, known?.now === now ? known : { now, entry, node: rowOf(entry, frame) });
    }
    const lost = this.here && drawn.get(this.here)?.node !== this.rows.get(this.here)?.node && this.body.contains(document.activeElement);
    this.rows = drawn;
    this.#place([...drawn.values()].map(({ node }) => node));
    if (lost) this.#row(this.here)?.focus({ preventScroll: true });
    this.#settle();
  }

  /** Puts the rows in place without touching those that stand there already. */
  #place(nodes) {
    const wanted = new Set(nodes);
    for (const node of [...this.body.children]) if (!wanted.has(node)) node.remove();
    nodes.forEach((node, at) => {
      if (this.body.children[at] !== node) this.body.insertBefore(node, this.body.children[at] ?? null);
    });
  }

  /** Draws further entries under the others. */
  extend(entries) {
    for (const entry of entries) {
      const node = rowOf(entry, this.ledger.frame);
      this.rows.set(entry.id, { now: JSON.stringify(entry), entry, node });
      this.body.append(node);
    }
    this.#settle();
  }

  /** Keeps days, the one row that Tab reaches, and the notice true. */
  #settle() {
    let last = null;
    for (const { node } of this.rows.values()) {
      node.classList.toggle('feedback-same-day', node.dataset.day === last);
      last = node.dataset.day;
    }
    if (!this.rows.has(this.here)) this.here = this.rows.keys().next().value ?? null;
    for (const [id, { node }] of this.rows) node.tabIndex = id === this.here ? 0 : -1;
    this.#note();
  }

  /** Says what to do where there is no entry. */
  #note() {
    const { ledger } = this;
    const empty = this.rows.size === 0;
    this.table.hidden = empty;
    this.notice.hidden = !empty;
    this.notice.classList.remove('feedback-waiting');
    if (!empty) return;
    const [words, label, run] = ledger.filtered
      ? [t('feedback.nothing_found'), t('feedback.clear'), () => ledger.clear()]
      : [t('feedback.nothing'), t('feedback.go_to_ocr'), () => ledger.goTo('ocr')];
    replace(this.notice, element('p', {}, words), element('button.wb-button', { type: 'button', class: ledger.filtered ? '' : 'wb-primary', onclick: run }, label));
  }

  /** Says what went wrong, instead of the entries. */
  fail({ error, hint }) {
    this.rows.clear();
    this.body.replaceChildren();
    this.table.hidden = true;
    this.notice.hidden = false;
    this.notice.classList.remove('feedback-waiting');
    replace(this.notice, icon('triangle', { size: 24 }), element('p', { role: 'alert' }, [error, hint].filter(Boolean).join(' ')),
      element('button.wb-button', { type: 'button', onclick: () => this.ledger.load() }, t('feedback.try_again')));
  }

  /** Offers the entries that came since. */
  offer() {
    const count = this.ledger.fresh.length;
    if (count && this.news.hidden) this.ledger.frame.say(t('feedback.news', { count }));
    this.news.hidden = count === 0;
    replace(this.news, icon('up', { size: 14 }), t('feedback.news', { count }));
  }

  /** Goes to the newest entry. */
  toTop() {
    this.scroll.scrollTop = 0;
    const [first] = this.rows.keys();
    this.#row(first)?.focus({ preventScroll: true });
  }

  #row(id) {
    return this.rows.get(id)?.node;
  }

  #arrive(row) {
    if (!row) return;
    this.#row(this.here)?.setAttribute('tabindex', '-1');
    this.here = Number(row.dataset.id);
    row.tabIndex = 0;
  }

  #clicked(event) {
    const row = event.target.closest('tr');
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey; // a link opens in another window
    if (!row || elsewhere || !getSelection().isCollapsed) return;
    event.preventDefault();
    this.#arrive(row);
    this.ledger.open(this.rows.get(this.here).entry);
  }

  #walk(event) {
    const row = event.target.closest('tbody tr');
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      this.ledger.open(this.rows.get(Number(row.dataset.id)).entry);
      return;
    }
    const target = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling, Home: this.body.firstElementChild, End: this.body.lastElementChild }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    target?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: 'nearest' });
  }
}
