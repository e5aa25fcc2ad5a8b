/** The look at the data before a training: what is fine, what is worth a look, what stands in the way. */

import { has, number, t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { afterPause } from './pace.js';
import { trouble, went } from './rest.js';
import { showPages } from './split.js';
import { showSuspects } from './suspects.js';

const GLYPHS = { ok: 'check', warn: 'flag', stop: 'triangle' };
const PAUSE = 300;

/**
 * A finding in words: of the catalogue where it knows them, else as the server says it.
 *
 * @param {object} finding
 * @param {object} result the whole answer, for the split
 */
export function findingWords(finding, result) {
  if (finding.kind === 'split' && result.shared && finding.level !== 'stop') return t('training.optimistic');
  if (finding.kind === 'characters' && finding.level === 'ok' && finding.total === null) return t('training.check.learns');
  const key = `training.check.${finding.kind}.${finding.level}`;
  if (!has(key)) return finding.text;
  const { split } = result;
  return t(key, {
    count: finding.value, characters: finding.characters.join(' '),
    train: split?.train?.documents ?? 0, held: split?.held_out?.documents ?? 0,
  });
}

/** The figure of a finding: `247`, `58 of 58`; none where the words already tell it. */
export function findingFigure(finding) {
  if (finding.kind === 'split') return '';
  if (finding.total !== null && finding.total !== undefined) return t('training.check.of', { value: finding.value, total: finding.total });
  return ['lines', 'pages'].includes(finding.kind) ? number(finding.value) : '';
}

/** The card of the check. */
export class Check {
  /** Builds the card; `onresult` is called when an answer has come. */
  constructor(room, onresult) {
    Object.assign(this, { room, onresult, result: null, fault: '', asked: null, abort: null });
    this.body = element('div', { 'aria-live': 'polite' });
    this.node = element('section.training-check', { 'aria-label': t('training.check.title') }, element('h3', {}, t('training.check.title')), this.body);
    this.later = afterPause(() => this.#fetch(), PAUSE);
    room.frame.on('online', () => this.again());
  }

  /** Looks at what `value` would learn from; the same question is not asked twice. */
  ask({ task, projects, base_model: base, options }) {
    const what = task && projects.length && base ? { task, projects, base_model: base, options } : null;
    const same = JSON.stringify(what) === JSON.stringify(this.asked);
    this.asked = what;
    if (!what) {
      this.abort?.abort();
      Object.assign(this, { result: null, fault: '' });
      this.#paint();
      return;
    }
    if (same && (this.result || this.fault)) return;
    this.#busy();
    this.later();
  }

  /** Looks once more: lines were corrected or pages moved. */
  again() {
    if (!this.asked) return;
    this.#busy();
    this.later();
  }

  /** Says that an answer is on its way; the last one stays until it is here. */
  #busy() {
    this.node.setAttribute('aria-busy', 'true');
    if (!this.result) replace(this.body, [0, 1, 2, 3].map(() => element('p.wb-skeleton.training-bone')));
  }

  /** Fetches the findings. */
  async #fetch() {
    if (!this.asked) return; // the last project was taken out meanwhile
    this.abort?.abort();
    this.abort = new AbortController();
    const { signal } = this.abort;
    const answer = await this.room.rest.check(this.asked, signal);
    if (signal.aborted) return;
    this.result = went(answer) ? answer.data : null;
    this.fault = went(answer) ? '' : trouble(answer);
    this.#paint();
    this.onresult();
  }

  /** Draws the findings. */
  #paint() {
    this.node.removeAttribute('aria-busy');
    if (this.fault) return replace(this.body, element('p.training-finding.training-stop', {}, icon('triangle'), element('span', {}, this.fault)));
    if (!this.result) return replace(this.body, element('p.wb-quiet-text', {}, t('training.check.nothing')));
    return replace(this.body, element('ul.training-findings', {}, this.result.findings.map((finding) => this.#row(finding))));
  }

  /** One finding. */
  #row(finding) {
    const { kind, level, suspects } = finding;
    const words = findingWords(finding, this.result);
    const look = kind === 'split' ? () => showPages(this.room) : suspects?.length > 0 && (() => showSuspects(this.room, words, suspects));
    const shown = kind === 'split' && this.result.shared && level === 'ok' ? 'warn' : level;
    return element('li.training-finding', { class: `training-${shown}`, title: finding.text },
      icon(GLYPHS[shown]), element('span', {}, element('span.wb-visually-hidden', {}, `${t(`training.level.${shown}`)}: `), element('bdi', {}, words)),
      element('span.training-value', {}, findingFigure(finding)),
      look && element('button.training-look', { type: 'button', 'aria-label': t('training.check.look_at', { words }), onclick: look }, t('training.check.look')));
  }

  /** What stands in the way of a training, in words. */
  get obstacle() {
    if (this.fault) return this.fault;
    const stop = this.result?.findings.find(({ level }) => level === 'stop');
    return stop ? findingWords(stop, this.result) : '';
  }
}
