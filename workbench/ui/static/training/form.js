/** The form of a new training: what to start from and to learn from, what the data are worth, options, a name. */

import { t } from '../frame/catalogue.js';
import { element, freshId, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { Check } from './check.js';
import { baseLabel, baseSelect, usualBase } from './bases.js';
import { askCross } from './cross_form.js';
import { Options } from './options.js';
import { showPreview } from './preview.js';
import { Projects } from './projects.js';
import { trouble, went } from './rest.js';
import { suggestion, taskWords } from './words.js';

/** The form. `room.choices` tells what can be chosen; what was chosen stays when that changes. */
export class Form {
  /** Builds the form; it is empty until the choices are there. */
  constructor(room) {
    this.room = room;
    this.task = null;
    this.sending = false;
    this.picked = false; // the base, by hand
    this.tasks = element('div.wb-segmented.training-tasks', { role: 'group', 'aria-label': t('training.task') });
    this.base = element('select.wb-input', { id: freshId('training-base'), onchange: () => {
      this.picked = true;
      this.#based();
    } });
    this.baseNote = element('p.wb-quiet-text');
    this.projects = new Projects(() => this.#based());
    this.check = new Check(room, () => this.#ready());
    this.options = new Options(() => this.check.ask(this.value));
    this.name = this.#nameField();
    this.fault = element('p.training-fault', { id: freshId('training-fault'), role: 'alert', hidden: true });
    this.why = element('p.training-why', { id: freshId('training-why'), hidden: true });
    this.start = element('button.wb-button.wb-primary', { type: 'submit', 'aria-describedby': this.why.id }, t('training.start'));
    this.preview = element('button.wb-button.wb-quiet', { type: 'button', onclick: () => showPreview(room, this.value) }, icon('eye'), t('training.preview.open'));
    this.cross = element('button.wb-button.wb-quiet', { type: 'button', onclick: () => askCross(room) }, icon('reread'), t('training.cross.open'));
    const close = t('frame.close');
    this.node = element('form.training-form', { novalidate: true, onsubmit: (event) => this.#send(event), 'aria-label': t('training.form.title') },
      element('div.training-form-head', {}, element('h2', {}, t('training.form.title')),
        element('button.wb-button.wb-quiet.wb-iconic.training-narrow', { type: 'button', title: close, 'aria-label': close, onclick: () => room.showForm(false) }, icon('close'))),
      element('div.training-field', {}, element('span.training-label', {}, t('training.task')), this.tasks),
      element('div.training-field', {}, element('label.training-label', { for: this.base.id }, t('training.base.label')), this.base, this.baseNote),
      this.projects.node, this.check.node, this.options.main, this.name.node, this.fault,
      element('div.training-actions', {}, this.start, this.options.toggle, this.preview, this.cross), this.why, this.options.more,
      element('p.wb-quiet-text', {}, t('training.waits')));
  }

  /** The field of the name, with what a known name becomes. */
  #nameField() {
    const id = freshId('training-name');
    const list = element('datalist', { id: `${id}-names` });
    const becomes = element('span.training-becomes', { id: `${id}-becomes`, 'aria-live': 'polite' });
    const input = element('input.wb-input', {
      id, list: list.id, name: 'name', dir: 'ltr', maxlength: 64, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false',
      'aria-describedby': becomes.id, oninput: () => {
        this.named = true;
        this.#becomes();
      },
    });
    const node = element('div.training-field', {}, element('label.training-label', { for: id }, t('training.name')), element('div.training-name', {}, input, becomes), list);
    return { node, input, list, becomes };
  }

  /** Draws what can be chosen; what was chosen stays where it still can be. */
  paint() {
    const { tasks } = this.room.choices;
    this.task = tasks.find(({ task }) => task === this.task?.task) ?? tasks[0] ?? null;
    replace(this.tasks, tasks.map((task) => element('button', {
      type: 'button', 'aria-pressed': String(task === this.task), onclick: () => this.#chooseTask(task),
    }, taskWords(task.task, task.title))));
    const chosen = this.base.value;
    baseSelect(this.base, this.task?.bases ?? []);
    this.picked &&= [...this.base.options].some((option) => option.value === chosen);
    if (this.picked) this.base.value = chosen;
    this.projects.paint(this.task?.projects ?? []);
    replace(this.name.list, (this.task?.names ?? []).map(({ name }) => element('option', { value: name })));
    this.#based();
  }

  /** Takes another task. */
  #chooseTask(task) {
    this.task = task;
    this.paint();
    this.tasks.querySelector('[aria-pressed=true]')?.focus();
  }

  /** The base that is chosen, or null. */
  get chosenBase() {
    return this.task?.bases.find(({ model }) => model === this.base.value) ?? null;
  }

  /** What the server is told. */
  get value() {
    return {
      task: this.task?.task, projects: this.projects.value, base_model: this.base.value || null,
      options: this.options.value, name: this.name.input.value.trim(),
    };
  }

  /** Another base, or other projects, whose script it follows until somebody picks one; another engine may have other options. */
  #based() {
    if (!this.picked && this.task) this.base.value = usualBase(this.task, this.projects.chosen);
    this.#paintBase();
    this.#changed();
  }

  /** Draws what depends on the base. */
  #paintBase() {
    const base = this.chosenBase;
    replace(this.baseNote, base && base.title !== baseLabel(base) && element('bdi', {}, base.title));
    this.options.paint(base?.engine ?? '', this.task?.engines[base?.engine]?.options);
  }

  /** Something that the check looks at has changed. */
  #changed() {
    if (!this.named) this.name.input.value = this.task ? suggestion(this.chosenBase, this.projects.chosen, this.task.names, this.task.task) : '';
    this.#becomes();
    this.check.ask(this.value);
    this.#ready();
  }

  /** Says which version the name becomes. */
  #becomes() {
    const name = this.name.input.value.trim();
    const known = this.task?.names.find((entry) => entry.name === name);
    replace(this.name.becomes, name && t('training.becomes', { version: `v${known?.next ?? 1}` }));
    this.#fault('');
    this.#ready();
  }

  /** Why the training cannot start, in words; empty when it can. */
  get obstacle() {
    if (!this.task?.bases.length) return t('training.why.bases');
    if (!this.projects.value.length) return t(this.task.projects.length ? 'training.why.projects' : 'training.why.corrections');
    if (!this.name.input.value.trim()) return t('training.why.name');
    return this.check.obstacle;
  }

  /** Draws whether it can start, and why not. */
  #ready() {
    const why = this.task ? this.obstacle : '';
    this.start.setAttribute('aria-disabled', String(Boolean(why) || this.sending));
    this.why.hidden = !why;
    this.preview.hidden = !this.projects.value.length;
    this.cross.hidden = this.task?.task !== 'ocr' || !this.chosenBase || !this.projects.value.length; // what has lines to read
    if (this.why.textContent !== why) replace(this.why, why);
  }

  /** Shows what the server found wrong, at the name. */
  #fault(words, field = false) {
    this.fault.hidden = !words;
    if (words || this.fault.textContent) replace(this.fault, words);
    this.name.input.setAttribute('aria-invalid', String(field));
    this.name.input.setAttribute('aria-describedby', [this.name.becomes.id, words && this.fault.id].filter(Boolean).join(' '));
  }

  /** Starts the training, unless something stands in its way. */
  async #send(event) {
    event.preventDefault();
    if (this.sending || !this.task) return;
    const { obstacle } = this;
    if (obstacle) {
      this.room.frame.say(obstacle, { assertive: true });
      return;
    }
    this.sending = true;
    this.#ready();
    const answer = await this.room.rest.start(this.value);
    this.sending = false;
    this.#ready();
    if (!went(answer)) {
      const concernsName = /\bname/i.test(answer.data?.error ?? '');
      this.#fault(trouble(answer), concernsName);
      if (concernsName) this.name.input.focus();
      return;
    }
    await this.room.began();
  }
}
