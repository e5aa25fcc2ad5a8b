/** One entry as a row of the table; on a narrow screen the same cells are a card. */

import { t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';
import { languageOf } from '../ocr/text.js';
import { change, clock, day, learner, placeOf, secondsWords, shortModel } from './words.js';

const PICTURE = 80; // pixels of height asked for: twice what is shown, for screens of fine dots

/** The columns in their order; the arrow has no name. */
export const COLUMNS = ['when', 'where', 'image', 'before', 'arrow', 'after', 'model', 'person', 'time', 'training'];

const changes = new WeakMap();

/** What became of the text of an entry; its cells ask for it several times. */
function partsOf(entry) {
  if (!changes.has(entry)) changes.set(entry, change(entry.before, entry.after));
  return changes.get(entry);
}

/** Builds the row of an entry. */
export function rowOf(entry, frame) {
  const cells = { when, where, image, before, arrow, after, model, person, time, training };
  const node = element('tr', { role: 'row', tabindex: '-1', data: { id: entry.id, day: day(entry.created) } },
    COLUMNS.map((name) => element(`td.feedback-${name}`, { role: 'gridcell' }, cells[name](entry, frame))));
  node.querySelector('img')?.addEventListener('error', ({ target }) => target.replaceWith(element('span.feedback-no-image', {}, t('feedback.no_image'))));
  return node;
}

/** Where the line of an entry is shown. */
const addressOf = ({ project, page, line }) => `/?tab=ocr&project=${project.id}&page=${page.id}&line=${line.id}`;

/** When it was said: the time, and the day where it is another one than in the row above. */
function when({ created }, { moment }) {
  return element('time', { datetime: new Date(created * 1000).toISOString(), title: moment(created) }, clock(created), element('small', {}, day(created)));
}

/** The page and line, as a link; the project under it. */
function where(entry) {
  const { page, project, line } = entry;
  const number = line.number === null ? t('feedback.not_a_line') : t('feedback.line', { number: line.number });
  return [element('a', { href: addressOf(entry), tabindex: '-1' }, element('bdi', {}, page.name), t('feedback.comma'), number), element('small', {}, element('bdi', {}, project.name))];
}

/** The line as it was written; where it is too long for its place, the part with the change is in sight. */
function image(entry) {
  const { image: address, direction, state } = entry;
  const place = state === 'unreadable' ? 0 : placeOf(partsOf(entry));
  const ink = `${Math.round(100 * (direction === 'rtl' ? 1 - place : place))}%`;
  return element('img', { src: `${address}?height=${PICTURE}`, alt: '', loading: 'lazy', decoding: 'async', style: { '--feedback-ink': ink } });
}

/** Text of a line, in its own direction and language. */
function said(entry, text, parts) {
  return element('bdi.feedback-text', { dir: entry.direction, lang: languageOf(text) }, parts);
}

/** A sentence in the place of a text. */
const instead = (words, className = '') => element('span.feedback-instead', { class: className }, words);

/** One side of what changed: the parts that are on both sides, and those of this side marked. */
function side(entry, kind) {
  const tag = { removed: 'del', added: 'ins' }[kind];
  const own = partsOf(entry).filter((part) => part.kind === 'same' || part.kind === kind);
  return own.map(({ kind: found, text }) => (found === 'same' ? text : element(tag, {}, text)));
}

/** What the model had read, with what was taken away struck. */
function before(entry) {
  const { before: text, state } = entry;
  if (!text) return instead(t('feedback.empty_text'));
  return said(entry, text, state === 'unreadable' ? text : side(entry, 'removed'));
}

/** From before to after. */
function arrow(_, { direction }) {
  return element('span', { 'aria-hidden': 'true' }, direction() === 'rtl' ? '←' : '→');
}

/** What the person made of it, or said of it. */
function after(entry) {
  const { before: old, after: text, state, reason, action } = entry;
  if (state === 'unreadable') return instead(reason ? t('feedback.unreadable_because', { reason }) : t('feedback.unreadable'), 'feedback-lost');
  if (action === 'accept' || old === text) return instead(t('feedback.accepted'));
  const note = action === 'import' || action === 'restore' ? element('small', {}, t(`feedback.action.${action}`)) : null;
  return [text ? said(entry, text, side(entry, 'added')) : instead(t('feedback.empty_text')), note];
}

/** The model whose reading it was. */
function model({ model: full }) {
  return full && element('bdi', { dir: 'ltr', title: full }, shortModel(full));
}

/** Who said it. */
const person = ({ person: name }) => element('bdi', {}, name);

/** How long it took. */
const time = ({ seconds }) => seconds !== null && element('bdi', {}, secondsWords(seconds, 0));

/** Whether a model has learnt from it. */
function training({ learnt_by: by, to_learn: open, model: full }) {
  if (by) return element('span', { title: by }, t('feedback.learnt_by', { version: learner(by, full) }));
  return open ? t('feedback.not_yet') : element('span', { title: t('feedback.never_hint') }, t('feedback.never'));
}
