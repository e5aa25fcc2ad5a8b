/** All trainings: what became of each in a sentence, and the one next step. */

import { duration, t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { cancelTraining, modelLink, stateChip, tryAgain } from './current.js';
import { askResume } from './resume_form.js';
import { ACTIVE, againLabel, aheadOf, happened, stateOf, taskWords, titleOf } from './words.js';

const COLUMNS = ['job', 'state', 'happened', 'time'];

/** The table of trainings. */
export class List {
  /** Builds the table. */
  constructor(room) {
    this.room = room;
    this.rows = new Map();
    this.body = element('tbody');
    const head = COLUMNS.map((name) => element('th', { scope: 'col', class: `training-${name}` }, t(`training.list.${name}`)));
    this.node = element('div.training-list', { hidden: true }, element('table', {},
      element('caption.wb-visually-hidden', {}, t('training.list.title')),
      element('thead', {}, element('tr', {}, head, element('th', {}, element('span.wb-visually-hidden', {}, t('training.list.action'))))), this.body));
  }

  /** Draws the rows; one that has not changed stays as it is, so that the focus stays too. */
  paint() {
    const { trainings, shown } = this.room;
    const nodes = trainings.map((training) => {
      const { id } = training.job;
      const facts = { training, ahead: stateOf(training) === 'queued' ? aheadOf(training, trainings) : [], here: shown?.job.id === id };
      const now = JSON.stringify([titleOf(training), stateOf(training), happened(training, facts.ahead), this.#time(training), training.again, training.model, facts.here]);
      const known = this.rows.get(id);
      if (known?.now === now) {
        known.training = training;
        return known.node;
      }
      const entry = { now, training };
      entry.node = this.#row(entry, facts);
      this.rows.set(id, entry);
      if (known?.node.contains(document.activeElement)) queueMicrotask(() => (entry.node.querySelector('td:last-child :is(button, a)') ?? entry.node.querySelector('button')).focus());
      return entry.node;
    });
    if (nodes.length !== this.body.children.length || nodes.some((node, at) => node !== this.body.children[at])) replace(this.body, nodes);
  }

  /** How long it took. */
  #time({ job, seconds }) {
    return job.state === 'queued' || seconds === null || seconds === undefined ? '—' : duration(seconds);
  }

  /** One training. */
  #row(entry, { training, ahead, here }) {
    const { room } = this;
    const { job, task } = training;
    const choose = element('button.training-choose', { type: 'button', 'aria-current': here ? 'true' : null, onclick: () => room.choose(job.id) }, element('bdi', {}, titleOf(training)));
    return element('tr', { class: here ? 'training-here' : '' },
      element('td.training-job', {}, choose, ' ', element('small', {}, taskWords(task))),
      element('td.training-state', {}, stateChip(training)),
      element('td.training-happened', {}, happened(training, ahead)),
      element('td.training-time', {}, this.#time(training)),
      element('td.training-action', {}, this.#action(entry, here)));
  }

  /** The one next step of a training. */
  #action(entry, here) {
    const { room } = this;
    const { training } = entry;
    const state = stateOf(training);
    const button = (words, run, kind = '') => element('button.wb-button.wb-small', { type: 'button', class: kind, 'aria-label': `${words}: ${titleOf(training)}`, onclick: run }, words);
    if (ACTIVE.includes(training.job.state) && state !== 'cancelling') return button(t('frame.job.cancel'), () => cancelTraining(room, entry.training), 'wb-quiet');
    if (training.resumable) return button(t('training.resume'), () => askResume(room, training));
    if (state === 'failed' || state === 'cancelled') return button(againLabel(training), () => tryAgain(room, entry.training));
    if (state === 'done' && here && training.model) return modelLink(room, training.model, true);
    return state === 'done' && button(t('training.open'), () => room.choose(training.job.id), 'wb-quiet');
  }
}
