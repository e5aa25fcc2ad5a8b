/** The dialog of a schedule: what is trained, from what, and when. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { baseSelect } from './bases.js';
import { projectBoxes } from './projects.js';
import { trouble, went } from './rest.js';

const USUAL = { every: 50, hour: 3 };
const MOST = 100_000;

/** A tick box with a sentence that has an input in it: `{n}` in `words` is where the input stands. */
function way(words, input, chosen) {
  const [before, after = ''] = words.split('{n}');
  const box = element('input', { type: 'checkbox', checked: chosen });
  input.addEventListener('input', () => { box.checked = true; });
  return { box, node: element('label.training-way', {}, box, before, input, after) };
}

/** The two ways of beginning, of which either or both count, and what was chosen. */
function ways(schedule) {
  const every = element('input.wb-input', { type: 'number', min: 1, max: MOST, step: 1, dir: 'ltr', value: String(schedule?.every ?? USUAL.every), 'aria-label': t('training.schedule.how_many') });
  const hour = element('select.wb-input', { dir: 'ltr', 'aria-label': t('training.schedule.hour') },
    Array.from({ length: 24 }, (_, at) => element('option', { value: String(at) }, `${String(at).padStart(2, '0')}:00`)));
  hour.value = String(schedule?.hour ?? USUAL.hour);
  const counted = way(t('training.schedule.way_every'), every, (schedule?.every ?? null) !== null || !schedule);
  const timed = way(t('training.schedule.way_nightly'), hour, (schedule?.hour ?? null) !== null);
  const read = () => ({ every: counted.box.checked ? Number(every.value) || null : null, hour: timed.box.checked ? Number(hour.value) : null });
  return { nodes: [counted.node, timed.node], read };
}

/**
 * Asks for a schedule and keeps it.
 *
 * @param {import('./room.js').Room} room its form gives the first values of a new one
 * @param {object|null} schedule the one to change
 * @returns {Promise<boolean>} whether it was kept
 */
export async function askSchedule(room, schedule) {
  const form = room.form.value;
  const task = room.choices.tasks.find((entry) => entry.task === (schedule?.task ?? form.task));
  const first = schedule ?? { ...form, base_model: '' };
  let projects = [...first.projects];
  const name = element('input.wb-input', { type: 'text', dir: 'ltr', maxlength: 64, value: first.name, readonly: Boolean(schedule), autocomplete: 'off', spellcheck: 'false' });
  const base = element('select.wb-input');
  baseSelect(base, task.bases, [element('option', { value: '' }, t('training.schedule.promoted_then'))]);
  base.value = [...base.options].some((option) => option.value === first.base_model) ? first.base_model : '';
  const when = ways(schedule);
  const fault = element('p.training-fault', { role: 'alert', hidden: true });
  const keep = async () => {
    const what = { projects, base_model: base.value, options: first.options, ...when.read() };
    const answer = schedule ? await room.rest.changeSchedule(schedule.id, what) : await room.rest.addSchedule({ task: task.task, name: name.value.trim(), ...what });
    fault.hidden = went(answer);
    replace(fault, went(answer) ? '' : trouble(answer));
    return went(answer);
  };
  const options = Object.entries(first.options ?? {}).map(([key, value]) => `${key} ${value}`).join(', ');
  const field = (key, node) => element('label.training-label', {}, t(key), node);
  const dialog = room.frame.dialog({
    title: t(schedule ? 'training.schedule.change' : 'training.schedule.new'),
    body: element('div.training-window-form', {},
      element('fieldset', {}, element('legend', {}, t('training.schedule.when')), when.nodes),
      field('training.name', name), field('training.base.label', base),
      element('fieldset', {}, element('legend', {}, t('training.projects.label')), projectBoxes(task.projects, projects, (ids) => { projects = ids; }), element('p.wb-quiet-text', {}, t('training.schedule.all'))),
      options && element('p.wb-quiet-text', {}, t('training.schedule.options', { options })), element('p.wb-quiet-text', {}, t('training.schedule.text')), fault),
    actions: [{ label: t('training.cancel.back'), value: false, safe: true }, { label: t('training.schedule.save'), value: true, kind: 'primary', run: keep }],
  });
  if (!schedule) name.focus();
  return Boolean(await dialog.closed);
}
