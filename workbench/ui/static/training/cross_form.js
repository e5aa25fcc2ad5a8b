/** The dialog that begins a cross-validation of what the form says: what is never divided, and in how many folds. */

import { t } from '../frame/catalogue.js';
import { element, freshId, replace } from '../frame/dom.js';
import { baseLabel } from './bases.js';
import { trouble, went } from './rest.js';

const PARTS = ['page', 'source'];
const BOUNDS = { least: 2, most: 50 };
const FEW = 5;

/** What is never divided where nobody says: of several projects each is left out once, of one each page. */
export function usualPart(projects) {
  return projects.length > 1 ? 'source' : 'page';
}

/** How many folds where nobody says: a few of many pages; `null` is one for each page or project. */
export function usualFolds(part, projects) {
  const pages = projects.reduce((sum, { documents }) => sum + documents, 0);
  return part === 'page' && pages > FEW ? FEW : null;
}

/**
 * Asks how, and puts the cross-validation in line.
 *
 * @param {import('./room.js').Room} room its form says of what
 */
export async function askCross(room) {
  const { form } = room;
  const { chosen } = form.projects;
  const fault = element('p.training-fault', { id: freshId('training-cross'), role: 'alert', hidden: true });
  const part = element('select.wb-input', {}, PARTS.map((name) => element('option', { value: name }, t(`training.cross.part.${name}`))));
  const folds = element('input.wb-input', { type: 'number', min: BOUNDS.least, max: BOUNDS.most, step: 1, 'aria-describedby': fault.id });
  const propose = () => {
    folds.placeholder = t(`training.cross.each.${part.value}`);
    folds.value = usualFolds(part.value, chosen) ?? '';
  };
  const tell = (words) => {
    fault.hidden = !words;
    replace(fault, words);
    folds.setAttribute('aria-invalid', String(/fold/i.test(words) || !folds.validity.valid));
  };
  const begin = async () => {
    if (!folds.validity.valid) {
      tell(t('training.cross.bounds', BOUNDS));
      return false;
    }
    const { name, ...what } = form.value;
    const answer = await room.rest.crossValidate({ ...what, by: part.value, folds: folds.value === '' ? null : Number(folds.value) });
    tell(went(answer) ? '' : trouble(answer));
    return went(answer);
  };
  part.value = usualPart(chosen);
  part.addEventListener('change', propose);
  propose();
  const field = (key, node) => element('label.training-label', {}, t(key), node);
  const dialog = room.frame.dialog({
    title: t('training.cross.title'),
    body: element('div.training-window-form', {},
      element('p', {}, t('training.cross.text')),
      element('p.wb-quiet-text', {}, `${baseLabel(form.chosenBase)} · ${form.projects.sum}`),
      field('training.cross.part', part), field('training.cross.folds', folds), fault),
    actions: [{ label: t('training.cancel.back'), value: false, safe: true }, { label: t('training.cross.begin'), value: true, kind: 'primary', run: begin }],
  });
  part.focus();
  if (await dialog.closed) await room.began();
}
