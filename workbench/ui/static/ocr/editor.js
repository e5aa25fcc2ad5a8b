/** What a person does to lines: typing, deciding, moving on, taking back. One command a method. */

import { t } from '../frame/catalogue.js';
import { say } from '../frame/live.js';
import { spoken } from './alternatives.js';
import { choices, glyphAt, realign, take, unsureAt } from './marks.js';
import { noted, Stopwatch } from './pace.js';
import { nfc, oneLine } from './text.js';

const IDLE = 3000; // milliseconds without a key after which what was typed is sent

/** The commands on lines. `desk` has page, list, saver, undo, rest and frame. */
export class Editor {
  constructor(desk) {
    this.desk = desk;
    this.timer = 0;
  }

  get row() {
    return this.desk.list.currentRow;
  }

  /** Takes back what makes a line longer than the server takes, before a page of text is laid out as one line; false then. */
  fits(input, before, line) {
    const most = this.desk.frame.session.limits?.line_characters ?? Infinity;
    if (input.value.length <= most || [...nfc(input.value)].length <= most) return true;
    const caret = Math.max(0, input.selectionStart - (input.value.length - before.length));
    input.value = before;
    input.setSelectionRange(caret, caret);
    line.problem = t('ocr.line.too_long', { limit: most });
    this.desk.page.touch(line);
    say(line.problem, { assertive: true });
    return false;
  }

  /** Takes what was typed in a row's input. */
  typed(row) {
    if (!this.fits(row.input, row.line.text, row.line)) return;
    const text = oneLine(row.input.value);
    if (text !== row.input.value) row.input.value = text;
    if (text === row.line.text) return;
    this.#change(row, text, 'typing');
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#rest(row.line), IDLE);
  }

