/** What the server does to one line: direction, "not a line", reading it again, earlier revisions. */

import { t } from '../frame/catalogue.js';

/** Requests about lines, with what is said when they fail. `desk` has page, rest and frame. */
export class LineActions {
  constructor(desk) {
    this.desk = desk;
  }

  /** Tells what went wrong with a line, where the person looks. */
  fail(line, data) {
    line.problem = [data?.error, data?.hint].filter(Boolean).join(' ');
    this.desk.page?.touch(line);
  }

  /** Changes `direction` or `is_line` of a line. */
  async change(line, changes) {
    const { status, data } = await this.desk.rest.changeLine(line.id, changes);
    if (status >= 300 || status === 0) return this.fail(line, data);
    line.problem = '';
    const view = data?.line ?? data ?? {};
    line.view = { ...line.view, ...changes, ...(view.id === line.id ? { index: view.index, is_line: view.is_line, direction: view.direction } : {}) };
    this.desk.page.touch(line);
    this.desk.list.rowOf(line.id)?.fit();
    return undefined;
  }

  /** Says that a region is no line (`false`), or that it is one after all; undo takes it back. */
  setIsLine(line, isLine) {
    this.desk.undo.note({ kind: 'region', line: line.id, before: !isLine, after: isLine });
    return this.turn(line, isLine);
  }

  /** The same without a step for undo. */
  async turn(line, isLine) {
    const { desk } = this;
    const next = desk.page.neighbour(line.id, 1) ?? desk.page.neighbour(line.id, -1);
    await this.change(line, { is_line: isLine });
    desk.page.rearrange();
    await desk.reload();
    if (isLine) desk.list.focus(line.id);
    else if (next) desk.list.focus(next.id);
  }

  /** Has one line read again by itself. */
  async read(line) {
    const { status, data } = await this.desk.rest.readLine(line.id);
    if (status >= 300 || status === 0) this.fail(line, data);
    else this.desk.frame.say(t('ocr.say.reading_line', { number: line.number }));
  }

  /** Brings an earlier revision back as a new one. */
  async restore(line, revision) {
    const { desk } = this;
    if (line.save === 'saving') await new Promise((done) => { const stop = desk.saver.on('saved', (saved) => saved === line && (stop(), done())); });
    const { status, data } = await desk.rest.restoreLine(line.id, revision, line.view.revision);
    if (status === 409) await desk.reload(); // somebody saved meanwhile: their text is shown, and why nothing was taken back
    if (status >= 300 || status === 0) return this.fail(line, data);
    const fresh = data.line ?? (await desk.rest.line(line.id)).data;
    desk.saver.drafts.drop(line.id);
    Object.assign(line, { draft: null, save: '', conflict: null, problem: '' });
    line.put(fresh);
    desk.saver.type(line);
    desk.page.touch(line);
    desk.list.rowOf(line.id)?.fit();
    return undefined;
  }
}
