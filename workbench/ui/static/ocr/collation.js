/** Two readings of a line that were made at once, under one another: what merges by itself, and what a person decides. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { diff } from '../frame/diff.js';
import { merge } from './merge.js';
import { decide, follow, openRanges, rangesOf, runsOf } from './ranges.js';
import { graphemes, languageOf, nfc, oneLine } from './text.js';

const SIDES = ['yours', 'theirs', 'before'];

/** The collation of one row's conflict. Keys come from the list through `command`. */
export class Collation {
  /** Builds it for `row`, whose line has a `conflict`; `desk` acts. */
  constructor(row, desk) {
    Object.assign(this, { row, desk, line: row.line, conflict: row.line.conflict, at: 0 });
    const { yours, theirs, before } = this.conflict;
    Object.assign(this, rangesOf(merge(before?.text ?? '', yours.text, theirs.text)));
    this.result = element('input.ocr-input', { type: 'text', autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off', 'aria-label': t('ocr.conflict.result') });
    this.result.value = this.text;
    this.result.addEventListener('input', () => this.#typed());
    this.result.addEventListener('scroll', () => { this.marks.scrollLeft = this.result.scrollLeft; });
    this.marks = element('div.ocr-marks', { 'aria-hidden': 'true' });
    this.left = element('small');
    this.choices = element('div.ocr-choices', { role: 'group', dir: desk.frame.direction(), 'aria-label': t('ocr.conflict.choices') });
    this.node = element('div.ocr-collation', {}, this.#head(), this.#readings(), this.#resultRow(), this.choices, this.#actions());
    this.paint();
  }

  /** The name of who saved meanwhile; oneself in another tab has no other name. */
  get other() {
    const { person } = this.desk.frame.session;
    const { author } = this.conflict.theirs;
    return !author || author === person?.name ? t('ocr.conflict.other_tab') : author;
  }

  #head() {
    const { row, desk } = this;
    const title = this.other === t('ocr.conflict.other_tab') ? t('ocr.conflict.title_tab') : t('ocr.conflict.title', { author: this.other });
    return element('p.ocr-conflict-head', { dir: desk.frame.direction() }, element('strong', {}, title), ' ', element('span', {}, t('ocr.conflict.safe')),
      element('span.wb-visually-hidden', {}, t('ocr.line.number', { number: row.line.number })));
  }

  #readings() {
    const { yours, theirs, before } = this.conflict;
    const { moment } = this.desk.frame;
    const notes = {
      yours: [t('ocr.conflict.yours'), t('ocr.conflict.draft', { time: moment(yours.at) })],
      theirs: [this.other, t('ocr.conflict.revision', { number: theirs.revision, time: theirs.created ? moment(theirs.created) : '' })],
      before: [t('ocr.conflict.before'), t('ocr.conflict.revision_only', { number: before?.revision ?? this.conflict.base })],
    };
    const base = graphemes(nfc(before?.text ?? ''));
    return SIDES.map((side) => {
      const text = nfc(this.conflict[side]?.text ?? '');
      const parts = side === 'before' ? [{ kind: 'same', text }] : diff(base, graphemes(text)).filter(({ kind }) => kind !== 'removed');
      return element('div.ocr-reading', { class: `ocr-${side}` },
        this.#side(...notes[side]),
        element('div.ocr-reading-text', { dir: this.row.field.dir, lang: languageOf(text) },
          parts.map((part) => (part.kind === 'added' ? element('ins', {}, part.text) : part.text))));
    });
  }

  #side(name, note) {
    // the outer one stands where the row ends, the inner one reads as the interface does
    return element('div.ocr-side', {}, element('div', { dir: this.desk.frame.direction() },
      element('strong', { dir: 'auto' }, name), note instanceof Node ? note : element('small', {}, note)));
  }

  #resultRow() {
    const field = element('div.ocr-field.ocr-result', { dir: this.row.field.dir, lang: languageOf(this.text) }, this.marks, this.result);
    return element('div.ocr-reading.ocr-result-row', {}, this.#side(t('ocr.conflict.result'), this.left), field);
  }

  #actions() {
    const { desk, conflict } = this;
    const button = (label, kind, run, keys) =>
      element('button.wb-button', { type: 'button', class: kind, onclick: run }, label, keys && desk.frame.keys.hint('ocr', keys));
    return element('div.ocr-conflict-actions', { dir: desk.frame.direction() },
      button(t('ocr.conflict.save'), 'wb-primary', () => this.save(1), 'next'),
      button(t('ocr.conflict.take_all', { author: this.other }), '', () => this.takeTheirs()),
      button(t('ocr.conflict.back'), 'wb-quiet', () => this.back(), 'revert'),
      element('span.ocr-becomes', {}, t('ocr.conflict.becomes', { number: (conflict.theirs.revision ?? 0) + 1 })));
  }

