/** Searching the text of a project: hits that lead to their line. Points and accents do not matter. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { languageOf } from './text.js';

const WAIT = 200; // milliseconds after the last letter

/** The search of the open project. */
export class Search {
  constructor(desk) {
    Object.assign(this, { desk, text: '' });
  }

  /** Opens at `button`; what was searched last is still there. */
  open(button) {
    const { desk } = this;
    if (!desk.project) return;
    const input = element('input.wb-input', { type: 'search', value: this.text, dir: 'auto', placeholder: t('ocr.search.placeholder', { name: desk.project.name }), 'aria-label': t('ocr.search.title'), autocomplete: 'off', spellcheck: 'false' });
    const count = element('p.ocr-quiet', { role: 'status' });
    const hits = element('ol.ocr-hits', { tabindex: '-1' });
    const opened = desk.frame.popover(button, element('div.ocr-search', {}, element('div.ocr-search-field', {}, icon('search'), input), count, hits), { label: t('ocr.search.title'), align: 'end' });
    if (!opened) return;
    let timer = 0;
    let abort = null;
    const look = async () => {
      abort?.abort();
      abort = new AbortController();
      await this.#look({ input, count, hits, opened, signal: abort.signal });
    };
    input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(look, WAIT); });
    opened.node.addEventListener('keydown', (event) => this.#walk(event, input, hits));
    input.focus();
    input.select();
    if (this.text) look();
  }

  async #look({ input, count, hits, opened, signal }) {
    this.text = input.value.trim();
    if (!this.text) {
      replace(hits);
      count.textContent = '';
      return;
    }
    const { status, data } = await this.desk.rest.search(this.desk.project.id, this.text, signal);
    if (signal.aborted) return;
    if (status !== 200) {
      count.textContent = [data.error, data.hint].filter(Boolean).join(' ');
      return;
    }
    count.textContent = data.length ? t('ocr.search.count', { count: data.length }) : t('ocr.search.none');
    replace(hits, data.map((hit) => this.#hit(hit, opened)));
  }

  #hit({ page_id: page, line_id: line, page_name: name, text, start, end }, opened) {
    const go = () => {
      opened.close({ focus: false });
      this.desk.openPage(page, { push: true, line });
    };
    const signs = [...text]; // places are counted in code points
    const part = (from, to) => signs.slice(from, to).join('');
    return element('li', {}, element('button', { type: 'button', onclick: go },
      element('small', { dir: 'auto' }, name),
      element('span', { dir: 'auto', lang: languageOf(text) }, part(0, start), element('mark', {}, part(start, end)), part(end))));
  }

  #walk(event, input, hits) {
    const stops = [input, ...hits.querySelectorAll('button')];
    const at = stops.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (to === undefined || at < 0 || !stops[to]) return;
    event.preventDefault();
    stops[to].focus();
  }
}
