/** The room: what there is to learn from, the trainings, the one that is shown, and what keeps all of it true. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { Current } from './current.js';
import { Empty } from './empty.js';
import { Form } from './form.js';
import { List } from './list.js';
import { afterPause, atMostEvery } from './pace.js';
import { rest, trouble, went } from './rest.js';
import { Schedules } from './schedules.js';
import { ACTIVE, measured, hundredths, ltr, titleOf } from './words.js';

const SECOND = 1000;
const KINDS = ['train.run', 'train.cross_validate'];

/** The Training tab. Its parts are painted from `choices`, `trainings` and `shown`. */
export class Room {
  /** Builds the room; nothing is fetched yet. */
  constructor(frame) {
    Object.assign(this, { frame, rest: rest(frame.api), choices: null, trainings: [], shown: null, asked: 0, stale: false });
    this.form = new Form(this);
    this.schedules = new Schedules(this);
    this.current = new Current(this);
    this.list = new List(this);
    this.empty = new Empty(this);
    this.note = element('div', { 'aria-live': 'polite' });
    this.opener = element('div.training-narrow', {}, element('button.wb-button.wb-primary', { type: 'button', onclick: () => this.showForm(true) }, icon('plus'), t('training.form.title')));
    this.side = element('section.training-side', { role: 'region', tabindex: '0', 'aria-label': t('training.form.title') }, this.form.node, this.schedules.node);
    this.main = element('section.training-main', { role: 'region', tabindex: '0', 'aria-label': t('training.current') },
      this.opener, this.note, this.empty.node, this.current.node, this.list.node);
    this.node = element('div.training', {}, this.side, this.main);
  }

