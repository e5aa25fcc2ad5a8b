/** The menus of the bar, and all of them together on a narrow screen. */

import { t } from '../frame/catalogue.js';
import { freeze } from './freeze.js';
import { query } from './filter.js';
import { shortModel } from './words.js';

const FORMATS = ['csv', 'jsonl', 'sqlite'];
const DAYS = [7, 30];

/** Opens a menu of one part of the filter: any, or one of `values`. */
function choose(button, ledger, { name, values, label, labelOf = (value) => value, same = (a, b) => a === b }) {
  const now = ledger.filter[name];
  const word = name === 'days' ? 'time' : name;
  const entry = (value, words) => ({ label: words, checked: same(value, now), run: () => ledger.choose({ [name]: value }) });
  ledger.frame.menu(button, [entry(null, t(`feedback.any.${word}`)), '-', ...values.map((value) => entry(value, labelOf(value)))], { label });
}

/** Which project. */
export async function projectMenu(button, ledger) {
  const { projects: values } = await ledger.choices();
  choose(button, ledger, { name: 'project', values, label: t('feedback.menu.project'), labelOf: ({ name }) => name, same: (a, b) => a?.id === b?.id });
}

/** Whose words. */
export async function personMenu(button, ledger) {
  const { people: values } = await ledger.choices();
  choose(button, ledger, { name: 'person', values, label: t('feedback.menu.person') });
}

/** Whose readings. */
export async function modelMenu(button, ledger) {
  const { models: values } = await ledger.choices();
  const short = values.map(shortModel);
  const labelOf = (model) => (short.filter((name) => name === shortModel(model)).length > 1 ? model : shortModel(model));
  choose(button, ledger, { name: 'model', values, label: t('feedback.menu.model'), labelOf });
}

/** How long ago. */
export function timeMenu(button, ledger) {
  choose(button, ledger, { name: 'days', values: DAYS, label: t('feedback.menu.time'), labelOf: (count) => t('feedback.time.days', { count }) });
}

/** The files with what is shown. */
const files = (ledger) => FORMATS.map((format) => ({
  label: t(`feedback.export.${format}`), note: t(`feedback.export.${format}_note`), href: `/feedback/export?${query(ledger.filter, { format })}`, download: '',
}));

/** What is shown as a file. */
export function exportMenu(button, ledger) {
  ledger.frame.menu(button, files(ledger), { label: t('feedback.export.button'), align: 'end' });
}

/** Everything of the bar that a narrow screen has no room for. */
export function moreMenu(button, ledger) {
  const later = (open) => () => requestAnimationFrame(() => open(button, ledger));
  const { project, person, model, days } = ledger.filter;
  ledger.frame.menu(button, [
    { label: t('feedback.menu.project'), note: project?.name, run: later(projectMenu) },
    { label: t('feedback.menu.person'), note: person ?? '', run: later(personMenu) },
    { label: t('feedback.menu.model'), note: model ? shortModel(model) : '', run: later(modelMenu) },
    { label: t('feedback.menu.time'), note: days ? t('feedback.time.days', { count: days }) : '', run: later(timeMenu) },
    '-', { label: t('feedback.freeze.button'), run: () => freeze(ledger) },
    '-', ...files(ledger),
  ], { label: t('feedback.more'), align: 'end' });
}
