/** What stands under the last line when nothing is left to decide: that the page is done, and the way to the next one. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { say } from '../frame/live.js';

/** The end of the list. It lies below the lines, so that none of them moves when it appears. */
export class PageEnd {
  /** Builds it, hidden; `desk` acts. */
  constructor(desk) {
    this.desk = desk;
    this.words = element('strong');
    this.next = element('button.wb-button.wb-primary', { type: 'button', onclick: () => this.#goOn() });
    this.node = element('div.ocr-page-end', { hidden: true, role: 'group', 'aria-label': t('ocr.end.label') }, icon('check'), this.words, this.next);
  }

  /** Shows it when every line that is shown is decided, hides it again when one is open. */
  paint() {
    const { desk } = this;
    const { page } = desk;
    const done = page.view.state === 'read' && page.ids.length > 0 && !page.nextOpen(null);
    if (done) {
      const whole = page.counted.every((line) => line.decided);
      const next = desk.nextOpenPage();
      const words = !whole ? 'shown_done' : next ? 'page_done' : 'project_done';
      this.words.textContent = t(`ocr.end.${words}`);
      this.next.hidden = !next;
      if (next && this.next.title !== next.name) {
        this.next.title = next.name;
        replace(this.next, t('ocr.bar.next'), desk.frame.keys.hint('ocr', 'next'));
      }
    }
    const left = document.activeElement === this.next && (!done || this.next.hidden); // a save was refused after all, or the last page done
    this.node.hidden = !done;
    if (left) desk.list.focusFirst();
  }

  /** Says that the page is done and goes to what is offered; false when nothing is. */
  focus() {
    this.paint();
    if (this.node.hidden) return false;
    say(this.words.textContent);
    this.node.scrollIntoView({ block: 'nearest' });
    if (this.next.hidden) return false;
    this.next.focus({ preventScroll: true });
    return true;
  }

  async #goOn() {
    const { desk } = this;
    const next = desk.nextOpenPage();
    if (next && (await desk.openPage(next.id, { push: true }))) desk.start();
  }
}
