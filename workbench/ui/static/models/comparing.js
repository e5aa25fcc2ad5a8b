/** One comparison at a time: asked for, followed while its job runs, fetched when it is there. */

import { t } from '../frame/catalogue.js';

const SETTLE = 400; // milliseconds: whoever walks through versions starts no job for each of them

/**
 * The comparison of the two versions that are chosen. `state.kind` is `idle`, `asking`, `running` (with `job`), `done` (with
 * `data`) or `failed` (with `error` and `hint`).
 */
export class Comparing {
  /** Follows the jobs of the frame; `changed` is called whenever `state` is another. */
  constructor(frame, requests, changed) {
    Object.assign(this, { requests, changed, state: { kind: 'idle' }, pair: '', ticket: 0, asked: -SETTLE, timer: 0 });
    frame.on('job', ({ job }) => job && this.#take(job));
    frame.on('resync', () => this.#look());
  }

  /** Compares `b` with `a`, full names; the same pair again only when `anew`. */
  open(a, b, { anew = false } = {}) {
    const pair = `${a} ${b}`;
    if (pair === this.pair && !anew) return;
    this.pair = pair;
    const ticket = this.#next();
    const wait = performance.now() - this.asked < SETTLE ? SETTLE : 0;
    this.asked = performance.now();
    this.#set({ kind: 'asking' });
    this.timer = setTimeout(() => this.#ask(ticket, a, b), wait);
  }

  /** Lets go of whatever is compared. */
  close() {
    this.pair = '';
    this.#next();
    this.#set({ kind: 'idle' });
  }

  #next() {
    clearTimeout(this.timer);
    this.ticket += 1;
    return this.ticket;
  }

  #set(state) {
    this.state = state;
    this.changed();
  }

  async #ask(ticket, a, b) {
    const { status, data } = await this.requests.compare(a, b);
    if (ticket !== this.ticket) return;
    if (status !== 200 && status !== 202) {
      this.#set({ kind: 'failed', ...data });
      return;
    }
    this.key = data.comparison;
    if (data.job_id === null) {
      await this.#fetch(ticket);
      return;
    }
    this.#set({ kind: 'running', id: data.job_id, job: null });
    await this.#look();
  }

  /** Asks how the job stands: its events may have been missed. */
  async #look() {
    if (this.state.kind !== 'running') return;
    const { status, data } = await this.requests.job(this.state.id);
    if (status === 200) this.#take(data);
  }

  #take(job) {
    if (this.state.kind !== 'running' || job.id !== this.state.id) return;
    if (job.state === 'done') this.#fetch(this.ticket);
    else if (job.state === 'failed') this.#set({ kind: 'failed', error: job.error, hint: job.hint });
    else if (job.state === 'cancelled') this.#set({ kind: 'failed', error: t('models.compare.cancelled'), hint: '' });
    else this.#set({ kind: 'running', id: job.id, job });
  }

  async #fetch(ticket) {
    this.state = { kind: 'asking' }; // drawn as it was, but no event fetches twice
    const { status, data } = await this.requests.comparison(this.key);
    if (ticket !== this.ticket) return;
    this.#set(status === 200 ? { kind: 'done', data } : { kind: 'failed', ...data });
  }
}
