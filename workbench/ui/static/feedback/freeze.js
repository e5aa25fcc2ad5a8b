/** Corrections as a dataset: a file that nothing changes any more, for training. */

import { t } from '../frame/catalogue.js';
import { element, freshId, replace } from '../frame/dom.js';
import { errorNote } from '../frame/notes.js';

/** Asks for a name and freezes the chosen project, or all that there are entries of. */
export async function freeze(ledger) {
  const { frame, filter } = ledger;
  const projects = filter.project ? [filter.project] : (await ledger.choices()).projects;
  if (!projects.length) {
    frame.toast({ title: t('feedback.freeze.nothing'), text: t('feedback.freeze.nothing_hint') });
    return;
  }
  const id = freshId('feedback-name');
  const name = element('input.wb-input', { id, type: 'text', maxlength: '200', dir: 'auto', placeholder: t('feedback.freeze.own_name'), autocomplete: 'off', autofocus: true });
  const trouble = element('div');
  const send = async () => {
    const body = { task: 'ocr', projects: projects.map((project) => project.id), ...(name.value.trim() && { name: name.value.trim() }) };
    const { status, data } = await frame.api('POST', '/datasets/', body);
    if (status === 201) told(ledger, data);
    else replace(trouble, errorNote(data));
    return status === 201;
  };
  const dialog = frame.dialog({
    title: t('feedback.freeze.title'),
    body: element('form.feedback-freeze', { onsubmit: async (event) => { event.preventDefault(); if (await send()) dialog.close(); } },
      element('p', {}, t('feedback.freeze.text')),
      element('ul', {}, projects.map((project) => element('li', {}, element('bdi', {}, project.name)))),
      element('label', { for: id }, t('feedback.freeze.name')), name, trouble),
    actions: [{ label: t('feedback.freeze.cancel'), kind: 'quiet' }, { label: t('feedback.freeze.yes'), kind: 'primary', run: send }],
  });
}

/** Says what was frozen, and where one goes on with it. */
function told(ledger, { name, examples, documents }) {
  const text = [t('feedback.freeze.examples', { count: examples }), t('feedback.freeze.documents', { count: documents })].join(' · ');
  ledger.frame.toast({ kind: 'done', title: t('feedback.freeze.done', { name }), text, action: { label: t('feedback.freeze.train'), run: () => ledger.goTo('training') } });
}
