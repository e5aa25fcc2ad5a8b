/** One line in the list: its crop, its text under the ink, its state and its number. */

import { t } from '../frame/catalogue.js';
import { element, freshId, replace } from '../frame/dom.js';
import { cropOf } from './crop.js';
import { fit } from './fit.js';
import { glyphAt, runs } from './marks.js';
import { chip, name } from './status.js';
import { languageOf } from './text.js';

const SIZES = { list: 23, current: 26, narrow: 16.5 };

/** The view of one line. The list calls `paint` when the line changed and `fit` when its place did. */
export class Row {
  /** Builds the elements; `desk` gives page, preferences and the parts of the current line. */
  constructor(line, desk) {
    Object.assign(this, { line, desk, current: false, parts: null, collation: null, shown: null });
    const stateId = freshId('ocr-state');
    this.marks = element('div.ocr-marks', { 'aria-hidden': 'true' });
    this.input = element('input.ocr-input', {
      type: 'text', autocomplete: 'off', autocorrect: 'off', autocapitalize: 'off', spellcheck: 'false', tabindex: '-1',
      'aria-describedby': stateId, enterkeyhint: 'next',
    });
    this.input.addEventListener('scroll', () => this.follow());
    this.field = element('div.ocr-field', {}, this.marks, this.input);
    this.ink = element('div.ocr-ink');
    this.crop = element('div.ocr-crop', { 'aria-hidden': 'true' }, this.ink);
    this.top = element('div.ocr-row-top');
    this.below = element('div.ocr-row-below');
    this.body = element('div.ocr-row-line', {}, element('div.ocr-row-head', {}, this.top), this.crop, this.field, this.below);
    this.state = element('div.ocr-state', { id: stateId });
    this.number = element('div.ocr-number', {}, String(line.number));
    this.node = element('li.ocr-row', { data: { line: line.id } }, this.number, this.body, this.state);
    this.paint();
  }

  /** Draws text, marks and state anew; the caret stays where it is. */
  paint() {
    const { line, desk } = this;
    const { threshold, view } = desk.page;
    const status = line.status(threshold);
    this.node.dataset.status = status;
    this.node.dir = view.direction;
    this.number.textContent = String(line.number);
    for (const part of [this.state, this.top, this.below]) part.dir = desk.frame.direction();
    replace(this.state, chip(line, threshold));
    this.state.title = line.problem || this.who();
    this.input.setAttribute('aria-label', name(line, threshold));
    this.input.readOnly = line.view.state === 'waiting' && !line.dirty;
    this.input.placeholder = line.view.state === 'waiting' ? '' : line.view.reason || (line.text ? '' : t('ocr.line.nothing'));
    this.field.dir = line.direction(view.direction);
    this.field.lang = languageOf(line.text);
    if (this.input.value !== line.text) this.#write(line.text);
    this.paintMarks();
    if (this.shown !== line.text && !this.current) this.fit();
    this.shown = line.text;
    this.parts?.paint();
  }

  /** Puts a text into the input without moving the caret further than it must. */
  #write(text) {
    const { selectionStart } = this.input;
    this.input.value = text;
    if (this.current) this.input.setSelectionRange(Math.min(selectionStart, text.length), Math.min(selectionStart, text.length));
  }

  /** Draws the marks behind the text; no span has padding or border, so that Arabic letters stay joined. */
  paintMarks() {
    const here = this.current ? glyphAt(this.line.glyphs, this.input.selectionStart ?? 0) : -1;
    const spans = runs(this.line.glyphs, this.desk.page.threshold, here).map(({ text, level, here: at }) =>
      level === 'sure' && !at ? text : element('span', { class: `ocr-${level}${at ? ' ocr-here' : ''}` }, text));
    replace(this.marks, spans);
    if (this.current) this.follow(); // only there can the text have scrolled; asking costs a layout
  }

  /** Keeps the marks under a text that scrolled. */
  follow() {
    this.marks.scrollLeft = this.input.scrollLeft;
  }

  /** Says who decided the line and when. */
  who() {
    const { author, saved_at: when, source } = this.line.view;
    if (source !== 'person' || !author) return '';
    return when ? t('ocr.line.saved_by', { author, time: this.desk.frame.moment(when) }) : author;
  }

  /** Lays crop and text for the width of the list; called on entering, leaving and resizing, never while typing. */
  fit() {
    const { desk, line, current } = this;
    const { view } = desk.page;
    const frame = desk.scale;
    if (!frame || !line.counts) return;
    const crop = cropOf(line.view, frame, { width: view.width ?? 1, direction: view.direction, current });
    this.crop.style.height = `${crop.height}px`;
    this.#layInk(crop);
    const size = desk.narrow ? SIZES.narrow : current ? SIZES.current : SIZES.list;
    const direction = this.field.dir;
    const start = direction === 'rtl' ? crop.width - crop.inkRight : crop.inkLeft;
    const laid = fit({ text: this.#longest(), family: desk.family, size, column: crop.width, start, ink: crop.inkRight - crop.inkLeft });
    const { style } = this.body; // the collation of a conflict lies under the same ink
    style.setProperty('--ocr-size', `${laid.size}px`);
    style.setProperty('--ocr-spacing', `${laid.spacing}px`);
    style.setProperty('--ocr-start', `${laid.start}px`);
    if (current) this.follow();
  }

  /** The text to lay out: the line's, or in a conflict the longest of its readings, so that none is cut. */
  #longest() {
    const { line } = this;
    if (!line.conflict?.open) return line.text;
    const { yours, theirs, before } = line.conflict;
    return [yours, theirs, before].map((reading) => reading?.text ?? '').sort((a, b) => b.length - a.length)[0];
  }

  /** Shows the line's part of the scan; a slanted line is turned level about its middle. */
  #layInk({ width, height, x, y, size, angle, origin }) {
    const { style } = this.ink;
    const { view } = this.desk.page;
    const spare = angle ? Math.ceil(width / 4) : 0; // what the turn would leave bare
    style.inset = `${-spare}px`;
    style.backgroundImage = view.image ? `url(${JSON.stringify(view.image)})` : '';
    style.backgroundSize = `${size}px auto`;
    style.backgroundPosition = `${x + spare}px ${y + spare}px`;
    const [ox, oy] = origin.split(' ').map((value) => parseFloat(value) + spare);
    style.transformOrigin = `${ox}px ${oy}px`;
    style.transform = angle ? `rotate(${angle}deg)` : '';
    this.crop.style.maxHeight = `${height}px`;
  }

  /** Makes the row the current one, with the parts that only it has, or an ordinary one again. */
  setCurrent(current, parts = null) {
    this.current = current;
    this.node.classList.toggle('ocr-current', current);
    this.node.toggleAttribute('aria-current', current);
    this.input.tabIndex = current ? 0 : -1;
    this.parts = parts;
    if (!current) {
      replace(this.top);
      replace(this.below);
      this.input.scrollLeft = 0;
      this.follow();
    }
    this.paint();
    this.fit();
  }
}
