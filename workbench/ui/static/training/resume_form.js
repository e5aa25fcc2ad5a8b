/** The dialog that goes on with a training that failed or was cancelled: how much longer it may take. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { trouble, went } from './rest.js';

const MORE = ['minutes', 'epochs'];

/**
 * Asks whether it may take longer than it was to, and puts it in line.
 *
 * @param {import('./room.js').Room} room
 * @param {object} training one that is `resumable`
 */
export async function askResume(room, { job, options }) {
  const fault = element('p.training-fault', { role: 'alert', hidden: true });
  const fields = MORE.filter((name) => options[name]).map((name) => [name, element('input.wb-input', { type: 'number', min: options[name], step: 'any', dir: 'ltr', value: options[name] })]);
  const begin = async () => {
    const more = fields.filter(([, input]) => input.value !== '').map(([name, input]) => [name, Number(input.value)]);
    const answer = await room.rest.resume(job.id, Object.fromEntries(more));
    fault.hidden = went(answer);
    replace(fault, went(answer) ? '' : trouble(answer));
    return went(answer);
  };
  const dialog = room.frame.dialog({
    title: t('training.resume.title'),
    body: element('div.training-window-form', {}, element('p', {}, t('training.resume.text')),
      fields.map(([name, input]) => element('label.training-label', {}, t(`frame.option.${name}`), input)), fault),
    actions: [{ label: t('training.cancel.back'), value: false, safe: true }, { label: t('training.resume'), value: true, kind: 'primary', run: begin }],
  });
  if (await dialog.closed) await room.began();
}
