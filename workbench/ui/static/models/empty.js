/** What stands where there is no comparison: one sentence and one action, a job on its way, or the shape of what will come. */

import { percent, t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { told } from '../frame/progress.js';

/** One sentence, what to do, and at most one action. */
export function emptyState({ glyph = 'info', title, text, label, run }) {
  return element('div.models-empty', { class: glyph === 'triangle' ? 'models-wrong-state' : '' }, icon(glyph, { size: 24 }), element('h2', { dir: 'auto' }, title),
    text && element('p', { dir: 'auto' }, text), label && element('button.wb-button.wb-primary', { type: 'button', data: { key: 'empty' }, onclick: run }, label));
}

/** A job on its way: the step in words, and how far it is when that is known. */
export function progressState(job) {
  const known = typeof job?.progress === 'number' && job.progress > 0;
  const share = known ? Math.round(job.progress * 100) : 0;
  const waits = !job || job.state === 'queued';
  const words = waits ? t('frame.job.queued') : told(job.message ?? '') || t('frame.job.running');
  const value = known ? { 'aria-valuenow': share } : {};
  return element('div.models-empty', {}, icon(waits ? 'clock' : 'ring', { size: 24, spin: !waits }), element('h2', {}, t('models.compare.running')),
    element('span.wb-bar.models-progress', { role: 'progressbar', 'aria-label': t('models.compare.running'), 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuetext': words, ...value },
      element('span.wb-bar-fill', { style: { 'inline-size': `${share}%` } })),
    element('p', {}, words, known && ` · ${percent(job.progress)}`));
}

/** The shape of a comparison, seen only by whoever waits for longer. */
export function skeleton() {
  const block = (name) => element(`div.wb-skeleton.models-skeleton-${name}`);
  return element('div.models-skeleton', { 'aria-hidden': 'true' }, block('table'), block('line'), block('line'), block('line'));
}