  #rest(line) {
    // a reading that came while one typed is looked at first: once a person saved, it is no suggestion any more
    if (line.dirty && !line.overtaken && !line.save.match(/conflict|refused/)) this.#commit(line);
  }

  /** Writes a new text into a line: draft, marks, undo, state. */
  #change(row, text, kind, glyphs = null) {
    const { line } = row;
    const before = line.text;
    line.problem = '';
    line.type(text);
    if (glyphs) line.glyphs = glyphs;
    if (kind) this.desk.undo.note({ kind, line: line.id, before, after: text });
    line.stopwatch?.beat(Date.now());
    this.desk.saver.type(line);
  }

  /** Sets a text by a command, with the caret at `caret`. */
  #set(row, text, caret, { kind = 'command', glyphs = null } = {}) {
    this.#change(row, text, kind, glyphs);
    row.input.value = text;
    row.input.setSelectionRange(caret, caret);
    row.paint();
  }

  #commit(line, decision = {}) {
    clearTimeout(this.timer);
    line.stopwatch?.beat(Date.now());
    const seconds = line.stopwatch?.seconds;
    if (line.stopwatch) line.stopwatch = new Stopwatch(Date.now());
    this.desk.saver.commit(line, { ...decision, seconds });
    return seconds;
  }

  /** Begins to measure the time of a line. */
  enter(line) {
    line.stopwatch = new Stopwatch(Date.now());
  }

  /** Sends what was typed when a line is left; what was refused waits for a person. */
  leave(line) {
    if (line.dirty && !/saving|kept|conflict|refused/.test(line.save)) this.#commit(line);
    line.stopwatch = null;
  }

  /** Saves the line and goes `step` lines on; an unchanged reading is accepted by that. */
  next(step = 1) {
    const { row, desk } = this;
    if (!row) return desk.list.focusFirst();
    if (row.collation) return row.collation.save(step);
    this.#decide(row.line);
    desk.list.goOn(row.line.id, step);
    return undefined;
  }

  #decide(line) {
    if (line.view.state === 'waiting' && !line.dirty) return;
    if (line.dirty) this.#pace(this.#commit(line));
    else if (line.view.state === 'read') this.#accept(line);
  }

  #accept(line) {
    this.desk.undo.note({ kind: 'state', line: line.id, revision: line.view.revision });
    this.#pace(this.#commit(line, { action: 'accept' }));
  }

  #pace(seconds) {
    const { preferences } = this.desk;
    if (seconds) preferences.set('paces', noted(preferences.get('paces'), seconds));
  }

  /** Accepts what the server has, without what was typed, and goes on. */
  accept() {
    const { row, desk } = this;
    if (!row || row.collation || row.line.view.state === 'waiting') return; // a conflict is decided, not accepted
    if (row.line.dirty) this.revert();
    if (!row.line.done) this.#accept(row.line);
    desk.list.goOn(row.line.id, 1);
  }

  /** Takes what was typed back to the server's text; undo brings it again. */
  revert() {
    const { row } = this;
    if (!row?.line.dirty) return;
    const text = row.line.view.text;
    this.#set(row, text, Math.min(row.input.selectionStart, text.length));
    row.line.draft = null;
    row.line.mark();
    row.paint();
    this.caretToUnsure(row);
    say(t('ocr.say.reverted'));
  }

  /** Takes the last step back, in whatever line it was; `forth` does it again. */
  undo(forth = false) {
    const { desk } = this;
    const step = forth ? desk.undo.forth() : desk.undo.back();
    if (!step) return;
    const line = desk.page?.lines.get(step.line);
    if (!line) return;
    if (step.kind === 'region') {
      desk.lineActions.turn(line, forth ? step.after : step.before);
      return;
    }
    desk.list.focus(line.id);
    if (step.kind === 'state') {
      if (!forth) desk.lineActions.restore(line, step.revision);
      return;
    }
    const text = forth ? step.after : step.before;
    this.#set(this.row, text, this.#whereDiffers(line.text, text), { kind: null });
    if (line.view.source !== 'person') {
      line.mark();
      line.glyphs = realign(line.glyphs, text);
      this.row.paint();
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#rest(line), IDLE);
  }

  #whereDiffers(old, now) {
    let tail = 0;
    while (tail < old.length && tail < now.length && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
    return now.length - tail;
  }

  /** Puts the caret before the first unsure character; nothing is selected. */
  caretToUnsure(row) {
    const [first] = unsureAt(row.line.glyphs, this.desk.page.threshold);
    const at = first === undefined || row.line.done ? 0 : row.line.glyphs[first].start;
    row.input.setSelectionRange(at, at);
    row.paintMarks();
    row.parts?.paintBelow();
  }

  /** Goes to the next (`step` 1) or previous unsure character, into other lines when this one has no more. */
  unsure(step) {
    const { row, desk } = this;
    if (!row) return desk.list.focusFirst();
    const { glyphs } = row.line;
    const caret = row.input.selectionStart;
    const marks = row.line.done ? [] : unsureAt(glyphs, desk.page.threshold).map((index) => glyphs[index]);
    const glyph = step > 0 ? marks.find(({ start }) => start > caret) : marks.findLast(({ start }) => start < caret);
    if (glyph) {
      row.input.setSelectionRange(glyph.start, glyph.start);
      row.paintMarks();
      row.parts?.paintBelow();
      say(spoken(glyph));
      return undefined;
    }
    return this.#unsureLine(row.line, step);
  }

  #unsureLine(line, step) {
    const { desk } = this;
    const { threshold } = desk.page;
    for (let other = desk.page.neighbour(line.id, step); other; other = desk.page.neighbour(other.id, step)) {
      const marks = unsureAt(other.glyphs, threshold);
      if (other.done || !marks.length) continue;
      const glyph = other.glyphs[step > 0 ? marks[0] : marks.at(-1)];
      desk.list.focus(other.id, glyph.start);
      say(`${t('ocr.line.number', { number: other.number })}: ${spoken(glyph)}`);
      return;
    }
    say(t('ocr.say.no_more_unsure'));
  }

  /** Puts choice `digit` (1…9) in the place of the character at the caret. */
  takeAlternative(digit) {
    const { row } = this;
    if (!row) return;
    const { glyphs } = row.line;
    const index = glyphAt(glyphs, row.input.selectionStart);
    const choice = choices(glyphs[index])[digit - 1];
    if (!choice) return;
    const taken = take(glyphs, index, choice[0]);
    this.#set(row, taken.map((glyph) => glyph.text).join(''), glyphs[index].start, { glyphs: taken });
    say(t('ocr.say.took', { text: choice[0] || t('ocr.alternative.nothing') }));
  }

  /** Takes the newer reading of a line that was saved before. */
  takeSuggestion() {
    const { row } = this;
    if (!row?.line.suggested) return;
    this.#set(row, nfc(row.line.view.reading.text), 0);
    if (!row.line.dirty) { // it is what the server has by now: its marks count
      row.line.draft = null;
      row.line.mark();
      row.paint();
    }
    row.input.focus();
  }

  /** Says that the line cannot be read, and why. */
  async unreadable() {
    const { row, desk } = this;
    if (!row) return;
    const { line } = row;
    const reason = await row.parts.ask();
    if (reason === null) {
      row.input.focus();
      return;
    }
    desk.undo.note({ kind: 'state', line: line.id, revision: line.view.revision });
    line.draft = '';
    this.#commit(line, { action: 'unreadable', reason: reason || t('ocr.unreadable.plain') });
    desk.list.goOn(line.id, 1);
  }

  /** Stores which way the line is written: `auto`, `rtl` or `ltr`. */
  setDirection(line, direction) {
    return this.desk.lineActions.change(line, { direction });
  }
}
