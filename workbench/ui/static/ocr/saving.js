/** Sends corrections in the order they were made, keeps them while the server is away, and never overwrites silently. */

import { Emitter } from './emitter.js';
import { nfc } from './text.js';

const AGAIN = 4000; // milliseconds until a server that refused for lack of room or strength is asked again
const AWAY = new Set([0, 401, 408, 425, 429, 500, 502, 503, 504, 507]); // the same save may succeed later

/** The queue of one tab. Emits `state` ({saving, kept, conflicts, unsaved}), `saved` (line, entry), `conflict` (line), `overtaken` (line), `stray` (entry, data). */
export class Saver extends Emitter {
  /** `rest` sends, `drafts` keeps, `find(id)` gives the line when its page is open. */
  constructor(rest, drafts, find) {
    super();
    Object.assign(this, { rest, drafts, find, queue: [], busy: null, timer: 0, dirty: new Map(), conflicts: new Map(), stored: true });
  }

  /** Notes that `line` was typed in; kept in the browser at once. */
  type(line) {
    if (line.dirty) this.#keep(line, false);
    else this.drafts.drop(line.id);
    this.#mark(line, line.dirty ? 'draft' : '');
    if (line.dirty) this.dirty.set(line.id, line);
    else this.dirty.delete(line.id);
    this.conflicts.delete(line.id);
    this.tell();
  }

