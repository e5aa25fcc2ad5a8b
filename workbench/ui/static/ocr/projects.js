/** What one does with whole projects and pages: make, rename, delete, choose who reads them. */

import { t } from '../frame/catalogue.js';
import { askName } from './menus.js';

/** Commands on projects and pages. `desk` navigates. */
export class Projects {
  constructor(desk) {
    this.desk = desk;
  }

  /** Says what went wrong; true when nothing did. */
  told({ status, data }) {
    if (status >= 200 && status < 300) return true;
    this.desk.frame.toast({ kind: 'error', title: data?.error ?? '', text: data?.hint ?? '' });
    return false;
  }

  async create() {
    const { desk } = this;
    const name = await askName({ frame: desk.frame, title: t('ocr.project.new'), value: t('ocr.project.first_name'), save: t('ocr.project.create') });
    if (!name) return;
    const answer = await desk.rest.createProject(name);
    if (this.told(answer)) await desk.openProject(answer.data.id, { push: true });
  }

  async rename() {
    const { desk } = this;
    const { id, name } = desk.project;
    const fresh = await askName({ frame: desk.frame, title: t('ocr.project.rename'), value: name, save: t('ocr.rename') });
    if (fresh && fresh !== name && this.told(await desk.rest.updateProject(id, { name: fresh }))) await desk.loadProject(id);
  }

  async remove() {
    const { desk } = this;
    const { id, name, pages = [] } = desk.project;
    const go = await this.#sure(t('ocr.project.delete_title', { name }), t('ocr.project.delete_text', { count: pages.length }), t('ocr.project.delete'));
    if (!go || !(await this.#removed(desk.rest.deleteProject(id)))) return;
    const back = async () => this.told(await desk.rest.restoreProject(id)) && desk.openProject(id, { push: true });
    desk.frame.toast({ kind: 'done', title: t('ocr.trash.moved', { name }), action: { label: t('ocr.trash.undo'), run: back } });
    await desk.openAnyProject();
  }

  async renamePage() {
    const { desk } = this;
    const { id, name } = desk.page.view;
    const fresh = await askName({ frame: desk.frame, title: t('ocr.page.rename'), value: name, save: t('ocr.rename') });
    if (!fresh || fresh === name || !this.told(await desk.rest.renamePage(id, fresh))) return;
    await Promise.all([desk.reload(), desk.loadProject(desk.project.id)]);
  }

  async removePage() {
    const { desk } = this;
    const { id, name, lines_done: done } = desk.page.view;
    const corrected = desk.page.counts.done || done;
    const go = await this.#sure(t('ocr.page.delete_title', { name }), t('ocr.page.delete_text', { count: corrected }), t('ocr.page.delete'));
    if (!go || !(await this.#removed(desk.rest.deletePage(id)))) return;
    const { pages } = desk.project;
    const at = pages.findIndex((page) => page.id === id);
    const next = pages[at + 1] ?? pages[at - 1];
    const project = desk.project.id;
    const back = async () => this.told(await desk.rest.restorePage(id)) && (await desk.loadProject(project), desk.openPage(id, { push: true }));
    desk.frame.toast({ kind: 'done', title: t('ocr.trash.moved', { name }), action: { label: t('ocr.trash.undo'), run: back } });
    await desk.loadProject(project);
    if (next) await desk.openPage(next.id, { push: true });
    else desk.closePage();
  }

  /** Waits for a deletion; the desk is not to wonder where its page has gone. */
  async #removed(request) {
    const { desk } = this;
    desk.removed = desk.page?.id ?? null;
    const done = this.told(await request);
    if (!done) desk.removed = null;
    return done;
  }

  #sure(title, text, yes) {
    return this.desk.frame.confirm({ title, text: [text, t('ocr.trash.stays')], actions: [
      { label: t('ocr.go_on'), value: false, safe: true }, { label: yes, value: true, kind: 'danger' },
    ] });
  }

  /** Sets which engine and model read the project's next pages. */
  async chooseEngine(engine, model) {
    const { desk } = this;
    if (!desk.project) return;
    const changes = model === null ? { engine } : { engine, model };
    if (this.told(await desk.rest.updateProject(desk.project.id, changes))) await desk.loadProject(desk.project.id);
  }
}
