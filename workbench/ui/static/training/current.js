/** The training that is shown: what it is, how far it is, its figures, curves and log, and what can be done. */

import { element, replace } from '../frame/dom.js';
import { t } from '../frame/catalogue.js';
import { icon } from '../frame/icons.js';
import { Charts } from './charts.js';
import { figures } from './figures.js';
import { Folds } from './folds.js';
import { Log } from './log.js';
import { askResume } from './resume_form.js';
import { GLYPHS, againLabel, happened, aheadOf, isCross, keptWords, ltr, measured, origin, rate, stateOf, stepWords, timing, titleOf } from './words.js';

/** The chip of a state. */
export function stateChip(training) {
  const state = stateOf(training);
  return element('span.wb-chip', { class: `wb-${state}` }, icon(GLYPHS[state], { size: 14, spin: state === 'running' }), t(`frame.job.${state}`));
}

/** Asks before a training is lost; what is waiting is cancelled at once. */
export async function cancelTraining(room, training) {
  const { job, best_epoch: best, now } = training;
  if (job.state === 'queued') return room.ask(room.rest.cancel(job.id), t('frame.job.cancelled'));
  const lost = best ? t('training.cancel.best', { epoch: best, figure: now ? ltr(`${measured(training)} ${rate(now.value)}`) : '—' }) : t('training.cancel.nothing');
  const chosen = await room.frame.confirm({ title: t('training.cancel.title'), text: [`${lost} ${t('training.cancel.stays')}`], actions: [
    { label: t('training.cancel.go_on'), value: null, safe: true },
    ...(best && training.asked !== 'finish' ? [{ label: t('training.finish'), value: 'finish' }] : []),
    { label: t('training.cancel.drop'), value: 'drop', kind: 'danger' },
  ] });
  if (chosen === 'finish') return finishTraining(room, training);
  return chosen === 'drop' && room.ask(room.rest.cancel(job.id), t('frame.job.cancelling'));
}

/** Has a training end with the best it has. */
function finishTraining(room, { job }) {
  return room.ask(room.rest.finish(job.id), t('training.say.finishing'));
}

/** Tries again, with the options that the server proposes. */
export async function tryAgain(room, { job, again }) {
  if (await room.ask(room.rest.again(job.id, again?.options))) await room.began();
}

/** The link to a version in the Models tab. */
export function modelLink(room, model, small = false) {
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a window of its own
    event.preventDefault();
    room.go({ tab: 'models', model, with: null });
  };
  return element('a.wb-button', { class: small ? 'wb-small' : '', href: `/?tab=models&model=${encodeURIComponent(model)}`, onclick: open }, t('training.in_models'));
}

/** The view of one training. */
export class Current {
  /** Builds the view. */
  constructor(room) {
    this.room = room;
    this.drawn = '';
    this.chip = element('span');
    this.heading = element('h2', { tabindex: '-1' });
    this.origin = element('p.training-origin');
    this.actions = element('div.training-head-actions');
    this.fill = element('span.wb-bar-fill');
    this.bar = element('div.wb-bar.training-bar', { role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 }, this.fill);
    this.step = element('span');
    this.time = element('span.training-time');
    this.progress = element('div.training-progress', {}, this.bar, element('div.training-step', {}, this.step, this.time));
    this.note = element('div');
    this.figures = element('dl.training-figures');
    this.folds = new Folds();
    this.charts = new Charts();
    this.log = new Log();
    this.node = element('article.training-current', { hidden: true },
      element('header.training-head', {}, this.chip, this.heading, this.origin, this.actions), this.progress, this.note, this.figures, this.folds.node, this.charts.node, this.log.node);
  }

  /** Draws a training; what has not changed stays as it is, so that the focus stays too. */
  paint(training) {
    const { job } = training;
    const state = stateOf(training);
    replace(this.chip, stateChip(training));
    this.#write(this.heading, titleOf(training));
    this.#write(this.origin, origin(training));
    this.#paintActions(training, state);
    this.#paintProgress(training, state);
    this.#paintNote(training, state);
    const cross = isCross(training);
    this.figures.hidden = cross;
    this.charts.node.hidden = cross;
    replace(this.figures, figures(training));
    this.folds.paint(training);
    this.charts.paint(training);
    this.log.paint(training.log ?? [], job.id);
  }

  /** Writes a text where it is another one. */
  #write(node, words) {
    if (node.textContent !== words) replace(node, words);
  }

  /** The buttons of a state. */
  #paintActions(training, state) {
    const { job, model, again, resumable, best_epoch: best } = training;
    const now = JSON.stringify([job.id, state, model, again, resumable, Boolean(best)]);
    if (now === this.drawn) return;
    this.drawn = now;
    const focused = this.actions.contains(document.activeElement);
    const button = (words, run, kind = '') => element('button.wb-button', { type: 'button', class: kind, onclick: run }, words);
    const { room } = this;
    replace(this.actions,
      state === 'running' && !isCross(training) && button(t('training.finish'), () => finishTraining(room, training)),
      (state === 'running' || state === 'queued' || (state === 'cancelling' && job.state === 'running')) && button(t('frame.job.cancel'), () => cancelTraining(room, room.shown), 'wb-danger'),
      resumable && button(t('training.resume'), () => askResume(room, training)),
      (state === 'failed' || state === 'cancelled') && button(againLabel(training), () => tryAgain(room, training)),
      state === 'done' && model && modelLink(room, model));
    if (focused) (this.actions.querySelector('button, a') ?? this.heading).focus();
  }

  /** Bar, step and time; without a known share the step stands in words alone. */
  #paintProgress(training, state) {
    const { job } = training;
    const going = state === 'running' || state === 'cancelling';
    const share = going && job.progress > 0 ? Math.round(job.progress * 100) : null;
    const words = going ? stepWords(training) : happened(training, aheadOf(training, this.room.trainings));
    this.bar.hidden = !going;
    this.bar.setAttribute('aria-label', titleOf(training));
    this.bar.setAttribute('aria-valuetext', words);
    if (share === null) this.bar.removeAttribute('aria-valuenow');
    else this.bar.setAttribute('aria-valuenow', share);
    this.fill.style.inlineSize = `${share ?? 0}%`;
    this.#write(this.step, state === 'failed' ? '' : state === 'cancelling' && training.asked === 'finish' ? `${words}. ${t('training.happened.finishing')}` : words);
    this.#write(this.time, timing(training));
  }

  /** Why a training failed and what to do. */
  #paintNote(training, state) {
    const { job } = training;
    this.note.hidden = state !== 'failed';
    if (state !== 'failed') return replace(this.note);
    const lines = [job.hint, keptWords(training)].filter(Boolean);
    return replace(this.note, element('div.wb-note.wb-error.training-failure', {}, icon('triangle'),
      element('div', {}, element('strong', { dir: 'auto' }, job.error), lines.map((line) => element('p', { dir: 'auto' }, line)))));
  }
}
