/** The dialog that has a page, or all of a project, read again: which engine, which model, which options. Corrections stay as they are. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { schemaForm } from '../frame/schema_form.js';

/** Asks how, then has the open page read again, or `all` pages of the project. */
export async function readAgain(desk, all = false) {
  const { frame, page, project } = desk;
  const engines = await desk.loadEngines();
  const able = engines.filter((engine) => engine.available);
  if (!able.length) {
    frame.toast({ kind: 'error', title: t('ocr.engine.none'), text: engines[0]?.hint ?? '' });
    return;
  }
  const form = new ReadingForm(engines, { engine: all ? project.engine : page.view.engine, model: project?.model });
  const done = all ? project.lines_done : page.counts.done;
  const fail = element('p.ocr-form-error', { role: 'alert', hidden: true });
  const send = async () => {
    const how = form.value();
    const { status, data } = await (all ? desk.rest.readProject(project.id, { which: 'all', ...how }) : desk.rest.readPage(page.id, how));
    if (status === 202 || status === 200) {
      frame.say(t('ocr.say.reading'));
      await Promise.all([desk.reload(), all && desk.loadProject(project.id)]);
      return true;
    }
    replace(fail, [data.error, data.hint].filter(Boolean).join(' '));
    fail.hidden = false;
    return false;
  };
  frame.dialog({
    title: t('ocr.reread.title', { name: (all ? project : page.view).name }), wide: false,
    body: [element('p', {}, done ? t('ocr.reread.keeps', { count: done }) : t('ocr.reread.plain')), form.node, fail],
    actions: [{ label: t('ocr.cancel'), value: null, kind: 'quiet' }, { label: t('ocr.bar.read_again'), value: true, kind: 'primary', safe: false, run: send }],
  });
  form.engine.focus();
}

/** Engine, models and options as a form; options are those of the engine's schema. */
class ReadingForm {
  constructor(engines, { engine, model }) {
    this.engines = engines;
    this.engine = element('select.wb-input', { onchange: () => this.#chosen() }, engines.map((entry) =>
      element('option', { value: entry.name, disabled: !entry.available }, entry.available ? entry.title || entry.name : t('ocr.engine.unavailable', { name: entry.title || entry.name }))));
    const field = (key, control) => element('div.wb-option', {}, element('label', {}, t(key), control));
    this.model = element('select.wb-input');
    this.modelField = field('ocr.reread.model', this.model);
    this.layout = element('select.wb-input');
    this.layoutField = field('ocr.reread.layout_model', this.layout);
    this.options = element('div');
    this.anew = element('input', { type: 'checkbox' });
    const missing = engines.filter((entry) => !entry.available && entry.hint).map((entry) =>
      element('p.ocr-quiet', { dir: 'auto' }, `${entry.title || entry.name}: ${entry.hint}`));
    this.node = element('div.ocr-form', {}, field('ocr.reread.engine', this.engine), missing, this.modelField, this.layoutField, this.options,
      field('ocr.reread.anew', this.anew));
    const usual = engines.find((entry) => entry.name === engine && entry.available) ?? engines.find((entry) => entry.available);
    this.engine.value = usual.name;
    this.#chosen(model);
  }

  #chosen(model) {
    const engine = this.engines.find((entry) => entry.name === this.engine.value);
    const { models, layout_models: layouts } = engine;
    const offer = (select, names, usual) => replace(select, element('option', { value: '' }, usual), names.map((name) => element('option', { value: name }, name)));
    offer(this.model, models, t('ocr.reread.usual_model'));
    if (models.includes(model)) this.model.value = model;
    this.modelField.hidden = !models.length;
    offer(this.layout, layouts, t('ocr.reread.usual_layout', { model: layouts[0] ?? '' }));
    this.layoutField.hidden = !layouts.length;
    this.form = schemaForm({ properties: engine.options });
    replace(this.options, this.form.nodes);
  }

  /** What to send. */
  value() {
    const named = { model: this.model.value, layout_model: this.layout.value };
    const chosen = Object.fromEntries(Object.entries(named).filter(([, name]) => name));
    return { engine: this.engine.value, ...chosen, options: this.form.read(), layout: this.anew.checked ? 'anew' : 'kept' };
  }
}