  /** Draws the result's underlines and the choices of the open word. */
  paint() {
    const { text, ranges, desk } = this;
    const open = openRanges(ranges);
    const now = ranges[this.at]?.kind === 'open' ? this.at : open[0];
    const kinds = (range) => (range.kind !== 'open' || range.decided ? 'ocr-merged' : 'ocr-open');
    replace(this.marks, runsOf(text, ranges).map((run) => (run.range ? element('span', { class: kinds(run.range) }, run.text) : run.text)));
    this.left.textContent = open.length ? t('ocr.conflict.open', { count: open.length }) : t('ocr.conflict.none_open');
    const range = ranges[now];
    replace(this.choices, range && [
      element('bdi.ocr-alt-key', { dir: 'ltr', 'aria-hidden': 'true' }, `${desk.frame.keys.mac ? '⌃' : 'Alt'} +`),
      SIDES.map((side, index) => this.#choice({ side, index, range, now })),
    ]);
  }

  #choice({ side, index, range, now }) {
    const names = { yours: t('ocr.conflict.yours_short'), theirs: this.other, before: t('ocr.conflict.before_short') };
    const value = range[side] ?? '';
    const chosen = this.text.slice(range.start, range.end) === value;
    return element('button.ocr-choice', {
      type: 'button', class: chosen ? 'ocr-now' : '', 'aria-pressed': String(chosen),
      onpointerdown: (event) => event.preventDefault(), onclick: () => this.#take(now, side),
    },
    element('kbd.wb-key', {}, String(index + 1)),
    element(value.trim() ? 'span.ocr-choice-text' : 'span.ocr-choice-word', { dir: 'auto', lang: value.trim() ? languageOf(value) : null }, value.trim() || t('ocr.alternative.nothing')),
    element('span.ocr-choice-sure', {}, names[side]));
  }

  #take(index, side) {
    const range = this.ranges[index];
    if (!range) return;
    Object.assign(this, decide(this.text, this.ranges, index, range[side] ?? ''));
    this.at = index;
    this.result.value = this.text;
    this.#select(index);
    this.paint();
  }

  #select(index) {
    const range = this.ranges[index];
    this.at = index;
    if (range) this.result.setSelectionRange(range.start, range.start);
  }

  #typed() {
    if (!this.desk.editor.fits(this.result, this.text, this.line)) return;
    const text = oneLine(this.result.value);
    this.ranges = follow(this.ranges, this.text, text);
    this.text = text;
    this.paint();
  }

  /** Puts the focus into the result, before the first open word. */
  focus() {
    this.result.focus({ preventScroll: true });
    this.#select(openRanges(this.ranges)[0] ?? 0);
    this.paint();
    this.row.node.scrollIntoView({ block: 'nearest' });
  }

  /** Acts on a key of the list's table; returns false when it is none of the collation's. */
  command(id, digit) {
    const acts = {
      next: () => this.save(1), previous: () => this.save(-1), accept: () => this.save(1), revert: () => this.back(),
      nextUnsure: () => this.#jump(1), previousUnsure: () => this.#jump(-1),
      alternative: () => digit <= SIDES.length && this.#take(this.#now(), SIDES[digit - 1]),
    };
    acts[id]?.();
    return id in acts;
  }

  #now() {
    return this.ranges[this.at]?.kind === 'open' ? this.at : openRanges(this.ranges)[0];
  }

  #jump(step) {
    const open = this.ranges.flatMap((range, index) => (range.kind === 'open' ? [index] : []));
    const next = step > 0 ? open.find((index) => index > this.at) ?? open[0] : open.findLast((index) => index < this.at) ?? open.at(-1);
    if (next === undefined) return;
    this.#select(next);
    this.paint();
  }

  /** Saves the result as a new revision on top of theirs and goes on. */
  save(step) {
    const { line, desk, conflict } = this;
    const base = conflict.theirs.revision;
    line.conflict = null;
    desk.saver.conflicts.delete(line.id);
    desk.saver.drafts.drop(line.id);
    line.draft = this.text;
    line.view = { ...line.view, revision: base };
    desk.saver.commit(line, { base, force: true });
    desk.page.touch(line);
    desk.list.goOn(line.id, step);
  }

  /** Takes the other reading whole. */
  takeTheirs() {
    const { line, desk } = this;
    desk.saver.yield(line);
    desk.page.touch(line);
    desk.list.rowOf(line.id)?.fit();
    desk.list.focus(line.id);
  }

  /** Goes back to the draft; saving it opens the collation again. */
  back() {
    const { line, desk } = this;
    desk.saver.backToDraft(line);
    desk.page.touch(line);
    desk.list.focus(line.id);
  }
}
