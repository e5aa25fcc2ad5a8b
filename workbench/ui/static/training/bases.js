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
 * Fills a `<select>`: models first, what begins from nothing last; the promoted one is chosen.
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
  const usual = models.find(({ promoted }) => promoted) ?? models[0] ?? engines[0];
  if (!first.length && usual) select.value = usual.model;
}
