/** The lines as a list: rows in order, one of them current, the focus kept wherever it is. */

import { t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';
import { say } from '../frame/live.js';
import { Collation } from './collation.js';
import { scaleOf } from './crop.js';
import { Parts } from './parts.js';
import { Row } from './row.js';
import { stubRow } from './stub_row.js';

/** The list of the open page. */
export class List {
  /** Builds an empty list; `desk` acts. */
  constructor(desk) {
    this.desk = desk;
    this.rows = new Map();
    this.node = element('ol.ocr-list', { role: 'list', 'aria-label': t('ocr.list.label') });
    this.scroller = element('div.ocr-scroller', { role: 'region', 'aria-label': t('ocr.list.label'), tabindex: '-1' }, this.node);
    this.pressed = null;
    this.#listen();
    new ResizeObserver(() => this.measure()).observe(this.node);
  }

  #listen() {
    const { node, desk } = this;
    node.addEventListener('input', (event) => this.#row(event)?.input === event.target && desk.editor.typed(this.#row(event)));
    node.addEventListener('pointerdown', (event) => { this.pressed = event.target; });
    node.addEventListener('focusin', (event) => this.#focused(event));
    node.addEventListener('focusout', (event) => this.#left(event));
    node.addEventListener('click', (event) => this.#clicked(event));
    document.addEventListener('selectionchange', () => this.#caretMoved());
  }

  #row({ target }) {
    return this.rows.get(Number(target.closest('[data-line]')?.dataset.line));
  }

  #focused(event) {
    const row = this.#row(event);
    if (!row?.input || !(event.target === row.input || row.collation?.node.contains(event.target))) return;
    if (row.line.id !== this.desk.page.current) this.desk.page.select(row.line.id);
  }

  #left(event) {
    const row = this.#row(event);
    if (row?.input === event.target && !row.node.contains(event.relatedTarget)) this.desk.editor.leave(row.line);
  }

  /** A click beside the text of a row (its crop, its number) goes to the line too. */
  #clicked(event) {
    const row = this.#row(event);
    if (row?.input && !event.target.closest('input, button, .ocr-row-top, .ocr-row-below, .ocr-collation')) this.focus(row.line.id);
  }

  #caretMoved() {
    const row = this.currentRow;
    if (!row || document.activeElement !== row.input) return;
    row.paintMarks();
    row.parts?.paintBelow();
  }

  /** Shows another page. */
  open(page) {
    this.rows.clear();
    this.node.replaceChildren();
    this.scroller.scrollTop = 0;
    page.on('order', () => this.arrange());
    page.on('image', () => this.measure(true));
    page.on('line', (line) => this.#paint(line));
    page.on('marks', () => this.rows.forEach((row) => row.paint()));
    page.on('current', (now, before) => this.#moved(now, before));
    this.desk.scale = null;
    this.arrange();
    this.measure(true);
  }

  /** Sets the rows in the order of the page; a row that stays is not touched, so that it keeps the focus. */
  arrange() {
    const { page } = this.desk;
    const wanted = new Set(page.ids);
    for (const [id, row] of this.rows) {
      if (wanted.has(id) && page.lines.get(id) === row.line && Boolean(row.input) === row.line.counts) continue;
      row.node.remove();
      this.rows.delete(id);
    }
    let place = this.node.firstChild;
    for (const id of page.ids) {
      const row = this.rows.get(id) ?? this.#make(page.lines.get(id));
      if (row.node === place) place = place.nextSibling;
      else this.node.insertBefore(row.node, place);
    }
    for (const row of this.rows.values()) if (row.input && row.number.textContent !== String(row.line.number)) row.paint();
    this.node.classList.toggle('ocr-none', !page.ids.length);
    this.node.dataset.none = page.lines.size ? t('ocr.list.none_filter') : '';
    if (!page.lines.has(page.current)) page.select(null);
    this.measure(true);
    this.desk.tabStop();
  }

  #make(line) {
    const row = line.counts ? new Row(line, this.desk) : stubRow(line, this.desk);
    this.rows.set(line.id, row);
    if (line.id === this.desk.page.current && row.input) this.#enter(row);
    return row;
  }

  #paint(line) {
    const row = this.rows.get(line.id);
    if (!row) return;
    this.#collate(row);
    row.paint();
  }

  /** Opens a row into a collation while its conflict is open, and closes it again. */
  #collate(row) {
    if (!row.input) return;
    const open = Boolean(row.line.conflict?.open);
    if (open === Boolean(row.collation)) return;
    row.node.classList.toggle('ocr-collating', open);
    if (open) {
      row.collation = new Collation(row, this.desk);
      row.body.append(row.collation.node);
      row.fit();
      if (row.current) row.collation.focus();
      return;
    }
    const focused = row.collation.node.contains(document.activeElement);
    row.collation.node.remove();
    row.collation = null;
    row.fit();
    if (focused) row.input.focus({ preventScroll: true });
  }

  /** Measures the width of the lines and lays all rows for it when it changed. */
  measure(force = false) {
    const { page } = this.desk;
    const first = [...this.rows.values()].find((row) => row.input);
    const column = first?.crop.clientWidth;
    if (!page || !column || (!force && this.desk.scale?.column === column)) return;
    this.desk.family = getComputedStyle(first.input).fontFamily;
    this.desk.scale = scaleOf(page.counted.map((line) => line.view), column);
    this.rows.forEach((row) => row.fit?.());
  }

  #moved(now, before) {
    const left = before && this.rows.get(before.id);
    if (left?.input) {
      if (!before.save) before.mark();
      left.setCurrent(false);
    }
    const row = now && this.rows.get(now.id);
    if (row?.input) this.#enter(row);
  }

  #enter(row) {
    row.setCurrent(true, new Parts(row, this.desk));
    row.parts.paint();
    this.desk.editor.enter(row.line);
  }

  /** The row of a line, if it is shown. */
  rowOf(id) {
    return this.rows.get(id) ?? null;
  }

  /** The row of the current line, if there is one. */
  get currentRow() {
    const row = this.desk.page ? this.rows.get(this.desk.page.current) : null;
    return row?.input ? row : null;
  }

  /** Goes to a line: it becomes current, its input has the focus, the caret stands at `caret` or at what is unsure. */
  focus(id, caret = null) {
    const { desk } = this;
    const row = this.rows.get(id);
    if (!row?.input) return;
    desk.page.select(id);
    row.node.scrollIntoView({ block: 'nearest' });
    if (row.collation) {
      row.collation.focus();
      return;
    }
    row.input.focus({ preventScroll: true });
    if (caret === null) desk.editor.caretToUnsure(row);
    else row.input.setSelectionRange(caret, caret);
    row.paintMarks();
    row.parts?.paintBelow();
  }

  /** Goes to the first line that is not done, else to the first. */
  focusFirst() {
    const { page } = this.desk;
    const line = page && (page.nextOpen(null) ?? page.lines.get(page.ids[0]));
    if (line) this.focus(line.id);
  }

  /** Goes `step` lines on from line `id`; after the last one to the first that is still open, else to the end of the page. */
  goOn(id, step) {
    const { page, linesPane } = this.desk;
    const target = page.neighbour(id, step);
    if (target) {
      this.focus(target.id);
      return;
    }
    const open = step > 0 ? page.nextOpen(id) : null;
    if (step > 0 && !open && linesPane.end.focus()) return;
    this.focus(open?.id ?? id);
    if (open?.id !== id && open) say(t('ocr.say.still_open', { number: open.number }));
    else if (step < 0 || open) say(t(step < 0 ? 'ocr.say.first_line' : 'ocr.say.last_line'));
  }
}
