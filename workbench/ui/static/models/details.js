/** Everything about one version: card, figures, options, lineage, who uses it. */

import { moment, number, percent, t } from '../frame/catalogue.js';
import { openDialog } from '../frame/dialog.js';
import { element, replace } from '../frame/dom.js';
import { errorNote } from '../frame/notes.js';
import { markdown } from './markdown.js';
import { reliability } from './reliability.js';
import { titleOf, upright } from './words.js';

/** Opens the dialog of `version`. */
export async function openDetails(version, room) {
  const label = t('models.details.title', { model: version.model });
  const body = element('div.models-details', { tabindex: '0', role: 'group', 'aria-label': label }, element('div.wb-skeleton'));
  openDialog({ title: label, body, wide: true });
  const { status, data } = await room.rest.details(version.model);
  if (status !== 200) replace(body, errorNote(data));
  else replace(body, sections(data, (model) => model && room.version(model)?.title));
}

/** The sections, those without content left out. */
function sections(version, titleOf) {
  const { description = {}, metrics: { parts: apart, ...rest } = {}, lineage = [], used_by: users = [] } = version;
  return [
    facts(version),
    section('parts', parts(apart)),
    section('calibration', reliability(description.calibration)),
    section('metrics', definitions(rest)),
    section('options', definitions(description.options)),
    section('lineage', lineage.length > 1 && element('ol', {}, lineage.map((model) => element('li', {}, name(model), titleOf(model) && ` ${titleOf(model)}`)))),
    section('used_by', users.length > 0 && element('ul', {}, users.map((project) => element('li', { dir: 'auto' }, project)))),
    section('card', version.card && element('div.models-card', {}, markdown(version.card))),
  ];
}

/** A section with its heading; nothing without content. */
const section = (key, content) => Boolean(content) && element('section', {}, element('h3', {}, t(`models.details.${key}`)), content);

/** A full name, which runs from left to right in every language. */
const name = (model) => element('bdi.models-mono', { dir: 'ltr' }, model);

/** What is known of every version. */
function facts(version) {
  const rows = [
    ['name', element('bdi', {}, version.title)],
    ['engine', element('bdi', {}, version.engine)],
    ['script', version.script && element('bdi', {}, version.script)],
    ['created', version.created && moment(version.created)],
    ['learnt', version.examples && t('models.details.learnt_from', { lines: t('models.lines', { count: version.examples }), pages: t('models.documents', { count: version.documents ?? 0 }) })],
    ['parent', version.parent && name(version.parent)],
    ['problem', version.problem && element('bdi', {}, version.problem)],
  ];
  return element('dl', {}, rows.filter(([, value]) => value).map(([key, value]) => row(t(`models.details.${key}`), value)));
}

/** One row of a list of definitions. */
const row = (term, value) => element('div', {}, element('dt', {}, term), element('dd', {}, value));

/** What else was measured: letters, words, signs apart. */
function parts(rates) {
  const entries = Object.entries(rates ?? {});
  return entries.length > 0 && element('dl', {}, entries.map(([key, value]) => row(titleOf({ name: key, title: key }), rate(value))));
}

/** Names and values of a file, as they are written there. */
function definitions(values) {
  const entries = Object.entries(values ?? {});
  return entries.length > 0 && element('dl', {}, entries.map(([key, value]) => row(name(key), figure(value))));
}

/** A value: a rate with its interval, a number, or what else it may be. */
function figure(value) {
  if (typeof value === 'number') return upright(number(value, { maximumFractionDigits: 4 }));
  if (typeof value?.value === 'number') return rate(value);
  return element('bdi.models-mono', { dir: 'ltr' }, typeof value === 'string' ? value : JSON.stringify(value));
}

/** A rate, or a score: value, then interval, n and normal form in quiet type. */
function rate({ value, low, high, n, form, score }) {
  const words = (of) => (score ? number(of, { minimumFractionDigits: 1, maximumFractionDigits: 1 }) : percent(of, 1));
  const parts = [typeof low === 'number' && upright(`${words(low)} – ${words(high)}`), typeof n === 'number' && upright(`n = ${number(n)}`), form && upright(form)];
  return [words(value), ' ', element('small', {}, parts.filter(Boolean).join(' · '))];
}
