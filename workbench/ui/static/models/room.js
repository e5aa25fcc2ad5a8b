/** What the tab knows: tasks, versions, which two are compared; and what can be done with them. */

import { t } from '../frame/catalogue.js';
import { Comparing } from './comparing.js';
import { rest } from './rest.js';
import { first, partner } from './versions.js';

const WAIT = 1000; // milliseconds in which events are gathered
const FALLBACK = [{ task: 'ocr', measures: [] }];

/** The state of the tab; its panes draw it whenever `changed` is told. */
export class Room {
  /** Begins with nothing; `load` fills it. */
  constructor(frame) {
    this.frame = frame;
    this.rest = rest(frame.api);
    this.tasks = FALLBACK;
    this.lists = new Map(); // versions by task
    this.task = FALLBACK[0].task;
    this.loaded = false;
    this.failure = null; // {error, hint} when the versions could not be fetched
    this.refusal = null; // {error, hint} of what was asked last
    this.policy = null;
    this.making = new Map(); // names of the models that are being made of others, by their job
    this.a = null;
    this.b = null;
    this.listeners = [];
    this.comparing = new Comparing(frame, this.rest, () => this.changed('comparison'));
  }

  /** Has `listener` called with what changed: `versions`, `choice`, `comparison`, `making`, `policy` or `refusal`. */
  on(listener) {
    this.listeners.push(listener);
  }

  /** Tells the panes. */
  changed(what) {
    for (const listener of this.listeners) listener(what);
  }

  /** Versions of the task that is shown. */
  get versions() {
    return this.lists.get(this.task) ?? [];
  }

  /** Measures of the task that is shown, the headline first. */
  get measures() {
    return this.tasks.find(({ task }) => task === this.task)?.measures ?? [];
  }

  /** The version of a full name, or `null`. */
  version(model) {
    return this.versions.find((version) => version.model === model) ?? null;
  }

  /** The two versions that are chosen, `b` against `a`; each may be `null`. */
  get pair() {
    return { a: this.version(this.a), b: this.version(this.b) };
  }

