/** What can be done with one version. */

import { t } from '../frame/catalogue.js';
import { confirm, openDialog } from '../frame/dialog.js';
import { menu } from '../frame/popover.js';
import { errorNote } from '../frame/notes.js';
import { openDetails } from './details.js';

/** Opens the menu of `version` at `button`. */
export function versionMenu(button, version, room) {
  const name = `v${version.version}`;
  const held = !version.own ? t('models.delete.shipped') : version.production ? t('models.delete.promoted') : '';
  menu(button, [
    { label: t('models.menu.details'), icon: 'info', run: () => openDetails(version, room) },
    ...(version.job_id ? [{ label: t('models.menu.training'), icon: 'history', run: () => room.go({ tab: 'training', job: version.job_id }) }] : []),
    '-',
    { label: t('models.promote', { version: name }), icon: 'check', disabled: version.promoted || Boolean(version.problem), hint: version.promoted ? t('models.promoted', { version: name }) : version.problem, run: () => room.promote(version) },
    { label: t('models.roll_back'), icon: 'undo', disabled: !version.production, hint: version.production ? '' : t('models.roll_back.hint'), run: () => room.rollBack(version) },
    '-',
    { label: t('models.delete', { version: name }), icon: 'bin', kind: 'danger', disabled: Boolean(held), hint: held, run: () => remove(version, room) },
  ], { label: t('models.menu.label', { model: version.model }), align: 'end' });
}

/** Asks, then deletes; a refusal is explained where it was asked. */
async function remove(version, room) {
  const name = `v${version.version}`;
  const sure = await confirm({
    title: t('models.delete.title', { model: version.model }),
    text: [t('models.delete.lost'), t('models.delete.stays')],
    actions: [{ label: t('models.delete.keep'), value: false, safe: true }, { label: t('models.delete', { version: name }), value: true, kind: 'danger' }],
  });
  if (!sure) return;
  const { status, data } = await room.rest.remove(version.model);
  if (status !== 204) {
    openDialog({ title: t('models.delete.refused', { model: version.model }), body: errorNote(data) });
    return;
  }
  room.frame.say(t('models.say.deleted', { model: version.model }));
  await room.refresh();
}
