/** The job pill: one running job always in sight; a click opens the list with reasons, hints and Cancel. */

import { address } from './address.js';
import { api } from './api.js';
import { moment, percent, t } from './catalogue.js';
import { append, element, replace } from './dom.js';
import { icon } from './icons.js';
import { say } from './live.js';
import { closePopover, popover } from './popover.js';
import { told } from './progress.js';
import { on } from './signals.js';

const LISTED = 20;
const ACTIVE = ['running', 'cancelling', 'queued'];
const GLYPHS = { queued: 'clock', running: 'ring', cancelling: 'square', done: 'check', failed: 'triangle', cancelled: 'barred' };

const jobs = new Map();
const rows = new Map();
let pill = null;
let list = null;

/** The place of the pill in the bar; it is absent while nothing runs and nothing has failed unseen. */
export function jobPlace() {
  pill = element('button.wb-pill', { type: 'button', hidden: true, 'aria-haspopup': 'dialog', 'aria-expanded': 'false', onclick: openList });
  on('job', (event) => event.job && take(event.job));
  on('resync', loadJobs);
  return pill;
}

/** Fetch the latest jobs. */
export async function loadJobs() {
  const { status, data } = await api('GET', `/jobs/?limit=${LISTED}`);
  if (status !== 200) return;
  jobs.clear();
  for (const job of data) jobs.set(job.id, job);
  draw();
}

/** Take in what the stream tells of one job. */
function take(job) {
  const before = jobs.get(job.id);
  jobs.set(job.id, job);
  if (before?.state !== job.state && job.state === 'failed') say(`${job.title}: ${job.error || t('frame.job.failed')}`, { assertive: true });
  draw();
}

/** All jobs, the running ones first, then the newest. */
function ordered() {
  const rank = (job) => (ACTIVE.includes(job.state) ? ACTIVE.indexOf(job.state) : ACTIVE.length);
  return [...jobs.values()].sort((a, b) => rank(a) - rank(b) || b.id - a.id).slice(0, LISTED);
}

/** Draw the pill and, when it is open, the list. */
function draw() {
  const all = ordered();
  const active = all.filter((job) => ACTIVE.includes(job.state));
  const top = active[0];
  const failed = all.filter((job) => job.state === 'failed').length;
  pill.hidden = !top && !failed;
  if (top) drawRunning(top, active.length);
  else if (failed) drawFailed(failed);
  if (list) drawList(all);
}

/** The pill of a running or waiting job, and how many more there are. */
function drawRunning(job, count) {
  const more = count > 1 ? t('frame.job.more', { count: count - 1 }) : '';
  const words = progressWords(job);
  pill.classList.remove('wb-failed');
  replace(pill, element('span.wb-visually-hidden', {}, `${t('frame.jobs')}: `), icon(GLYPHS[job.state], { spin: job.state === 'running' }),
    element('span.wb-pill-title', { dir: 'auto' }, job.title), measured(job) && bar(job),
    element('span.wb-pill-note', {}, words), more && element('span.wb-pill-note', {}, more));
}

/** The pill when nothing runs and something failed. */
function drawFailed(count) {
  const words = t('frame.job.failed_count', { count });
  pill.classList.add('wb-failed');
  replace(pill, icon('triangle'), element('span.wb-pill-title', {}, words));
}

/** Whether a share is known; without one the step is shown in words, never a made-up percentage. */
function measured(job) {
  return job.state === 'running' && typeof job.progress === 'number' && job.progress > 0;
}

/** Where a job stands, in words. */
function progressWords(job) {
  if (job.state === 'running') return measured(job) ? percent(job.progress) : told(job.message) || t('frame.job.running');
  if (job.state === 'queued' && job.queue_position > 0) return t('frame.job.queued_behind', { count: job.queue_position });
  return t(`frame.job.${job.state}`);
}

/** A progress bar with value and text. */
function bar(job) {
  const share = Math.round(job.progress * 100);
  const attributes = { role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': share, 'aria-label': job.title };
  return element('span.wb-bar', attributes, element('span.wb-bar-fill', { style: { 'inline-size': `${share}%` } }));
}

/** Open or close the list. */
function openList() {
  const body = element('ul.wb-jobs');
  const heading = element('div.wb-popover-head', {}, element('h2', {}, t('frame.jobs')));
  const opened = popover(pill, [heading, body], { label: t('frame.jobs'), align: 'end', onclose: forgetList });
  if (!opened) return;
  list = body;
  rows.clear();
  loadJobs();
  drawList(ordered());
}

/** Forget the list when it closes. */
function forgetList() {
  list = null;
  rows.clear();
}

/** Draw the rows; a row that has not changed stays as it is, so that the focus stays too. */
function drawList(all) {
  if (!all.length) {
    replace(list, element('li.wb-job', {}, t('frame.jobs_none')));
    return;
  }
  const kept = all.map((job) => {
    const known = rows.get(job.id);
    const now = JSON.stringify(job);
    if (known?.drawn === now) return known.node;
    const node = jobRow(job);
    rows.set(job.id, { node, drawn: now });
    if (known?.node.contains(document.activeElement)) queueMicrotask(() => (node.querySelector('button') || pill).focus());
    return node;
  });
  list.replaceChildren(...kept);
}

/** One row: what it is, where it stands, why it failed and what to do, and Cancel while that is possible. */
function jobRow(job) {
  const chip = element('span.wb-chip', { class: `wb-${job.state}` }, icon(GLYPHS[job.state], { size: 14, spin: job.state === 'running' }), progressWords(job));
  const node = element('li.wb-job', {}, element('div.wb-job-head', {},
    element('strong', { dir: 'auto' }, titleOf(job)), chip, cancellable(job) && cancelButton(job)));
  append(node, [
    measured(job) && bar(job),
    job.state === 'running' && job.message && element('p', { dir: 'auto' }, told(job.message)),
    job.state === 'failed' && element('p', {}, [job.error, job.hint].filter(Boolean).join(' ')),
    job.finished && element('time', {}, moment(job.finished)),
  ]);
  return node;
}

/** A job's title; that of a training leads to where it is followed. */
function titleOf(job) {
  if (!job.kind.startsWith('train.')) return job.title;
  const open = () => {
    closePopover();
    address.go({ tab: 'training', job: job.id });
  };
  return element('button.wb-linked', { type: 'button', onclick: open }, job.title);
}

/** Whether a job can still be cancelled. */
function cancellable(job) {
  return job.state === 'queued' || job.state === 'running';
}

/** The button that cancels a job; the answer is drawn at once, the stream confirms it. */
function cancelButton(job) {
  const label = t('frame.job.cancel');
  const cancel = async () => {
    const { status, data } = await api('POST', `/jobs/${job.id}/cancel`);
    if (status >= 400) say(`${data.error} ${data.hint}`, { assertive: true });
    if (status === 200 && data?.state) take(data);
    else loadJobs();
  };
  return element('button.wb-button.wb-small', { type: 'button', 'aria-label': `${label}: ${job.title}`, onclick: cancel }, label);
}

/** Open the list from elsewhere (a toast, a key). */
export function showJobs() {
  if (pill.hidden) return;
  closePopover();
  openList();
}
