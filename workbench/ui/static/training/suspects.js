/** The lines that a check found doubtful: image, text, why, and the way to each of them. */

import { t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';

/** Opens the list of suspects. */
export function showSuspects(room, title, suspects) {
  const dialog = room.frame.dialog({
    title, wide: true,
    body: element('ul.training-suspects', { tabindex: '0', 'aria-label': title }, suspects.map((suspect) => row(room, suspect, () => dialog.close()))),
  });
}

/** One line. */
function row(room, { line_id: line, page_id: page, page_name: pageName, number, text, why }, close) {
  const place = line ? t('training.suspect.place', { page: pageName, number }) : pageName; // a whole page has no line
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a window of its own
    event.preventDefault();
    close();
    room.go({ tab: 'ocr', project: null, page, line });
  };
  const picture = element('img', { src: line ? `/lines/${line}/image?height=88` : `/pages/${page}/thumbnail`, alt: t('training.suspect.image', { place }), loading: 'lazy' });
  picture.addEventListener('error', () => picture.remove());
  return element('li', {}, picture, element('p.training-suspect-text', { dir: 'auto' }, text),
    element('p.training-suspect-why', {}, element('bdi', {}, why)),
    element('a', { href: `/?tab=ocr&page=${page}${line ? `&line=${line}` : ''}`, onclick: open }, element('bdi', {}, place)));
}