  /** Fetches tasks, versions and policy, then opens what the address names. */
  async load() {
    const { status, data } = await this.rest.tasks();
    if (status === 200 && data.tasks.length) this.tasks = data.tasks;
    const [, policy, jobs] = await Promise.all([this.#fetch(), this.rest.policy(), this.rest.unfinished()]);
    if (jobs.status === 200) jobs.data.forEach((job) => this.#begun(job));
    this.policy = policy.status === 200 ? policy.data.promotion : null;
    this.loaded = true;
    this.openAddress();
    this.changed('versions');
    this.changed('policy');
  }

  /** Fetches the versions of every task anew. */
  async #fetch() {
    const answers = await Promise.all(this.tasks.map(({ task }) => this.rest.versions(task)));
    const failed = answers.find(({ status }) => status !== 200);
    this.failure = failed ? failed.data : null;
    answers.forEach(({ status, data }, at) => status === 200 && this.lists.set(this.tasks[at].task, data));
  }

  /** Fetches the versions anew; what is chosen stays, unless it is gone. */
  async refresh() {
    await this.#fetch();
    const { a, b } = this.pair;
    if (this.b && !b) this.#open(first(this.versions), null);
    else if (b && !a) this.#open(b, null);
    this.changed('versions');
  }

  /** Follows what happens on the server. */
  follow() {
    let timer = 0;
    const soon = () => {
      timer ||= setTimeout(() => {
        timer = 0;
        this.refresh();
      }, WAIT);
    };
    this.frame.on('model', soon);
    this.frame.on('resync', soon);
    this.frame.on('job', ({ job }) => {
      if (!job) return;
      this.#begun(job);
      this.#made(job);
    });
    this.frame.on('resync', () => this.#look());
    this.frame.on('address', (parts) => this.#follow(parts));
  }

  /** Opens what the address names, or what is newest. */
  openAddress() {
    const { model, with: other } = this.frame.address.get();
    const task = model?.split('/')[1];
    if (this.lists.has(task)) this.task = task;
    this.#open(this.version(model) ?? first(this.versions), this.version(other));
  }

  /** Follows an address from elsewhere, which may name a version that was made a moment ago. */
  async #follow({ tab, model }) {
    if (tab !== 'models') return;
    if (model && ![...this.lists.values()].flat().some((version) => version.model === model)) await this.#fetch();
    this.openAddress();
    this.changed('versions');
  }

  /** Shows another task. */
  chooseTask(task) {
    this.task = task;
    this.#open(first(this.versions), null, { push: true });
    this.changed('versions');
  }

  /** Selects a version and what it is compared with: by default what stands nearest. */
  choose(b, a = null) {
    this.#open(b, a, { push: true });
  }

  #open(b, a, { push = false } = {}) {
    const other = b && (a && a.model !== b.model ? a : partner(b, this.versions));
    this.b = b?.model ?? null;
    this.a = other?.model ?? null;
    this.refusal = null;
    const { address } = this.frame;
    if (address.get().tab === 'models') address.set({ model: this.b, with: this.a }, { push });
    if (b && other && !b.problem && !other.problem) this.comparing.open(this.a, this.b);
    else this.comparing.close();
    this.changed('choice');
  }

  /** Goes elsewhere in the workbench. */
  go(parts) {
    this.frame.address.go(parts);
  }

  /** Makes a version the one that reads. */
  async promote(version) {
    const { status, data } = await this.rest.promote(version.model);
    await this.#settled(status, data, () => t('models.say.promoted', { model: version.model }));
  }

  /** Takes the last promotion of a name back. */
  async rollBack(version) {
    const { status, data } = await this.rest.rollBack(version.name);
    await this.#settled(status, data, () => (data.model ? t('models.say.promoted', { model: data.model }) : t('models.say.none_promoted')));
  }

  /** Has one model made of several; what was refused, `{error, hint}`, or `null` when it is on its way. */
  async combine(what) {
    const { status, data } = await this.rest.combine(what);
    if (status !== 202) return data;
    this.making.set(data.job_id, what.name);
    this.changed('making');
    this.frame.say(t('models.combine.making', { name: what.name }));
    this.#look();
    return null;
  }

  /** Asks how the makings stand: their events may have been missed. */
  async #look() {
    const answers = await Promise.all([...this.making.keys()].map((id) => this.rest.job(id)));
    for (const { status, data } of answers) if (status === 200) this.#made(data);
  }

  /** Takes note of a model that is being made, here, in another window or before this one was opened. */
  #begun({ id, kind, state, title }) {
    if (!kind.endsWith('.combine') || !['queued', 'running'].includes(state) || this.making.has(id)) return;
    this.making.set(id, title);
    this.changed('making');
  }

  /** Follows the making of a model to its end. */
  async #made({ id, state, result, error, hint }) {
    const name = this.making.get(id);
    if (name === undefined || !['done', 'failed', 'cancelled'].includes(state)) return;
    this.making.delete(id);
    if (state === 'done') {
      await this.refresh();
      this.frame.say(t('models.combine.made', { model: result.model }));
    } else {
      this.refusal = { error: error || t('models.combine.cancelled', { name }), hint };
      this.changed('refusal');
    }
    this.changed('making');
  }

  async #settled(status, data, words) {
    const done = status >= 200 && status < 300;
    this.refusal = done ? null : data;
    this.changed('refusal');
    if (!done) return;
    this.frame.say(words());
    await this.refresh();
  }

  /** Chooses how versions are promoted: `hand` or `auto`. */
  async setPolicy(promotion) {
    const { status, data } = await this.rest.setPolicy(promotion);
    if (status === 200) this.policy = data.promotion;
    else this.refusal = data;
    this.changed('policy');
    this.changed('refusal');
  }
}
