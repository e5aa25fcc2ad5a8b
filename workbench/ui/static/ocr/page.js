/** The open page: its lines, which of them are shown and in what order, and the one a person is at. */

import { Emitter } from './emitter.js';
import { Line } from './line.js';

const HEAD_WAIT = 40; // milliseconds

/**
 * The state of one open page. Emits `head` (page facts), `order` (lines came, went or moved), `image` (the scan came, the
 * lines stay), `line` (a line, changed), `reread` (a line that was read while one typed in it), `marks` (threshold) and
 * `current` (now, before).
 */
export class Page extends Emitter {
  /** Begins from a `PageView` of the server and the person's preferences. */
  constructor(view, preferences) {
    super();
    this.preferences = preferences;
    this.lines = new Map();
    this.current = null;
    this.threshold = preferences.get('threshold');
    this.filter = preferences.get('filter');
    this.order = preferences.get('order');
    this.held = new Set(); // shown until the filter is chosen again, though they no longer match it
    this.#take(view);
    this.#arrange();
  }

  #take(view) {
    this.view = view;
    const seen = new Set();
    for (const line of view.lines) {
      seen.add(line.id);
      const known = this.lines.get(line.id);
      if (!known) this.lines.set(line.id, new Line(line));
      else if (newer(line, known.view)) this.#refresh(known, line);
      else known.view.index = line.index;
    }
    for (const [id, line] of this.lines) {
      if (!seen.has(id) && line.untouched) this.lines.delete(id); // a new layout dropped it; typed text is never dropped
    }
  }

  /**
   * Takes a line's newer view, unless a person is in the middle of it: then a newer reading, which the draft goes on from, but
   * of another person's text only what is not text.
   */
  #refresh(line, view) {
    if (line.untouched) line.put(view);
    else if (line.save === 'draft' && (view.source === 'model' || view.revision === line.view.revision)) {
      const read = view.reading?.id !== line.view.reading?.id;
      line.rebase(view);
      if (read) this.emit('reread', line);
    } else line.view = { ...line.view, index: view.index, is_line: view.is_line, direction: view.direction, polygon: view.polygon };
    this.emit('line', line);
  }

  /** Takes a newer view of the whole page: what is typed here stays. */
  put(view) {
    const before = this.#shape();
    const { image, width } = this.view;
    this.#take(view);
    this.#arrange();
    this.emit('head');
    if (this.#shape() !== before) this.emit('order');
    else if (view.image !== image || view.width !== width) this.emit('image');
  }

  /** What is shown in what order, as one comparable text. */
  #shape() {
    return this.ids.map((id) => `${id}${this.lines.get(id)?.counts}`).join();
  }

  /** Arranges anew after a line changed what it is. */
  rearrange() {
    this.#arrange();
    this.emit('order');
    this.emit('head');
  }

  /** Takes a newer view of one line. */
  putLine(view) {
    const line = this.lines.get(view.id);
    if (!line) {
      this.lines.set(view.id, new Line(view));
    } else if (newer(view, line.view)) {
      this.#refresh(line, view);
      this.emit('head');
      if (line.arranged === place(line)) return;
    } else return;
    this.rearrange();
  }

  /** Tells that a line changed here; the numbers of the page follow a moment later, once for many changes. */
  touch(line) {
    this.emit('line', line);
    this.telling ??= setTimeout(() => {
      this.telling = null;
      this.emit('head');
    }, HEAD_WAIT);
  }

  get id() {
    return this.view.id;
  }

  /** All lines in reading order. */
  get all() {
    return [...this.lines.values()].sort((a, b) => a.view.index - b.view.index || a.id - b.id);
  }

  /** The lines that count, in reading order. */
  get counted() {
    return this.all.filter((line) => line.counts);
  }

  /** Numbers for the bar: all, unsure, changed, done. */
  get counts() {
    const lines = this.counted;
    const number = (wanted) => lines.filter(wanted).length;
    return {
      all: lines.length,
      unsure: number((line) => this.matches(line, 'unsure')),
      changed: number((line) => line.changed),
      done: number((line) => line.done),
    };
  }

  /** Says whether `line` belongs to `filter`. */
  matches(line, filter = this.filter) {
    if (filter === 'all') return true;
    if (filter === 'changed') return line.counts && line.changed;
    return line.counts && !line.done && (line.unsure(this.threshold) > 0 || line.status(this.threshold) === 'empty');
  }

  /** Decides which lines are shown and in what order; what was shown stays until the filter is chosen again. */
  #arrange() {
    let number = 0;
    const shown = this.all.filter((line) => {
      line.number = line.counts ? (number += 1) : 0;
      line.arranged = place(line);
      const match = this.matches(line) || this.held.has(line.id);
      if (match) this.held.add(line.id);
      return match;
    });
    if (this.order === 'unsure') shown.sort((a, b) => this.#rank(a) - this.#rank(b));
    this.ids = shown.map((line) => line.id);
  }

  /** The place of a line in the order "most unsure first": measured once, so that nothing moves while it is corrected. */
  #rank(line) {
    this.ranks ??= new Map();
    if (!this.ranks.has(line.id)) this.ranks.set(line.id, line.done ? 2 : line.lowest());
    return this.ranks.get(line.id);
  }

  /** Chooses filter or order anew. */
  choose(name, value) {
    this[name] = value;
    this.preferences.set(name, value);
    this.held.clear();
    this.ranks = null;
    this.#arrange();
    this.emit('order');
    this.emit('head');
  }

  /** Moves the threshold of "unsure", 0…1. */
  setThreshold(value) {
    this.threshold = value;
    this.preferences.set('threshold', value);
    if (this.filter === 'unsure') this.choose('filter', 'unsure');
    this.emit('marks');
    this.emit('head');
  }

  /** Makes a line the current one (`null` = none). */
  select(id) {
    const before = this.lines.get(this.current) ?? null;
    const line = this.lines.get(id) ?? null;
    if (line === before) return;
    this.current = line?.id ?? null;
    this.emit('current', line, before);
  }

  /** Returns the line `step` places after (before) line `id` among those that are shown and count, or `null`. */
  neighbour(id, step) {
    const ids = this.ids.filter((other) => other === id || this.lines.get(other)?.counts);
    return this.lines.get(ids[ids.indexOf(id) + step]) ?? null;
  }

  /** Returns the first shown line that a person has not decided, from line `id` on and then from the top. */
  nextOpen(id) {
    const ids = this.ids.filter((other) => this.lines.get(other)?.counts);
    const start = ids.indexOf(id) + 1;
    const open = [...ids.slice(start), ...ids.slice(0, start)].find((other) => !this.lines.get(other).decided);
    return this.lines.get(open) ?? null;
  }
}

/** Says whether `view` tells more than `known`: a later revision, a later reading, or a changed fact. */
function newer(view, known) {
  if (view.revision !== known.revision) return view.revision > known.revision;
  return ['state', 'index', 'is_line', 'direction', 'suggestion', 'revisions'].some((name) => view[name] !== known[name])
    || view.reading?.id !== known.reading?.id || String(view.polygon) !== String(known.polygon);
}

/** What decides the place of a line in the list. */
const place = (line) => `${line.view.index}${line.counts}`;
