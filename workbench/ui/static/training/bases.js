/** What a training may start from, as a list to choose from. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { ltr } from './words.js';

/** A base in words: its name and version, or the engine that begins from nothing. */
export function baseLabel(base) {
  if (base.version === null) return t('training.base.nothing', { engine: base.engine });
  const model = `${base.name} v${base.version}`;
  return base.promoted ? t('training.base.promoted', { model }) : ltr(model);
}

/**
 * The model that a training starts from where nobody chooses one: what reads the script of most of its lines.
 *
 * @param {object} task as the server describes it
 * @param {{script: string, examples: number}[]} projects those that were chosen
 */
export function usualBase({ usual, bases }, projects) {
  const lines = {};
  for (const { script, examples } of projects) lines[script] = (lines[script] ?? 0) + examples;
  const [script] = Object.keys(lines).sort((a, b) => lines[b] - lines[a]);
  return usual[script] ?? usual[''] ?? bases[0]?.model ?? '';
}

/**
 * Fills a `<select>`: models first, what begins from nothing last.
 *
 * @param {HTMLSelectElement} select
 * @param {object[]} bases as the server lists them
 * @param {HTMLOptionElement[]} [first] options that stand before all others
 */
export function baseSelect(select, bases, first = []) {
  const option = (base) => element('option', { value: base.model }, baseLabel(base));
  const models = bases.filter(({ version }) => version !== null);
  const engines = bases.filter(({ version }) => version === null);
  const groups = models.length && engines.length;
  replace(select, first, models.map(option), groups ? element('optgroup', { label: t('training.base.from_nothing') }, engines.map(option)) : engines.map(option));
}
