/** What to learn from: projects as chips that can be taken away, and a list to choose them from. */

import { t } from '../frame/catalogue.js';
import { element, freshId, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { popover } from '../frame/popover.js';

/** Check boxes for projects; `onchange` gets the ids that are ticked. */
export function projectBoxes(projects, chosen, onchange) {
  const ids = new Set(chosen);
  const rows = projects.map(({ id, name, examples, documents }) => {
    const box = element('input', { type: 'checkbox', checked: ids.has(id), onchange: () => {
      if (box.checked) ids.add(id);
      else ids.delete(id);
      onchange([...ids]);
    } });
    return element('label.training-box', {}, box, element('bdi', {}, name),
      element('small', {}, t('training.projects.note', { lines: t('training.count.lines', { count: examples }), pages: t('training.count.pages', { count: documents }) })));
  });
  return element('div.training-boxes', {}, rows);
}

/** The field of projects. */
export class Projects {
  /** Builds the field; `onchange` is called when the choice has changed. */
  constructor(onchange) {
    this.onchange = onchange;
    this.projects = [];
    this.ids = null; // nobody has chosen yet
    const label = freshId('training-projects');
    this.chips = element('ul.training-chips');
    this.opener = element('button.training-open', { type: 'button', 'aria-haspopup': 'dialog', 'aria-expanded': 'false', 'aria-label': t('training.projects.choose'), title: t('training.projects.choose'), onclick: () => this.#open() }, icon('down'));
    this.box = element('div.training-projects', { role: 'group', 'aria-labelledby': label, onclick: ({ target }) => target === this.box && this.#open() }, this.chips, this.opener);
    this.note = element('p.wb-quiet-text');
    this.node = element('div.training-field', {}, element('span.training-label', { id: label }, t('training.projects.label')), this.box, this.note);
  }

  /** Takes in which projects there are; at first the one with the most corrections is chosen. */
  paint(projects) {
    this.projects = projects;
    const most = [...projects].sort((a, b) => b.examples - a.examples)[0];
    if (this.ids === null && most) this.ids = [most.id];
    if (this.ids) this.ids = this.ids.filter((id) => projects.some((project) => project.id === id));
    this.#draw();
  }

  /** The ids that are chosen. */
  get value() {
    return this.ids ?? [];
  }

  /** The projects that are chosen, in the order of the choice. */
  get chosen() {
    return this.value.map((id) => this.projects.find((project) => project.id === id)).filter(Boolean);
  }

  /** How much there is to learn from in what is chosen, in words. */
  get sum() {
    const sum = (key) => this.chosen.reduce((all, project) => all + project[key], 0);
    return t('training.projects.sum', { lines: t('training.count.corrected', { count: sum('examples') }), pages: t('training.count.pages', { count: sum('documents') }) });
  }

  /** Draws the chips and how much there is. */
  #draw() {
    const { chosen } = this;
    replace(this.chips, chosen.length ? chosen.map((project) => this.#chip(project)) : element('li.training-none', {}, t('training.projects.none')));
    replace(this.note, this.projects.length ? this.sum : t('training.projects.empty'));
    this.opener.hidden = !this.projects.length;
  }

  /** One project as a chip. */
  #chip({ id, name }) {
    const label = t('training.projects.remove', { name });
    const remove = () => {
      this.#set(this.value.filter((other) => other !== id));
      (this.chips.querySelector('button') ?? this.opener).focus();
    };
    return element('li.wb-chip', {}, element('bdi', {}, name), element('button', { type: 'button', 'aria-label': label, title: label, onclick: remove }, icon('close', { size: 12 })));
  }

  /** Opens the list to choose from. */
  #open() {
    if (!this.projects.length) return;
    popover(this.opener, projectBoxes(this.projects, this.value, (ids) => this.#set(ids)), { label: t('training.projects.label'), align: 'end' });
  }

  /** Takes another choice. */
  #set(ids) {
    this.ids = ids;
    this.#draw();
    this.onchange();
  }
}
