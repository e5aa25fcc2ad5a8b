import { Drafts } from '/static/ocr/drafts.js';
import { minutesLeft, noted, Stopwatch } from '/static/ocr/pace.js';
import { Saver } from '/static/ocr/saving.js';
import { Undo } from '/static/ocr/undo.js';
import { same } from '/tests/same.js';

class Store {
  constructor(full = false) { Object.assign(this, { values: new Map(), full }); }
  get length() { return this.values.size; }
  key(at) { return [...this.values.keys()][at]; }
  getItem(key) { return this.values.get(key) ?? null; }
  removeItem(key) { this.values.delete(key); }
  setItem(key, value) {
    if (this.full) throw new DOMException('full', 'QuotaExceededError');
    this.values.set(key, value);
  }
}

const line = (id, text, revision = 1) => ({
  id, page: 7, project: 1, view: { text: '', revision }, draft: text, save: '', conflict: null,
  get text() { return this.draft ?? this.view.text; },
  get dirty() { return this.draft !== null && this.draft !== this.view.text; },
});

/** A server that answers what it is told, in order. */
function answering(...answers) {
  const sent = [];
  return { sent, saveLine: async (id, body) => { sent.push([id, body.text, body.base_revision]); return answers.shift() ?? { status: 0, data: {} }; } };
}

async function settled(saver) {
  for (let i = 0; i < 50 && (saver.busy || (saver.queue.length && !saver.timer)); i += 1) await new Promise((done) => setTimeout(done));
}

export const tests = {
  'drafts are kept by workspace, line and base, and adopted when their tab is gone'() {
    const storage = new Store();
    const first = new Drafts(storage, 'ada', 'tab-1');
    first.keep({ line: 3, base: 2, text: 'אב', committed: true });
    new Drafts(storage, 'ben', 'tab-2').keep({ line: 3, base: 2, text: 'other' });
    const second = new Drafts(storage, 'ada', 'tab-3');
    same(second.adopt(new Set(['tab-1'])), []);
    same(second.adopt(new Set()).map((draft) => [draft.line, draft.base, draft.text]), [[3, 2, 'אב']]);
    second.drop(3);
    same(second.all(), []);
    same(storage.length, 1);
  },
  'two tabs that type in the same line keep a draft each'() {
    const storage = new Store();
    new Drafts(storage, 'ada', 'tab-1').keep({ line: 3, base: 2, text: 'א', page: 7 });
    new Drafts(storage, 'ada', 'tab-2').keep({ line: 3, base: 2, text: 'ב', page: 7 });
    const third = new Drafts(storage, 'ada', 'tab-3');
    same(third.adopt(new Set()).map((draft) => draft.text), ['א']);
    same(third.waiting(7).map((draft) => draft.text), ['א']);
    third.drop(3);
    same(new Drafts(storage, 'ada', 'tab-4').adopt(new Set()).map((draft) => draft.text), ['ב']);
  },
  'a full storage keeps drafts in memory and says so'() {
    const drafts = new Drafts(new Store(true), 'ada', 'tab');
    same(drafts.keep({ line: 1, base: 1, text: 'x' }), false);
    same(drafts.all().length, 1);
  },
  'what another program wrote is no draft'() {
    const storage = new Store();
    storage.setItem('wb:draft:ada:1:1', '{"line": "x"');
    same(new Drafts(storage, 'ada', 'tab').all(), []);
  },
  async 'saves go in order and wait for a server that is away'() {
    const lines = new Map([[1, line(1, 'א')], [2, line(2, 'ב')]]);
    const rest = answering({ status: 0, data: {} });
    const drafts = new Drafts(new Store(), 'ada', 'tab');
    const saver = new Saver(rest, drafts, (id) => lines.get(id));
    let state = null;
    saver.on('state', (now) => { state = now; });
    saver.commit(lines.get(1));
    saver.commit(lines.get(2));
    await settled(saver);
    same([state.kept, lines.get(2).save, drafts.all().length], [2, 'kept', 2]);
    saver.commit(lines.get(2));
    same(lines.get(2).save, 'kept'); // nothing is on its way until the server is asked again
    rest.saveLine = async (id, body) => { rest.sent.push([id, body.text, body.base_revision]); return { status: 201, data: { revision: 2, line: { text: body.text, revision: 2 } } }; };
    saver.again();
    await settled(saver);
    same(rest.sent.slice(1), [[1, 'א', 1], [2, 'ב', 1]]);
    same([state.kept, state.saving, drafts.all().length], [0, 0, 0]);
  },
  async 'a stale save is a conflict that keeps the draft'() {
    const mine = line(1, 'שלי', 3);
    const rest = answering({ status: 409, data: { theirs: { text: 'שלהם', revision: 4 }, before: { text: '', revision: 3 } } });
    const drafts = new Drafts(new Store(), 'ada', 'tab');
    const saver = new Saver(rest, drafts, () => mine);
    saver.commit(mine);
    await settled(saver);
    same([mine.save, mine.conflict.yours.text, mine.conflict.theirs.text, mine.conflict.base], ['conflict', 'שלי', 'שלהם', 3]);
    same(drafts.all().map((draft) => [draft.text, draft.base, draft.committed]), [['שלי', 3, false]]);
  },
  async 'a refused save says why and keeps the draft'() {
    const mine = line(1, 'x'.repeat(10));
    const saver = new Saver(answering({ status: 422, data: { error: 'Too long.', hint: 'Shorten it.' } }), new Drafts(new Store(), 'ada', 'tab'), () => mine);
    saver.commit(mine);
    await settled(saver);
    same([mine.save, mine.problem], ['refused', 'Too long. Shorten it.']);
  },
  'typing without a pause is one step of undo'() {
    const undo = new Undo();
    undo.note({ kind: 'typing', line: 1, before: '', after: 'א' }, 1000);
    undo.note({ kind: 'typing', line: 1, before: 'א', after: 'אב' }, 1200);
    undo.note({ kind: 'typing', line: 2, before: '', after: 'ג' }, 1300);
    same([undo.back().line, undo.back().before, undo.back()], [2, '', null]);
    same(undo.forth().after, 'אב');
  },
  'pauses are not work, and the pace is the median'() {
    const watch = new Stopwatch(0);
    watch.beat(5000);
    watch.beat(500000);
    same(watch.seconds, 35);
    same(minutesLeft([10, 20, 400].reduce(noted, []), 12), 4);
    same(minutesLeft([10, 20], 12), null);
  },
};
