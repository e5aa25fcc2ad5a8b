/** A project without pages: one sentence, one action, samples, and what comes next. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';

const STEPS = ['read', 'correct', 'export'];

/** The view of an empty project. */
export class Empty {
  /** Builds it; `desk` acts. */
  constructor(desk) {
    this.desk = desk;
    this.samples = element('div.ocr-samples');
    const drop = element('div.ocr-drop', {},
      icon('upload', { size: 24 }), element('h2', {}, t('ocr.empty.title')), element('p', {}, t('ocr.empty.text')),
      element('div.ocr-drop-actions', {},
        element('button.wb-button.wb-primary', { type: 'button', onclick: () => desk.uploads.choose() }, t('ocr.empty.choose'), desk.frame.keys.hint('ocr', 'files')),
        element('button.wb-button', { type: 'button', onclick: () => desk.uploads.choose('import') }, t('ocr.upload.import'))));
    const steps = element('ol.ocr-steps', {}, STEPS.map((step, at) => element('li', {},
      element('strong', {}, `${at + 1}\u2002${t(`ocr.empty.${step}`)}`), element('span', {}, t(`ocr.empty.${step}_text`)))));
    this.node = element('section.ocr-empty', { 'aria-label': t('ocr.empty.title'), tabindex: '0', role: 'region' }, element('div.ocr-empty-inner', {}, drop, this.samples, steps));
  }

  /** Draws the samples of the workspace, if it still has them. */
  async paint() {
    const { desk } = this;
    const projects = await desk.loadProjects();
    const own = projects.find((project) => project.name === 'Samples' && project.id !== desk.project?.id);
    const { data } = own ? await desk.rest.project(own.id) : { data: null };
    const pages = (data?.pages ?? []).filter((page) => page.thumbnail).slice(0, 4);
    replace(this.samples, pages.length > 0 && [
      element('h3', {}, t('ocr.empty.samples'), ' ', element('span.ocr-quiet', {}, t('ocr.empty.samples_note'))),
      element('div.ocr-sample-cards', {}, pages.map((page) => element('button.ocr-sample-card', { type: 'button', onclick: () => desk.openPage(page.id, { push: true }) },
        element('span.ocr-sample-image', { style: { 'background-image': `url(${JSON.stringify(page.thumbnail)})` } }),
        element('strong', { dir: 'auto' }, page.name), element('small', {}, t('ocr.empty.lines', { count: page.lines_total }))))),
    ]);
  }
}
