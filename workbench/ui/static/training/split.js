/** Which pages a training learns from, which measure it, and which it never sees: told page by page. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { trouble, went } from './rest.js';

const SPLITS = ['auto', 'train', 'held_out', 'test'];

/** Opens the list of the pages of the chosen projects. */
export async function showPages(room) {
  const outcome = element('p.training-fault', { role: 'alert', hidden: true });
  const body = element('div', {}, element('p.wb-skeleton.training-bone'));
  room.frame.dialog({ title: t('training.split.title'), wide: true, body: [element('p', {}, t('training.split.text')), outcome, body] });
  const answer = await room.rest.pages(room.form.projects.value, room.form.task?.task ?? 'ocr');
  if (!went(answer)) {
    replace(body, element('p', { role: 'alert' }, trouble(answer)));
    return;
  }
  const head = ['page', 'lines', 'use'].map((key) => element('th', { scope: 'col' }, t(`training.split.${key}`)));
  replace(body, element('table.training-pages', {}, element('thead', {}, element('tr', {}, head)),
    element('tbody', {}, answer.data.map((page) => row(room, page, outcome)))));
}

/** One page. */
function row(room, page, outcome) {
  const choice = element('select.wb-input', { 'aria-label': t('training.split.use_of', { name: page.name }) },
    SPLITS.map((split) => element('option', { value: split }, t(`training.split.${split}`))));
  choice.value = page.split ?? 'auto';
  choice.addEventListener('change', async () => {
    const answer = await room.rest.setSplit(page.page_id, choice.value);
    outcome.hidden = went(answer);
    replace(outcome, went(answer) ? '' : trouble(answer));
    if (went(answer)) page.split = choice.value === 'auto' ? null : choice.value;
    else choice.value = page.split ?? 'auto';
    room.form.check.again();
  });
  return element('tr', {}, element('td', {}, element('bdi', {}, page.name), element('small', { dir: 'auto' }, page.project)), element('td', {}, page.examples), element('td', {}, choice));
}
