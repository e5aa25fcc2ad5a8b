/** What a training is called, where it stands and what became of it, in words. Pure. */

import { direction, duration, has, moment, number, t } from '../frame/catalogue.js';
import { told } from '../frame/progress.js';

export const ACTIVE = ['running', 'cancelling', 'queued'];
export const GLYPHS = { queued: 'clock', running: 'ring', cancelling: 'square', done: 'check', failed: 'triangle', cancelled: 'barred' };
export const FAR = 60; // more epochs are a bound that nobody expects to reach

/** Figures with signs or units between them, which would fall apart in a line that runs from right to left. */
export function ltr(text) {
  return direction() === 'rtl' ? `\u2066${text}\u2069` : text;
}

/** Words of the server or of a person, which keep their own direction inside a sentence of the interface. */
export function own(text) {
  return text && `\u2068${text}\u2069`;
}

/** A share of errors in hundredths, always with one decimal: `4.8`. */
export function hundredths(share) {
  return number(share * 100, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** A share of errors: `4.8 %`. */
export function rate(share) {
  return ltr(`${hundredths(share)}\u202f%`);
}

/** Seconds as they are, up to an hour: `7 min 12 s`. */
export function exact(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60 || whole >= 3600) return duration(whole);
  const minutes = t('frame.time.minutes', { count: Math.floor(whole / 60) });
  return whole % 60 ? `${minutes} ${t('frame.time.seconds', { count: whole % 60 })}` : minutes;
}

/** A task in words: as its tab is called, where it has one. */
export function taskWords(task, title = task) {
  const key = `frame.tab.${task}`;
  return has(key) ? t(key) : title;
}

/** The parts of a model's full name: `noa/ocr/hebrew-letters/v2`. */
export function modelParts(full) {
  const [, name, version] = /^(.*)\/v(\d+)$/.exec(full ?? '') ?? [null, full ?? '', null];
  return { name, short: name.split('/').pop(), version };
}

/** Whether it trains for every fold, to measure, and keeps no model. */
export function isCross({ job }) {
  return job.kind === 'train.cross_validate';
}

/** What a training makes: `hebrew-letters v3`. */
export function titleOf({ name, version, job }) {
  const words = name || job.title;
  if (isCross({ job })) return t('training.folds.title', { name: own(words) });
  return ltr(version ? `${words} v${version}` : words);
}

/** The state to show: one that was asked to end well is stopping. */
export function stateOf({ job, asked }) {
  return job.state === 'running' && asked === 'finish' ? 'cancelling' : job.state;
}

/** The first word of what is measured: `CER`. */
export function measured({ measure }) {
  return (measure?.title ?? '').split(',')[0];
}

/** What a training began with: a version of its own name, another model, or nothing. */
export function beganWith({ base_model: base, name }) {
  const parts = modelParts(base);
  if (!parts.version) return t('training.from.nothing');
  if (parts.short === name) return t('training.from.version', { version: `v${parts.version}` });
  return t('training.from.model', { model: `${parts.name} v${parts.version}` });
}

/** From what, with how much, when and by whom. */
export function origin(training) {
  const { job, split, dataset, author, resumes } = training;
  const lines = (isCross(training) ? null : split?.train?.examples) ?? dataset?.examples;
  const when = job.started ? t('training.started', { time: moment(job.started), person: author }) : t('training.asked', { time: moment(job.created), person: author });
  return [beganWith(training), resumes && t('training.resume.from', { job: resumes }), lines && t('training.count.lines', { count: lines }), when].filter(Boolean).join(' · ');
}

/** How long it has taken and how long it may still take. */
export function timing({ job, seconds, left_seconds: left }) {
  const parts = [seconds !== null && seconds !== undefined && exact(seconds)];
  if (job.state === 'running' && left !== null && left !== undefined) parts.push(t('training.left', { time: duration(left) }));
  return parts.filter(Boolean).join(t('training.comma'));
}

/** The two figures and the pages they were measured on. */
function outcome(training) {
  const { before, now, split, job } = training;
  const folds = isCross(training) && t('training.count.folds', { count: job.metrics?.folds ?? 0 });
  const pages = folds || t('training.count.held_out', { count: split?.held_out?.documents ?? 0 });
  if (!now) return t('training.happened.done');
  const figures = before ? `${hundredths(before.value)} → ${hundredths(now.value)}\u202f%` : `${hundredths(now.value)}\u202f%`;
  return t('training.happened.figures', { figures: ltr(`${measured(training)} ${figures}`), pages });
}

/** What became of one that is done. */
function whenDone(training) {
  const { model, promoted_by: person } = training;
  if (!model && training.job.message) return own(told(training.job.message));
  return [outcome(training), person && t('training.happened.promoted', { person })].filter(Boolean).join(' ');
}

/** Why one still waits: what runs before it, of which `before` are known here, the running one first. */
function whenQueued({ job }, before) {
  const running = before.find((other) => other.job.state !== 'queued');
  const count = Math.max(job.queue_position ?? 0, before.length);
  if (count <= 1 && running) return t('training.happened.next', { title: titleOf(running) });
  return count ? t('training.happened.behind', { count }) : t('training.happened.soon');
}

/** The step that a running training is at; the line that its log has for an epoch is said in fewer words. */
export function stepWords({ job, options }) {
  const message = job.message ?? '';
  const [, fold, folds, within] = /^fold (\d+) of (\d+): (.*)$/s.exec(message) ?? [];
  if (fold) return [t('training.folds.step', { fold: Number(fold), folds: Number(folds) }), stepWords({ job: { ...job, message: within }, options })].join(t('training.comma'));
  const epoch = /^epoch (\d+)(?: {2}|$)/.exec(message)?.[1];
  if (!epoch) return own(told(message)) || t(`frame.job.${job.state}`);
  return options?.epochs <= FAR ? t('training.step.of', { epoch: Number(epoch), epochs: options.epochs }) : t('training.step.epoch', { epoch: Number(epoch) });
}

/** What a training that failed leaves behind. */
export function keptWords({ best_epoch: best, resumable }) {
  return [t(best ? 'training.happened.kept' : 'training.happened.log_kept'), resumable && t('training.happened.resumable')].filter(Boolean).join(' ');
}

/**
 * One sentence of what happened to a training.
 *
 * @param {object} training
 * @param {object[]} [before] trainings that run or wait before it
 */
export function happened(training, before = []) {
  const { job } = training;
  const state = stateOf(training);
  if (state === 'queued') return whenQueued(training, before);
  if (state === 'done') return whenDone(training);
  if (state === 'failed') return [own(job.error), keptWords(training)].filter(Boolean).join(' ');
  if (state === 'cancelled') return [t('training.happened.cancelled'), training.resumable && t('training.happened.resumable')].filter(Boolean).join(' ');
  if (training.asked === 'finish' && job.state === 'running') return t('training.happened.finishing');
  return stepWords(training);
}

/** Trainings that come before this one, from a list of all. */
export function aheadOf(training, all) {
  return all.filter(({ job }) => ACTIVE.includes(job.state) && (job.state !== 'queued' || job.id < training.job.id) && job.id !== training.job.id);
}

/** The words of the button that tries again: with what it changes, where that is known. */
export function againLabel({ again }) {
  const { batch, ...others } = again?.options ?? {};
  if (Object.keys(others).length) return own(again.why);
  return batch ? t('training.again.batch', { batch }) : t('training.again.plain');
}

/** A name that may stand in addresses and folders: small Latin letters, digits, hyphens. Empty when nothing is left. */
export function slug(text) {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40);
}

/**
 * A name to begin with: that of the own model to go on from, else of the project, else of the model.
 *
 * @param {object|null} base `{name}` the full name without version
 * @param {object[]} projects those that were chosen
 * @param {{name: string}[]} names those that there are
 * @param {string} task
 */
export function suggestion(base, projects, names, task) {
  const short = base?.name?.split('/').pop() ?? '';
  if (names.some(({ name }) => name === short)) return short;
  return slug(projects[0]?.name ?? '') || slug(short) || task;
}
