/** The revisions of a line: who or what wrote them, what changed, and any of them back again. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { diff } from '../frame/diff.js';
import { graphemes, languageOf, nfc } from './text.js';

/** Opens the history of `line` at `button`. */
export async function openHistory(button, line, desk) {
  const place = element('div.ocr-history', {}, element('p.wb-skeleton', { 'aria-label': t('ocr.history.loading') }));
  const opened = desk.frame.popover(button, place, { label: t('ocr.history.title', { number: line.number }), align: 'end' });
  if (!opened) return;
  const { status, data } = await desk.rest.revisions(line.id);
  if (status !== 200) {
    replace(place, element('p', { role: 'alert' }, data.error, ' ', data.hint));
    return;
  }
  const revisions = [...data].sort((a, b) => b.revision - a.revision);
  const texts = new Map(revisions.map((entry) => [entry.revision, entry.text]));
  const rows = revisions.map((entry, at) => revisionRow({ entry, newest: at === 0, before: texts.get(entry.base) ?? '', line, desk, opened }));
  replace(place, element('h2', {}, t('ocr.history.title', { number: line.number })), rows.length ? element('ol', {}, rows) : t('ocr.history.none'));
  opened.node.querySelector('button')?.focus({ preventScroll: true });
}

/** One revision, with what it changed against the one it was made from. */
function revisionRow({ entry, newest, before, line, desk, opened }) {
  const { frame } = desk;
  const restore = () => {
    opened.close();
    desk.undo.note({ kind: 'state', line: line.id, revision: line.view.revision });
    desk.lineActions.restore(line, entry.revision);
  };
  const parts = entry.revision === 1 ? [{ kind: 'same', text: entry.text }] : diff(graphemes(nfc(before)), graphemes(nfc(entry.text)));
  return element('li', {},
    element('div.ocr-history-head', {},
      element('strong', {}, t('ocr.history.revision', { number: entry.revision })),
      element('span', {}, t(`ocr.history.${entry.action}`, { author: entry.author })),
      element('time', {}, frame.moment(entry.created)),
      newest ? element('span.wb-chip', {}, t('ocr.history.now'))
        : element('button.wb-button.wb-small', { type: 'button', onclick: restore, 'aria-label': t('ocr.history.restore_label', { number: entry.revision }) }, t('ocr.history.bring_back'))),
    element('p.ocr-history-text', { dir: 'auto', lang: languageOf(entry.text) },
      entry.text || parts.length ? parts.map(({ kind, text }) => (kind === 'same' ? text : element(kind === 'added' ? 'ins' : 'del', {}, text))) : entry.reason),
    entry.reason && element('p.ocr-history-reason', { dir: 'auto' }, entry.reason));
}
