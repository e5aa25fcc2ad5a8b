/** The menu of the current line: what is done rarely. */

import { t } from '../frame/catalogue.js';
import { openHistory } from './history.js';

/** Opens the menu of `line` at `button`. */
export function lineMenu(button, line, desk) {
  const { frame, lineActions } = desk;
  const link = new URL(location.href);
  link.searchParams.set('line', line.id);
  const copy = () => navigator.clipboard.writeText(link.href).then(() => frame.say(t('frame.copied')), () => {});
  frame.menu(button, [
    { label: t('ocr.line.revisions', { count: line.view.revisions }), icon: 'history', run: () => openHistory(button, line, desk) },
    ...['auto', 'rtl', 'ltr'].map((value) => ({ label: t(`ocr.direction.${value}`), checked: line.view.direction === value, run: () => desk.editor.setDirection(line, value) })),
    '-',
    { label: t('ocr.line.read_again'), icon: 'reread', run: () => lineActions.read(line) },
    { label: t('ocr.line.unreadable'), icon: 'barred', run: () => desk.editor.unreadable() },
    { label: t('ocr.line.not_line'), icon: 'minus', run: () => lineActions.setIsLine(line, false) },
    ...(navigator.clipboard ? ['-', { label: t('ocr.line.copy_link'), icon: 'link', run: copy }] : []), // there only on https and at home
  ], { label: t('ocr.line.more'), align: 'end' });
}