  /** Fetches everything and follows what happens. */
  async open() {
    this.refreshShown = atMostEvery(() => this.loadShown(), SECOND);
    this.refreshTrainings = atMostEvery(() => this.loadTrainings(), SECOND);
    this.refreshChoices = atMostEvery(() => this.loadChoices(), SECOND);
    const corrected = afterPause(() => this.#corrected(), 2 * SECOND);
    const { frame } = this;
    frame.on('job', ({ job }) => this.#hear(job));
    frame.on('line', corrected);
    for (const kind of ['model', 'page', 'project']) frame.on(kind, corrected);
    frame.on('resync', () => this.load());
    frame.on('address', ({ tab }) => (tab === 'training' || !tab) && this.loadShown());
    frame.on('theme', () => this.current.charts.draw());
    new IntersectionObserver(() => this.visible && this.stale && this.#corrected()).observe(this.node);
    await this.load();
  }

  /** Whether the tab is in front. */
  get visible() {
    return this.node.getClientRects().length > 0;
  }

  /** Fetches everything. */
  async load() {
    await Promise.all([this.loadChoices(), this.loadTrainings()]);
  }

  /** Fetches what a training may start from and learn from. */
  async loadChoices() {
    const answer = await this.rest.choices();
    if (!went(answer)) return this.#failed(answer);
    replace(this.note);
    this.stale = false;
    this.choices = answer.data;
    this.form.paint();
    this.schedules.paint();
    this.paint();
    return true;
  }

  /** Fetches the list of trainings, then the one to show. */
  async loadTrainings() {
    const answer = await this.rest.trainings();
    if (!went(answer)) return this.#failed(answer);
    this.trainings = answer.data;
    this.paint();
    return this.loadShown();
  }

  /** The training to show: the chosen one, else the running one, else the newest. */
  get wanted() {
    const { job } = this.frame.address.get();
    if (job) return job;
    const active = this.trainings.filter((entry) => ACTIVE.includes(entry.job.state));
    return (active.find((entry) => entry.job.state !== 'queued') ?? active.at(-1) ?? this.trainings[0])?.job.id ?? null;
  }

  /** Fetches the training to show, with its curves and its log. */
  async loadShown() {
    const id = this.wanted;
    this.asked += 1;
    const { asked } = this;
    if (id === null) {
      this.shown = null;
      this.paint();
      return;
    }
    const answer = await this.rest.training(id);
    if (asked !== this.asked) return; // another one was asked for meanwhile
    if (answer.status === 404) {
      this.frame.address.set({ job: null });
      this.frame.toast({ kind: 'info', title: answer.data.error, text: answer.data.hint });
      if (this.wanted !== id) await this.loadShown();
      return;
    }
    if (!went(answer)) return;
    this.shown = answer.data;
    const { curves, log, ...entry } = answer.data;
    this.trainings = this.trainings.map((known) => (known.job.id === id ? entry : known));
    this.paint();
  }

  /** Shows a training and keeps it in the address. */
  async choose(id) {
    this.frame.address.set({ tab: 'training', job: id }, { push: true });
    await this.loadShown();
    this.showForm(false);
    this.main.scrollTop = 0;
    this.current.heading.focus({ preventScroll: true });
  }

  /** On a narrow screen: the form in front of the trainings, or behind them. */
  showForm(shown) {
    this.node.classList.toggle('training-with-form', shown);
    if (shown) this.form.node.querySelector('button, select, input')?.focus();
  }

  /** Draws everything that depends on the trainings. */
  paint() {
    const any = this.trainings.length > 0;
    this.opener.hidden = !any && !this.choices?.tasks.some((task) => task.projects.length > 0);
    this.empty.node.hidden = any || this.choices === null;
    this.current.node.hidden = !any || !this.shown;
    this.list.node.hidden = !any;
    if (any && this.shown) this.current.paint(this.shown);
    if (any) this.list.paint();
    else if (this.choices) this.empty.paint();
  }

  /** Goes to another tab without opening the page again. */
  go(parts) {
    this.frame.address.go(parts);
  }

  /** A new training waits in line: show how it stands. */
  async began() {
    this.frame.address.set({ job: null });
    this.showForm(false);
    this.main.scrollTop = 0;
    this.frame.say(t('training.say.began'));
    await this.load();
  }

  /** Asks the server for something about a training, and shows what came of it. Returns whether it was done. */
  async ask(request, said) {
    const answer = await request;
    if (!went(answer)) this.frame.toast({ kind: 'error', title: answer.data?.error ?? '', text: answer.data?.hint ?? '' });
    else if (said) this.frame.say(said);
    await this.loadTrainings();
    return went(answer);
  }

  /** What was corrected meanwhile: fetched when the tab is in front, else when it comes there. */
  #corrected() {
    this.stale = !this.visible;
    if (!this.visible) return;
    this.refreshChoices();
    this.form.check.again();
  }

  /** Takes in what the stream tells of a job. */
  #hear(job) {
    if (!KINDS.includes(job?.kind)) return;
    const known = this.trainings.find((entry) => entry.job.id === job.id);
    const changed = known?.job.state !== job.state;
    if (known) known.job = { ...known.job, ...job };
    if (this.shown?.job.id === job.id) {
      this.shown.job = { ...this.shown.job, ...job };
      this.refreshShown();
    }
    if (changed) {
      this.refreshTrainings();
      this.refreshChoices();
      if (known && !ACTIVE.includes(job.state)) this.#tell(job.id);
    }
    this.paint();
  }

  /** Tells that a training has ended: in words when it is looked at, as a message when another tab is in front. */
  async #tell(id) {
    const answer = await this.rest.training(id);
    if (!went(answer)) return;
    const training = answer.data;
    const { state } = training.job;
    const title = t(`training.say.${state}`, { title: titleOf(training) });
    if (this.visible || state === 'cancelled') {
      this.frame.say(title);
      return;
    }
    const { before, now } = training;
    const figures = before && now ? ltr(`${measured(training)} ${hundredths(before.value)} → ${hundredths(now.value)}\u202f%`) : '';
    const run = () => this.go({ tab: 'training', job: id });
    this.frame.toast({ kind: state === 'done' ? 'done' : 'error', title, text: state === 'done' ? figures : training.job.error, action: { label: t('training.open'), run } });
  }

  /** Says that something could not be fetched; what was shown stays. */
  #failed(answer) {
    if (answer.status !== 0) replace(this.note, element('div.wb-note.wb-error', {}, icon('triangle'), element('div', {}, trouble(answer))));
    return false;
  }
}
