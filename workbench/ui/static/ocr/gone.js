/** Texts whose line is gone: it was typed in while the page was read again and no line was found there any more. */

import { t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { languageOf } from './text.js';

/** Offers such texts above the lines: as a line of their own, or away with them. */
export class Gone {
  constructor(desk) {
    this.desk = desk;
  }

  /** The drafts of the open page that have no line, as the drafts keep them. */
  drafts() {
    const { page, drafts } = this.desk;
    const waiting = drafts.waiting(page.id).filter(({ action }) => !action || action === 'correct');
    return waiting.filter((draft) => !page.view.lines.some((line) => line.id === draft.line));
  }

  /** Draws one notice a text. */
  notices() {
    return this.drafts().map((draft) => element('div.wb-banner.ocr-gone', { role: 'alert' }, icon('triangle'),
      element('p', {}, element('strong', {}, t('ocr.gone.title')), ' ', t('ocr.gone.text'),
        element('bdi.ocr-gone-text', { dir: 'auto', lang: languageOf(draft.text) }, draft.text)),
      element('button.wb-button', { type: 'button', onclick: () => this.#add(draft) }, t('ocr.gone.add')),
      element('button.wb-button.wb-quiet', { type: 'button', onclick: () => this.#drop(draft) }, t('ocr.gone.drop'))));
  }

  /** Makes a line where the old one was and saves the text there; the draft goes when it is safe. */
  async #add(draft) {
    const { desk } = this;
    const { page } = desk;
    const ends = [draft.baseline[0], draft.baseline.at(-1)];
    const added = await desk.rest.addLine(page.id, ends);
    if (!desk.projects.told(added)) return;
    const { id, revision } = added.data.line;
    const text = page.lines.get(draft.line)?.text ?? draft.text; // what was typed since counts
    if (!desk.projects.told(await this.#save(id, text, revision))) return;
    this.#drop(draft);
    await desk.reload();
    if (page === desk.page) desk.openLine(id);
  }

  /** Saves a text over nothing, or over what the engine has read there in the meantime. */
  async #save(id, text, base) {
    const answer = await this.desk.rest.saveLine(id, { text, base_revision: base });
    if (answer.status !== 409) return answer;
    return this.desk.rest.saveLine(id, { text, base_revision: answer.data.theirs.revision });
  }

  #drop(draft) {
    const { page, saver } = this.desk;
    page.lines.delete(draft.line);
    saver.forget(draft.line);
    page.rearrange();
  }
}
