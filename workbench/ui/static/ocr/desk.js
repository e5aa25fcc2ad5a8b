/** The desk of the OCR tab: what is open, and how one gets to projects, pages and lines. */

import { t } from '../frame/catalogue.js';
import { Page } from './page.js';

/** Holds what the views share: frame, rest, page, project and the views themselves. */
export class Desk {
  /** `tools` are the parts that need no desk: frame, rest, preferences, drafts, saver, undo. */
  constructor(tools) {
    Object.assign(this, tools, { page: null, project: null, scale: null, asked: 0, removed: null, begun: null });
  }

  /** Whether the window is so narrow that page and lines stand under one another. */
  get narrow() {
    return matchMedia('(max-width: 859px)').matches;
  }

  /** Fetches the projects of the workspace. */
  async loadProjects() {
    const { status, data } = await this.rest.projects();
    return status === 200 ? data : [];
  }

  /** Fetches the engines, once until they change. */
  async loadEngines() {
    if (!this.engines) {
      const { status, data } = await this.rest.engines();
      if (status === 200) this.engines = data;
    }
    return this.engines ?? [];
  }

  /** Fetches the engines anew: their models, or which one reads, have changed. */
  forgetEngines() {
    this.engines = null;
    return this.loadEngines();
  }

  /** The engine that reads where nobody chose one. */
  get defaultEngine() {
    return this.engines?.find((engine) => engine.default) ?? null;
  }

