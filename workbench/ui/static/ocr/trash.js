/** What was deleted: projects and pages, and the way back. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';

/** The trash of the workspace. */
export class Trash {
  constructor(desk) {
    this.desk = desk;
  }

  /** Opens it as a dialog. */
  async open() {
    const { desk } = this;
    const place = element('div.ocr-trash', { tabindex: '0', role: 'group', 'aria-label': t('ocr.trash.title') }, element('div.wb-skeleton'));
    const dialog = desk.frame.dialog({ title: t('ocr.trash.title'), body: place });
    await this.#paint(place, dialog);
  }

  async #paint(place, dialog) {
    const { desk } = this;
    const { status, data } = await desk.rest.projects(true);
    if (status !== 200) {
      replace(place, element('p', { role: 'alert' }, data.error, ' ', data.hint));
      return;
    }
    const rows = data.flatMap((project) => [
      ...(project.deleted ? [this.#row({ glyph: 'folder', name: project.name, when: project.deleted, place, dialog, restore: () => desk.rest.restoreProject(project.id), go: () => desk.openProject(project.id, { push: true }) })] : []),
      ...(project.pages ?? []).filter((page) => page.deleted).map((page) => this.#row({
        glyph: 'file', name: page.name, of: project.name, when: page.deleted, place, dialog, restore: () => desk.rest.restorePage(page.id),
        go: () => (desk.project?.id === project.id ? desk.loadProject(project.id) : null),
      })),
    ]);
    replace(place, element('p.ocr-quiet', {}, t('ocr.trash.stays')), rows.length ? element('ul', {}, rows) : element('p', {}, t('ocr.trash.empty')));
  }

  #row({ glyph, name, of = '', when, place, dialog, restore, go }) {
    const bring = async () => {
      if (!this.desk.projects.told(await restore())) return;
      await go();
      await this.#paint(place, dialog);
    };
    return element('li', {}, icon(glyph), element('span.ocr-name', {}, element('bdi', {}, name), of && element('small', {}, ' · ', element('bdi', {}, of))),
      element('time.ocr-quiet', {}, this.desk.frame.moment(when)),
      element('button.wb-button.wb-small', { type: 'button', 'aria-label': t('ocr.trash.restore_label', { name }), onclick: bring }, t('ocr.trash.restore')));
  }
}
