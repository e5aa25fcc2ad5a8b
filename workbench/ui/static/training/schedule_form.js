/** The dialog of a schedule: what is trained, from what, and when. */

import { t } from '../frame/catalogue.js';
import { element, freshId, replace } from '../frame/dom.js';
import { baseSelect } from './bases.js';
import { projectBoxes } from './projects.js';
import { trouble, went } from './rest.js';

const USUAL = { every: 50, hour: 3 };
const MOST = 100_000;

/** A radio button with a sentence that has an input in it: `{n}` in `words` is where the input stands. */
function way(group, words, input, chosen) {
  const [before, after = ''] = words.split('{n}');
  const radio = element('input', { type: 'radio', name: group, checked: chosen });
  input.addEventListener('input', () => { radio.checked = true; });
  return { radio, node: element('label.training-way', {}, radio, before, input, after) };
}

/** The two ways of beginning, and what was chosen. */
function ways(schedule) {
  const group = freshId('training-when');
  const every = element('input.wb-input', { type: 'number', min: 1, max: MOST, step: 1, dir: 'ltr', value: String(schedule?.every ?? USUAL.every), 'aria-label': t('training.schedule.how_many') });
  const hour = element('select.wb-input', { dir: 'ltr', 'aria-label': t('training.schedule.hour') },
    Array.from({ length: 24 }, (_, at) => element('option', { value: String(at) }, `${String(at).padStart(2, '0')}:00`)));
  const nightly = schedule?.hour !== null && schedule?.hour !== undefined;
  hour.value = String(nightly ? schedule.hour : USUAL.hour);
  const counted = way(group, t('training.schedule.way_every'), every, !nightly);
  const timed = way(group, t('training.schedule.way_nightly'), hour, nightly);
  const read = () => (counted.radio.checked ? { every: Number(every.value) || null, hour: null } : { every: null, hour: Number(hour.value) });
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
