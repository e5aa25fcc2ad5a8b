/** How far the reading of the open project is: so many of its pages, how long it may take, and the one next step. */

import { duration, t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';

const PAUSE = 5000; // milliseconds between two questions how long it takes

/**
 * How many pages are in which state. Pure.
 *
 * @param {{state: string}[]} pages
 * @returns {{total: number, read: number, busy: number, failed: number}} busy: waiting or being read
 */
export function standing(pages) {
  const count = (...states) => pages.filter(({ state }) => states.includes(state)).length;
  return { total: pages.length, read: count('read'), busy: count('queued', 'reading'), failed: count('failed') };
}

/** What stands above the pages while several are to be read, or some were not. */
export class Batch {
  /** Builds it, hidden; `desk` has the project. */
  constructor(desk) {
    Object.assign(this, { desk, asked: 0, left: null });
    this.words = element('span');
    this.time = element('span.ocr-quiet');
    this.progress = element('progress.ocr-progress', { max: '1', 'aria-label': t('ocr.batch.label') });
    this.button = element('button.wb-button.wb-quiet.wb-small', { type: 'button', onclick: () => (this.now.busy ? this.stop() : this.goOn()) });
    this.node = element('div.ocr-batch', { hidden: true, role: 'group', 'aria-label': t('ocr.batch.label') }, this.words, this.progress, this.time, this.button);
  }

  /** How the pages of the open project stand. */
  get now() {
    return standing(this.desk.project?.pages ?? []);
  }

  /** Draws it anew: one page that is read by itself needs no words. */
  paint() {
    const { total, read, busy, failed } = this.now;
    this.node.hidden = busy < 2 && (busy || !failed);
    if (this.node.hidden) return;
    this.words.textContent = busy ? t('ocr.batch.read', { read, count: total }) : t('ocr.batch.failed', { count: failed });
    this.progress.hidden = !busy;
    this.progress.value = read / total;
    this.button.textContent = t(busy ? 'ocr.batch.stop' : 'ocr.batch.go_on');
    const known = busy > 0 && this.left?.project === this.desk.project.id;
    replace(this.time, known && t('ocr.batch.left', { time: duration(this.left.seconds) }));
    if (busy) this.#ask();
  }

  /** Asks how long it takes, not too often. */
  async #ask() {
    const { id } = this.desk.project;
    if (this.left?.project === id && Date.now() - this.asked < PAUSE) return;
    this.asked = Date.now();
    this.left = this.left?.project === id ? this.left : null;
    const { status, data } = await this.desk.rest.reading(id);
    if (status !== 200 || data.seconds_left === null || this.desk.project?.id !== id) return;
    this.left = { project: id, seconds: data.seconds_left };
    this.paint();
  }

  /** Cancels what waits or is being read. */
  async stop() {
    await this.#done(this.desk.rest.stopReading(this.desk.project.id));
  }

  /** Has the pages read that were not. */
  async goOn() {
    await this.#done(this.desk.rest.readProject(this.desk.project.id, {}));
  }

  async #done(request) {
    const { desk } = this;
    if (desk.projects.told(await request)) await Promise.all([desk.loadProject(desk.project.id), desk.reload()]);
  }
}