  /** Writes into the address where one is, unless another tab is in sight: then it speaks of that one. */
  #note(parts, options) {
    if (this.root.getClientRects().length) this.frame.address.set(parts, options);
  }

  /** Opens what the address says; without one the first project. */
  async openAddress() {
    const { project, page, line } = this.frame.address.get();
    if (page) {
      if (page === this.page?.id) {
        if (line) this.list.focus(line);
        return;
      }
      if (await this.openPage(page, { line })) return;
    }
    if (project && (await this.openProject(project, { page: undefined }))) return;
    if (page || project) this.frame.toast({ kind: 'error', title: t('ocr.say.not_found'), text: t('ocr.say.not_found_hint') });
    await this.openAnyProject();
  }

  /** Goes to where the work on the open page begins: its first line that is not done. */
  start() {
    if (!this.page) return;
    this.list.focusFirst();
    this.begun = this.page.current;
  }

  /** Whether a person is at a line of the open page, and not merely where the desk put them. */
  get atWork() {
    const line = this.page?.lines.get(this.page.current);
    return Boolean(line) && (line.id !== this.begun || line.dirty);
  }

  /** Opens the first project there is, or shows that there is none. */
  async openAnyProject() {
    const [first] = await this.loadProjects();
    if (first && (await this.openProject(first.id))) return;
    this.project = null;
    this.closePage();
  }

  /** Fetches the pages of the open project anew, unless another one is open by the time they come; false when it is gone. */
  async loadProject(id) {
    const { status, data } = await this.rest.project(id);
    if (status !== 200) return false;
    if (this.project?.id === id) this.#take(data);
    return true;
  }

  /** Draws a project's pages where they are shown. */
  #take(project) {
    this.project = project;
    this.rail.paint();
    this.bar.paint();
    if (this.page) this.linesPane.end.paint();
    else this.empty.paint();
  }

  /** Opens a project at `page`, else at its first page that is not done. */
  async openProject(id, { push = false, page } = {}) {
    const ask = (this.asked += 1);
    const { status, data } = await this.rest.project(id);
    if (ask !== this.asked) return true; // something else was asked for meanwhile
    if (status !== 200) return false;
    this.#take(data);
    const { pages } = data;
    const first = pages.find((entry) => entry.id === page) ?? pages.find(isOpen) ?? pages[0];
    if (first) return this.openPage(first.id, { push });
    this.closePage({ push });
    return true;
  }

  /** Leaves the page: the project has none, or none is open. */
  closePage({ push = false } = {}) {
    this.saver.leave();
    this.page = null;
    this.root.classList.add('ocr-is-empty');
    this.#note({ project: this.project?.id ?? null, page: null, line: null }, { push });
    this.rail.paint();
    this.bar.paint();
    this.empty.paint();
  }

  /** Opens a page and, if given, goes to one of its lines; false when there is no such page. */
  async openPage(id, { push = false, line = null } = {}) {
    const ask = (this.asked += 1);
    const { status, data } = await this.rest.page(id);
    if (ask !== this.asked) return true; // something else was asked for meanwhile
    if (status !== 200) {
      if (status === 0) this.frame.toast({ kind: 'error', title: data.error, text: data.hint });
      return false;
    }
    this.saver.leave();
    this.#note({ tab: 'ocr', project: data.project.id, page: id, line }, { push });
    const other = this.project?.id !== data.project.id;
    if (other) this.project = { ...data.project, pages: [] }; // one can work in it before the list of its pages has come
    this.#show(new Page(data, this.preferences));
    if (other) await this.loadProject(data.project.id);
    else this.rail.paint();
    this.rail.show();
    if (line) this.list.focus(line);
    return true;
  }

  #show(page) {
    const left = this.project?.pages.find((entry) => entry.id === this.page?.id);
    if (left) left.lines_done = this.page.counted.filter((line) => line.decided).length; // the project's own numbers come later
    this.page = page;
    this.removed = null;
    this.root.classList.remove('ocr-is-empty');
    for (const line of page.lines.values()) this.#own(line);
    page.on('order', () => { for (const line of page.lines.values()) this.#own(line); });
    page.on('current', (line) => this.#at(line));
    page.on('head', () => this.rail.paint());
    page.on('reread', (line) => this.saver.rebase(line));
    this.viewer.open(page);
    this.bar.open(page);
    this.linesPane.open(page);
    this.list.open(page);
    this.#adopt();
    this.saver.tell();
    const job = page.view.job_id;
    if (job) this.rest.job(job).then(({ status, data }) => status === 200 && this.page === page && this.linesPane.report(data));
  }

  /** Tells a line where it belongs, so that its draft can be sent when the page is no longer open. */
  #own(line) {
    line.page = this.page.id;
    line.project = this.page.view.project.id;
  }

  /** Notes in the address and on the desk at which line one is. */
  #at(line) {
    this.#note({ line: line?.id ?? null });
    this.tabStop();
  }

  /** One input of the list is always a Tab stop: the current one, else the first. */
  tabStop() {
    const row = this.list.currentRow ?? [...this.list.rows.values()].find((entry) => entry.input);
    for (const entry of this.list.rows.values()) if (entry.input) entry.input.tabIndex = entry === row ? 0 : -1;
  }

  /** Sets drafts of an earlier tab, or of an earlier visit to the page, into its lines. */
  #adopt() {
    for (const draft of this.drafts.waiting(this.page.id)) {
      const line = this.page.lines.get(draft.line);
      if (!line) continue; // it is offered above the lines
      if (draft.text === line.view.text) {
        this.saver.forget(line.id);
        continue;
      }
      line.type(draft.text);
      if (draft.base < line.view.revision) this.saver.commit(line, { base: draft.base });
      else this.saver.type(line);
      this.page.touch(line);
    }
  }

  /** Fetches the open page again; what is typed stays. */
  async reload() {
    const { page } = this;
    if (!page) return;
    const { status, data } = await this.rest.page(page.id);
    if (page !== this.page) return;
    if (status === 200) page.put(data);
    else if (status === 404 && page.id !== this.removed) await this.#lost();
  }

  /** The open page was deleted elsewhere: says so and goes to what there still is; what was typed waits in the drafts. */
  async #lost() {
    this.frame.toast({ kind: 'error', title: t('ocr.say.not_found'), text: t('ocr.say.not_found_hint') });
    if (!(await this.openProject(this.project?.id ?? 0, { push: true }))) await this.openAnyProject();
  }

  /** Goes to a line of the open page, showing it even when the filter leaves it out. */
  openLine(id) {
    const line = this.page.lines.get(id);
    if (!line?.counts) return;
    if (!this.page.ids.includes(id)) this.page.choose('filter', 'all');
    this.list.focus(id);
  }

  /** Where the open page stands among the project's: `{number, of}`. */
  placeOfPage() {
    const pages = this.project?.pages ?? [];
    const at = pages.findIndex((entry) => entry.id === this.page.id);
    return at < 0 ? { number: this.page.view.number, of: this.page.view.of } : { number: at + 1, of: pages.length };
  }

  /** The page of the project after the open one on which something is left to do, counted from the start again; else `null`. */
  nextOpenPage() {
    const pages = this.project?.pages ?? [];
    const at = pages.findIndex((entry) => entry.id === this.page?.id);
    return [...pages.slice(at + 1), ...pages.slice(0, Math.max(0, at))].find(isOpen) ?? null;
  }

  /** Turns `step` pages on. */
  turn(step) {
    const pages = this.project?.pages ?? [];
    const next = pages[pages.findIndex((entry) => entry.id === this.page?.id) + step];
    if (this.page && next) this.openPage(next.id, { push: true });
  }

  /** Adds a line between two points and goes to it when it is there. */
  async addLine(baseline) {
    const { status, data } = await this.rest.addLine(this.page.id, baseline);
    if (status < 200 || status >= 300) {
      this.frame.toast({ kind: 'error', title: data.error, text: data.hint });
      return;
    }
    await this.reload();
    this.openLine(data.line.id);
  }

  /** Says one sentence above the lines. */
  notice(text) {
    this.linesPane.notice(text);
  }

  /** Goes to the first line that is in conflict or kept here. */
  showUnsaved(what) {
    const wanted = what === 'conflicts' ? ['conflict'] : ['kept', 'refused'];
    const line = this.page?.all.find((entry) => wanted.includes(entry.save));
    if (line) {
      this.openLine(line.id);
      return;
    }
    const [other] = (what === 'conflicts' ? this.saver.conflicts : this.saver.dirty).values();
    if (other) this.openPage(other.page, { push: true, line: other.id });
  }
}

/** Whether something is left to do on a page of a project. */
const isOpen = (page) => page.lines_done < page.lines_total || page.state !== 'read';
