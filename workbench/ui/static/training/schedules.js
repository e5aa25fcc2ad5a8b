/** Trainings that begin by themselves: after so many corrections, or every night. */

import { moment, t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { told } from '../frame/progress.js';
import { askSchedule } from './schedule_form.js';
import { trouble, went } from './rest.js';
import { ltr, modelParts } from './words.js';

/** When a schedule begins a training, in words. */
export function whenWords({ every, hour, waiting }) {
  const parts = [
    every && t('training.schedule.every', { count: every }),
    hour !== null && hour !== undefined && t('training.schedule.nightly', { time: ltr(`${String(hour).padStart(2, '0')}:00`) }),
  ].filter(Boolean).join(t('training.comma'));
  return every ? t('training.schedule.waiting', { when: parts, count: waiting }) : parts;
}

/** The list of schedules. */
export class Schedules {
  /** Builds the section. */
  constructor(room) {
    this.room = room;
    this.drawn = '';
    this.list = element('ul.training-schedules');
    this.adder = element('button.wb-button.wb-small', { type: 'button', onclick: () => this.#edit(null) }, icon('plus'), t('training.schedule.add'));
    this.fault = element('p.training-fault', { role: 'alert', hidden: true });
    this.node = element('section.training-auto', { 'aria-label': t('training.schedule.title') }, element('h3', {}, t('training.schedule.title')), this.list, this.fault, this.adder);
  }

  /** Draws the schedules there are. */
  paint() {
    const { schedules, tasks } = this.room.choices;
    const now = JSON.stringify(schedules);
    this.adder.hidden = !tasks.some((task) => task.projects.length);
    if (now === this.drawn) return;
    this.drawn = now;
    const focused = this.list.contains(document.activeElement);
    replace(this.list, schedules.length ? schedules.map((schedule) => this.#row(schedule)) : element('li.wb-quiet-text', {}, t('training.schedule.none')));
    if (focused) (this.list.querySelector('button') ?? this.adder).focus();
  }

  /** One schedule. */
  #row(schedule) {
    const { name, base_model: base, message, ran, job_id: job } = schedule;
    const { short, version } = modelParts(base);
    const from = base ? t('training.from.model', { model: version ? `${short} v${version}` : short }) : t('training.schedule.from_promoted');
    const buttons = [
      ['run', 'wb-quiet', () => this.#run(schedule)], ['edit', 'wb-quiet', () => this.#edit(schedule)], ['delete', 'wb-quiet', () => this.#delete(schedule)],
    ].map(([action, kind, run]) => {
      const words = t(`training.schedule.${action}`);
      return element('button.wb-button.wb-small', { type: 'button', class: kind, 'aria-label': `${words}: ${name}`, onclick: run }, words);
    });
    const last = [ran && t('training.schedule.ran', { time: moment(ran) }), message && told(message)].filter(Boolean).join(' ');
    return element('li', {}, element('strong', {}, element('bdi', {}, name)), element('span.wb-quiet-text', {}, `${whenWords(schedule)} · `, element('bdi', {}, from)),
      last && element('span.wb-quiet-text', {}, job ? element('button.training-look', { type: 'button', onclick: () => this.room.choose(job) }, last) : element('bdi', {}, last)),
      element('span.training-schedule-actions', {}, buttons));
  }

  /** Says what went wrong; true when nothing did. */
  #told(answer) {
    this.fault.hidden = went(answer);
    replace(this.fault, went(answer) ? '' : trouble(answer));
    return went(answer);
  }

  /** Begins a training now. */
  async #run({ id }) {
    const answer = await this.room.rest.runSchedule(id);
    if (this.#told(answer)) await this.room.began();
  }

  /** Changes a schedule, or makes one of what the form says. */
  async #edit(schedule) {
    if (await askSchedule(this.room, schedule)) await this.room.loadChoices();
  }

  /** Deletes a schedule; the models that it made stay. */
  async #delete({ id, name }) {
    const sure = await this.room.frame.confirm({ title: t('training.schedule.delete_title', { name }), text: t('training.schedule.delete_text'), actions: [
      { label: t('training.schedule.keep'), value: false, safe: true }, { label: t('training.schedule.delete'), value: true, kind: 'danger' },
    ] });
    if (sure && this.#told(await this.room.rest.deleteSchedule(id))) await this.room.loadChoices();
  }
}
