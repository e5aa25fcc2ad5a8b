/** One line as the browser knows it: what the server has, what was typed since, and how the two stand. */

import { align, cellsOf, realign, unsureAt } from './marks.js';
import { directionOf, graphemes, nfc } from './text.js';

const DONE = new Set(['saved', 'unreadable']);

/** A line of the open page. `view` is the server's, `draft` what was typed and not saved (`null` when nothing was). */
export class Line {
  /** Begins from a `LineView` of the server. */
  constructor(view) {
    this.draft = null;
    this.save = ''; // '' | draft | saving | kept | conflict | refused
    this.conflict = null; // {yours, theirs, before} of a refused save
    this.problem = ''; // why a save was refused
    this.stopwatch = null;
    this.overtaken = false; // whether the line was read while its draft was typed
    this.number = view.index + 1; // what a person counts by; the page numbers anew where regions are not lines
    this.put(view);
  }

  /** Takes a newer view; what was typed and differs from the former one stays. */
  put(view) {
    if (!this.dirty) this.draft = null; // typed and taken back again: nothing to keep beside a newer text
    this.view = view;
    this.baseline = view.baseline;
    this.mark();
  }

  /** Takes a newer view as what the draft goes on from; the draft stays, and a new reading is shown beside it. */
  rebase(view) {
    this.overtaken ||= view.revision > this.view.revision;
    this.view = view;
    this.baseline = view.baseline;
    if (!this.dirty) this.draft = null;
    if (this.draft === null) this.mark();
  }

  /** Whether there is a reading to show beside the text: newer than what a person saved, or than what is being typed. */
  get suggested() {
    const { suggestion, source, reading } = this.view;
    const read = suggestion || (source === 'model' && this.dirty && this.overtaken);
    return Boolean(read) && nfc(reading.text) !== nfc(this.text);
  }

  /** Computes the marks of the text again; a line that a person saved has none. */
  mark() {
    const { reading, state, source } = this.view;
    const read = reading && state === 'read' && source !== 'person';
    this.glyphs = read ? align(cellsOf(reading.chars ?? []), this.text) : bare(this.text);
  }

  get id() {
    return this.view.id;
  }

  /** The text that a person sees: the draft, else the server's. */
  get text() {
    return this.draft ?? this.view.text;
  }

  /** Whether something was typed that differs from the server's text. */
  get dirty() {
    return this.draft !== null && nfc(this.draft) !== nfc(this.view.text);
  }

  /** Whether nothing here would be lost if the server's view were taken as it is. */
  get untouched() {
    return !this.dirty && !this.save;
  }

  /** Whether a person has decided the line. */
  get done() {
    return DONE.has(this.view.state);
  }

  /** Whether a person has decided it, be the answer of the server still on its way. */
  get decided() {
    return /saving|kept/.test(this.save) || (this.done && !/conflict|refused/.test(this.save));
  }

  /** Whether it counts and is shown among the lines to correct. */
  get counts() {
    return this.view.is_line;
  }

  /** Whether a person's text differs from what the model read. */
  get changed() {
    const { state, source, text, reading } = this.view;
    return this.dirty || (source === 'person' && DONE.has(state) && nfc(text) !== nfc(reading?.text ?? ''));
  }

  /** Writes a new text as draft; marks move along. */
  type(text) {
    if (this.draft === null) this.overtaken = false;
    this.draft = text;
    this.glyphs = realign(this.glyphs, text);
  }

  /** The direction of the text: the stored override, else its first strong letter, else the page's. */
  direction(page) {
    return this.view.direction === 'auto' ? directionOf(this.text, page) : this.view.direction;
  }

  /** How many characters are below `threshold`; none once a person decided. Counted once for the same glyphs. */
  unsure(threshold) {
    if (this.done) return 0;
    const { known } = this;
    if (known?.glyphs !== this.glyphs || known.threshold !== threshold) {
      this.known = { glyphs: this.glyphs, threshold, count: unsureAt(this.glyphs, threshold).length };
    }
    return this.known.count;
  }

  /** The least confidence among the line's characters, 1 when none is known. */
  lowest() {
    return this.glyphs.reduce((least, { cell, taken }) => (cell && !taken ? Math.min(least, cell.confidence) : least), 1);
  }

  /** The one state to show, by the precedence of the design. */
  status(threshold) {
    if (!this.counts) return 'notLine';
    if (this.save) return this.save;
    if (this.dirty) return 'draft';
    if (this.done) return this.view.state;
    if (this.view.state === 'waiting') return 'waiting';
    if (!this.view.text && this.view.reason) return 'empty';
    return this.unsure(threshold) ? 'unsure' : 'read';
  }
}

/** Glyphs without confidences, for a text that a person or an import wrote. */
function bare(text) {
  let start = 0;
  return graphemes(text).map((glyph) => {
    const here = { text: glyph, start, cell: null };
    start += glyph.length;
    return here;
  });
}
