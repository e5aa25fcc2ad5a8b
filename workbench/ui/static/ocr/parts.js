/** What only the current line has: why it needs a look, who read it, its history, its direction, its choices. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { alternatives } from './alternatives.js';
import { diff } from '../frame/diff.js';
import { openHistory } from './history.js';
import { lineMenu } from './line_menu.js';
import { reason } from './status.js';
import { graphemes, languageOf, nfc } from './text.js';

/** The parts above and below the current line's input. */
export class Parts {
  /** Draws into `row`; `desk` acts. */
  constructor(row, desk) {
    Object.assign(this, { row, desk, asking: null, drawn: '' });
  }

  /** Draws anew what changed. */
  paint() {
    this.#paintTop();
    this.paintBelow();
  }

  #paintTop() {
    const { row, desk } = this;
    const { line } = row;
    const { view } = line;
    const why = reason(line, desk.page.threshold);
    const key = JSON.stringify([why, view.revisions, view.direction, row.field.dir, line.problem, view.state, view.revision]);
    if (key === this.drawn) return; // a button that has the focus is not taken away under it
    this.drawn = key;
    const grave = line.problem || view.state === 'unreadable';
    replace(row.top,
      (line.problem || why) && element('span.wb-chip', { class: grave ? 'wb-failed' : 'wb-unsure', title: line.problem || why },
        icon(line.problem ? 'triangle' : grave ? 'barred' : 'flag', { size: 14 }), element('span', { dir: 'auto' }, line.problem || why)), // the server speaks English
      !line.problem && element('span.ocr-reader', {}, this.#reader()),
      element('span.ocr-row-actions', {},
        this.#button('history', t('ocr.line.revisions', { count: view.revisions ?? view.revision }), (button) => openHistory(button, line, desk)),
        this.#button(null, this.#direction(), (button) => this.#chooseDirection(button)),
        this.#button('more', null, (button) => lineMenu(button, line, desk), t('ocr.line.more'))));
  }

  #button(glyph, label, run, name = label) {
    const button = element('button.wb-button.wb-quiet.wb-small', { type: 'button', 'aria-label': name, title: label ? null : name, class: label ? '' : 'wb-iconic ocr-more' }, glyph && icon(glyph, { size: 14 }), label);
    button.addEventListener('click', () => run(button));
    return button;
  }

  /** Who the text is by: the model that read it, or the person who saved it. */
  #reader() {
    const { row } = this;
    const { view } = row.line;
    if (view.source === 'person') return row.who();
    if (view.source === 'import') return t('ocr.line.imported');
    return view.reading ? t('ocr.line.read_by', { model: view.reading.model || view.reading.engine }) : '';
  }

  #direction() {
    const chosen = this.row.line.view.direction;
    const shown = t(`ocr.direction.${this.row.field.dir}`);
    return chosen === 'auto' ? t('ocr.direction.auto_is', { direction: shown }) : t('ocr.direction.is', { direction: shown });
  }

  #chooseDirection(button) {
    const { row, desk } = this;
    const chosen = row.line.view.direction;
    const entries = ['auto', 'rtl', 'ltr'].map((value) => ({
      label: t(`ocr.direction.${value}`), checked: value === chosen, run: () => desk.editor.setDirection(row.line, value),
    }));
    desk.frame.menu(button, entries, { label: t('ocr.direction.label'), align: 'end' });
  }

  /** Draws the choices at the caret, the newer reading, and the keys that act here. */
  paintBelow() {
    const { row, desk } = this;
    if (this.asking) return;
    const hint = (id) => element('span.ocr-hint', {}, desk.frame.keys.hint('ocr', id), t(`ocr.hint.${id}`));
    replace(row.below,
      element('div.ocr-row-tools', {},
        element('div.ocr-choices', { role: 'group', 'aria-label': t('ocr.alternative.group') }, alternatives(row, desk)),
        element('div.ocr-row-hints', {}, hint('nextUnsure'), hint('unreadable'))),
      row.line.suggested && this.#suggestion());
  }

  /** The newer reading of a line that a person saved or is typing in, with what it would change. */
  #suggestion() {
    const { row, desk } = this;
    const { reading } = row.line.view;
    const parts = diff(graphemes(nfc(row.line.text)), graphemes(nfc(reading.text)));
    const text = element('bdi.ocr-suggestion-text', { dir: row.field.dir, lang: languageOf(reading.text) },
      parts.map(({ kind, text: part }) => (kind === 'same' ? part : element(kind === 'added' ? 'ins' : 'del', {}, part))));
    return element('div.ocr-suggestion', {},
      element('span.ocr-reader', {}, t('ocr.suggestion.reads', { model: reading.model || reading.engine })), text,
      element('button.wb-button.wb-small', { type: 'button', onclick: () => desk.editor.takeSuggestion() }, t('ocr.suggestion.take'), desk.frame.keys.hint('ocr', 'suggestion')));
  }

  /** Asks why the line cannot be read, in the line, by keyboard; resolves to the reason or `null`. */
  ask() {
    const { row } = this;
    const list = `ocr-reasons-${row.line.id}`;
    return new Promise((resolve) => {
      const input = element('input.wb-input', { type: 'text', list, maxlength: '200', 'aria-label': t('ocr.unreadable.why'), placeholder: t('ocr.unreadable.why') });
      const options = ['washed', 'torn', 'covered', 'blurred'].map((key) => element('option', { value: t(`ocr.unreadable.${key}`) }));
      const end = (value) => {
        if (!this.asking) return;
        this.asking = null;
        resolve(value);
        this.paintBelow();
      };
      input.addEventListener('keydown', (event) => {
        if (event.isComposing || !['Enter', 'Escape'].includes(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
        end(event.key === 'Enter' ? input.value.trim() : null);
      });
      this.asking = input;
      replace(row.below, element('form.ocr-ask', { onsubmit: (event) => event.preventDefault() },
        icon('barred'), input, element('datalist', { id: list }, options),
        element('button.wb-button.wb-danger.wb-small', { type: 'button', onclick: () => end(input.value.trim()) }, t('ocr.unreadable.mark')),
        element('button.wb-button.wb-quiet.wb-small', { type: 'button', onclick: () => end(null) }, t('ocr.unreadable.go_on'))));
      input.focus();
    });
  }
}
