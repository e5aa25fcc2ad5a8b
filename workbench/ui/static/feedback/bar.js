/** The bar of filters, and the two ways out: as a dataset and as a file. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { freeze } from './freeze.js';
import { exportMenu, modelMenu, moreMenu, personMenu, projectMenu, timeMenu } from './menus.js';
import { shortModel } from './words.js';

const WAIT = 200; // milliseconds after the last letter
const TASKS = ['all', 'ocr'];

/** The bar above the ledger. */
export class Bar {
  /** Builds it; `ledger` acts. */
  constructor(ledger) {
    this.ledger = ledger;
    this.input = element('input.wb-input', { type: 'search', maxlength: '200', placeholder: t('feedback.search'), 'aria-label': t('feedback.search'), 'aria-keyshortcuts': '/', autocomplete: 'off', spellcheck: 'false', oninput: () => this.#typed() });
    this.tasks = element('div.wb-segmented.feedback-tasks', { role: 'group', 'aria-label': t('feedback.tasks') },
      TASKS.map((task) => element('button', { type: 'button', data: { task }, onclick: () => ledger.choose({ task: task === 'all' ? null : task }) }, t(`feedback.task.${task}`))));
    this.project = this.#choice(projectMenu);
    this.person = this.#choice(personMenu);
    this.model = this.#choice(modelMenu);
    this.time = this.#choice(timeMenu);
    this.always = element('button.feedback-chip-end', { type: 'button', 'aria-label': t('feedback.time.clear'), title: t('feedback.time.clear'), onclick: () => { ledger.choose({ days: null }); this.time.focus(); } }, icon('close', { size: 12 }));
    this.freeze = element('button.wb-button.wb-quiet.feedback-wide', { type: 'button', 'aria-haspopup': 'dialog', onclick: () => freeze(ledger) }, t('feedback.freeze.button'));
    this.exporter = element('button.wb-button.feedback-wide', { type: 'button', 'aria-haspopup': 'menu', onclick: (event) => exportMenu(event.currentTarget, ledger) }, icon('download'), t('feedback.export.button'), icon('down', { size: 14 }));
    this.more = element('button.wb-button.wb-quiet.wb-iconic.feedback-narrow', { type: 'button', 'aria-label': t('feedback.more'), title: t('feedback.more'), 'aria-haspopup': 'menu', onclick: (event) => moreMenu(event.currentTarget, ledger) }, icon('more'));
    this.node = element('div.feedback-bar', { role: 'toolbar', 'aria-label': t('feedback.bar') },
      element('div.feedback-search', {}, icon('search'), this.input, element('span', {}, ledger.frame.keys.caps('/'))), this.more,
      this.tasks, this.project, this.person, this.model, element('span.feedback-period', {}, this.time, this.always),
      element('span.feedback-end'), this.freeze, this.exporter);
    this.paint();
  }

  #choice(menu) {
    return element('button.wb-button.wb-quiet.feedback-choice', { type: 'button', 'aria-haspopup': 'menu', onclick: (event) => menu(event.currentTarget, this.ledger) });
  }

  #typed() {
    this.input.dir = this.input.value ? 'auto' : ''; // while it is empty its hint speaks the language of the page
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ledger.choose({ text: this.input.value }), WAIT);
  }

  /** Draws what is chosen. */
  paint() {
    const { task, project, person, model, days } = this.ledger.filter;
    for (const button of this.tasks.children) button.setAttribute('aria-pressed', String(button.dataset.task === (task ?? 'all')));
    this.#say(this.project, project?.name, t('feedback.any.project'));
    this.#say(this.person, person, t('feedback.any.person'));
    this.#say(this.model, model && shortModel(model), t('feedback.any.model'), 'ltr');
    this.#say(this.time, days && t('feedback.time.days', { count: days }), t('feedback.any.time'));
    this.model.title = model ?? '';
    this.always.hidden = !days;
    this.time.parentElement.classList.toggle('feedback-chip', Boolean(days));
  }

  #say(button, chosen, any, dir = 'auto') {
    button.classList.toggle('feedback-chosen', Boolean(chosen));
    replace(button, element('bdi', { dir: chosen ? dir : null }, chosen || any), icon('down', { size: 14 }));
  }
}