  #keep(line, committed, extra = {}) {
    const { id, view, text } = line;
    const base = extra.base ?? line.conflict?.base ?? view.revision;
    this.stored = this.drafts.keep({ line: id, base, text, page: line.page, project: line.project, baseline: view.baseline, committed, ...extra });
  }

  /**
   * Sends what a person decided about `line`: `correct` (with the draft), `accept`, `unreadable` (with a reason).
   * `base` is the revision it was made from. Nothing is sent when nothing changed.
   */
  commit(line, { action = 'correct', reason = '', base, seconds, force = false } = {}) {
    if (action === 'correct' && !line.dirty && !force) {
      this.type(line);
      return;
    }
    const entry = {
      line: line.id, page: line.page, project: line.project, baseline: line.view.baseline, action, reason, seconds,
      text: line.text, base: base ?? line.conflict?.base ?? line.view.revision,
    };
    this.dirty.delete(line.id);
    line.problem = '';
    this.#keep(line, true, { base: entry.base, action, reason });
    this.queue = [...this.queue.filter((other) => other.line !== line.id || other === this.busy), entry];
    this.#mark(line, this.timer ? 'kept' : 'saving');
    this.tell();
    this.run();
  }

  /** Notes that the draft of `line` goes on from a newer revision of it. */
  rebase(line) {
    this.drafts.drop(line.id);
    this.type(line);
    this.emit('overtaken', line);
  }

  /** Sends again what a tab left behind that is gone: a draft of the storage, whether its page is open or not. */
  replay(draft) {
    const { line, page, project, baseline, base, text, action = 'correct', reason = '' } = draft;
    if (this.queue.some((entry) => entry.line === line)) return;
    this.queue.push({ line, page, project, baseline, base, text, action, reason });
    this.tell();
    this.run();
  }

  /** Sends the next entry, one at a time, so that order is kept. */
  async run() {
    if (this.busy || this.timer || !this.queue.length) return;
    const entry = this.queue[0];
    this.busy = entry;
    this.tell();
    const { status, data } = await this.rest.saveLine(entry.line, bodyOf(entry));
    this.busy = null;
    if (AWAY.has(status)) {
      this.#wait(data);
      return;
    }
    this.queue = this.queue.filter((other) => other !== entry);
    if (status < 300) this.#saved(entry, data);
    else if (status === 409) await this.#clash(entry, data);
    else this.#refused(entry, data);
    this.tell();
    this.run();
  }

  /** Keeps everything here until the server is back. */
  #wait(data) {
    for (const entry of this.queue) {
      const line = this.find(entry.line);
      if (!line) continue;
      line.problem = data?.hint ?? '';
      this.#mark(line, 'kept');
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.again(), AGAIN);
    this.tell();
  }

  /** Tries again now: the server is back, or a person asks. */
  again() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.run();
  }

  #saved(entry, data) {
    this.drafts.drop(entry.line, entry.base);
    const line = this.find(entry.line);
    const later = this.queue.find((other) => other.line === entry.line);
    if (later) later.base = data.revision; // what was typed meanwhile grew from what was just saved
    if (!line) return;
    line.view = data.line ?? { ...line.view, text: entry.text, revision: data.revision, state: 'saved', source: 'person' };
    line.conflict = null;
    if (line.draft !== null && nfc(line.draft) === nfc(entry.text)) line.draft = null;
    if (!later && !line.dirty) line.draft = null;
    this.#mark(line, later ? 'saving' : line.dirty ? 'draft' : '');
    if (line.dirty && !later) this.type(line);
    this.emit('saved', line, entry);
  }

  async #clash(entry, data) {
    const line = this.find(entry.line);
    if (!line) {
      this.emit('stray', entry, data);
      return;
    }
    line.draft = line.draft ?? entry.text;
    if (data.theirs?.source === 'model' && entry.action !== 'unreadable' && (await this.#overtaken(line))) return;
    line.conflict = { ...data, yours: { text: line.draft, at: Date.now() / 1000 }, base: entry.base, open: true };
    this.conflicts.set(line.id, line);
    this.#keep(line, false, { base: entry.base });
    this.#mark(line, 'conflict');
    this.emit('conflict', line);
  }

  /** A machine read the line while its save was on its way: the text is a draft again, with the reading beside it. */
  async #overtaken(line) {
    const { status, data } = await this.rest.line(line.id);
    if (status !== 200 || data.source !== 'model') return false;
    line.rebase(data);
    this.rebase(line);
    return true;
  }

  #refused(entry, data) {
    const line = this.find(entry.line);
    if (!line) {
      this.emit('stray', entry, data);
      return;
    }
    line.problem = [data.error, data.hint].filter(Boolean).join(' ');
    this.dirty.set(line.id, line);
    this.#keep(line, false, { base: entry.base, action: entry.action });
    this.#mark(line, 'refused');
  }

  /** Forgets what was typed in a line: a person decided so. */
  forget(id) {
    this.drafts.drop(id);
    this.dirty.delete(id);
    this.conflicts.delete(id);
    this.tell();
  }

  /** Ends a conflict by taking the other reading: nothing is sent, the draft goes. */
  yield(line) {
    const { theirs } = line.conflict;
    this.conflicts.delete(line.id);
    this.drafts.drop(line.id);
    Object.assign(line, { conflict: null, draft: null, save: '' });
    line.put({ ...line.view, ...theirs, state: theirs.state ?? 'saved', source: theirs.source ?? 'person' });
    this.tell();
  }

  /** Leaves the collation for the draft; it stays a conflict until it is saved. */
  backToDraft(line) {
    line.conflict.open = false;
    this.#mark(line, 'conflict');
  }

  /** Sets how saving a line stands and tells whoever shows it. */
  #mark(line, save) {
    line.save = save;
    this.emit('line', line);
  }

  /** Sends what is not on its way yet, without waiting: the tab may be closing. */
  flush() {
    for (const line of this.dirty.values()) {
      if (line.save === 'refused' || !line.dirty) continue;
      const entry = { text: line.text, base: line.conflict?.base ?? line.view.revision, action: 'correct', reason: '' };
      this.rest.saveLine(line.id, bodyOf(entry), { keepalive: true });
    }
    for (const entry of this.queue) this.rest.saveLine(entry.line, bodyOf(entry), { keepalive: true });
  }

  /** Sends what was typed on a page that is being left; what is refused or in conflict waits until one comes back to it. */
  leave() {
    for (const line of this.dirty.values()) if (line.save !== 'refused') this.commit(line);
  }

  /** Emits the numbers of the save state. */
  tell() {
    const waiting = this.timer ? this.queue.length : 0;
    const refused = [...this.dirty.values()].filter(({ save }) => save === 'refused').length;
    this.emit('state', {
      saving: this.queue.length - waiting,
      kept: waiting + refused,
      conflicts: this.conflicts.size,
      unsaved: this.dirty.size,
      stored: this.stored,
    });
  }
}

/** The body of a save as the server wants it. */
function bodyOf({ text, base, action, reason, seconds }) {
  const body = { text, base_revision: base, action };
  if (reason) body.reason = reason;
  if (seconds) body.seconds = Math.round(seconds * 10) / 10;
  return body;
}
