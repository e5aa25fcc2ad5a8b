/** The pages of a project as a rail of thumbnails with how far each is. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { Batch } from './batch.js';

/** A name and the number at its end, by which the pages of one book differ: it stays in sight where a name is cut. */
const ENDING = /^(.*?)((?:\s*[·_-]\s*|\s+)?\d{0,5})$/su;

/** The rail; one page is a Tab stop, arrows move. */
export class Rail {
  /** Builds an empty rail; `desk` acts. */
  constructor(desk) {
    this.desk = desk;
    this.items = new Map();
    this.list = element('ol.ocr-rail-list', {});
    this.add = element('button.wb-button.wb-quiet.wb-small.ocr-rail-add', { type: 'button', title: t('ocr.upload.title'), onclick: () => desk.uploads.choose() }, icon('plus'), t('ocr.upload.add'));
    this.batch = new Batch(desk);
    this.node = element('nav.ocr-rail', { 'aria-label': t('ocr.rail.label') }, this.add, this.batch.node, this.list);
    this.list.addEventListener('keydown', (event) => this.#walk(event));
  }

  /** Draws the pages of the open project; those that stay keep their elements and with them the focus. */
  paint() {
    const { desk } = this;
    const pages = desk.project?.pages ?? [];
    this.batch.paint();
    const seen = new Set(pages.map((page) => page.id));
    for (const [id, item] of this.items) {
      if (seen.has(id)) continue;
      item.node.remove();
      this.items.delete(id);
    }
    let place = this.list.firstChild;
    for (const page of pages) {
      const item = this.items.get(page.id) ?? this.#make(page);
      this.#draw(item, page);
      if (item.node === place) place = place.nextSibling;
      else this.list.insertBefore(item.node, place);
    }
  }

  #make(page) {
    const item = {
      image: element('img', { alt: '', loading: 'lazy', decoding: 'async', draggable: 'false' }),
      bar: element('span.ocr-rail-bar', {}, element('span')),
      name: element('span.ocr-rail-name', { dir: 'auto' }, element('span'), element('span')),
      left: element('span.ocr-rail-left'),
    };
    item.button = element('button.ocr-rail-page', { type: 'button', onclick: () => this.desk.openPage(page.id, { push: true }) },
      element('span.ocr-thumbnail', {}, item.image), item.bar, element('span.ocr-rail-words', {}, item.name, item.left));
    item.node = element('li', {}, item.button);
    this.items.set(page.id, item);
    return item;
  }

  #draw({ image, bar, name, left, button }, page) {
    const { desk } = this;
    const here = page.id === desk.page?.id;
    const { all, done } = here ? desk.page.counts : { all: page.lines_total, done: page.lines_done };
    if (page.thumbnail && image.getAttribute('src') !== page.thumbnail) image.src = page.thumbnail;
    image.hidden = !page.thumbnail;
    bar.firstChild.style.inlineSize = `${all ? (done / all) * 100 : 0}%`;
    const [, head, tail] = ENDING.exec(page.name);
    name.firstChild.textContent = head;
    name.lastChild.textContent = tail;
    const open = all - done;
    const busy = page.state === 'queued' || page.state === 'reading';
    replace(left, page.state === 'failed' ? icon('triangle', { size: 12 }) : busy ? icon(page.state === 'queued' ? 'clock' : 'ring', { size: 12, spin: page.state === 'reading' })
      : all && !open ? icon('check', { size: 12 }) : String(open));
    left.dataset.state = page.state;
    const state = page.state === 'read' ? t('ocr.rail.left', { count: open }) : t(`ocr.rail.${page.state}`);
    button.setAttribute('aria-label', `${page.name}, ${state}`);
    button.title = page.state === 'failed' ? `${page.name}: ${page.message}` : page.name;
    button.toggleAttribute('aria-current', here);
    if (here) button.setAttribute('aria-current', 'page');
    button.tabIndex = here || (!desk.page && page === desk.project.pages[0]) ? 0 : -1;
  }

  /** Brings the open page into sight; called when another page was opened, never while one works. */
  show() {
    this.items.get(this.desk.page?.id)?.node.scrollIntoView({ block: 'nearest' });
  }

  #walk(event) {
    const buttons = [...this.list.querySelectorAll('button')];
    const at = buttons.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined || !buttons[to] || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    buttons[to].focus();
  }
}
