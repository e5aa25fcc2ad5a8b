/** The menus of the page bar: project, page, engine, export, and all of them together on a narrow screen. */

import { t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';
import { confidence } from './status.js';
import { thresholdSlider } from './threshold.js';

const FORMATS = ['page', 'alto', 'hocr', 'text', 'json'];

/** Asks for a name; `null` when the person goes back. */
export async function askName({ frame, title, value = '', save }) {
  const input = element('input.wb-input', { type: 'text', value, maxlength: '200', dir: 'auto', 'aria-label': title, autofocus: true });
  const dialog = frame.dialog({
    title, body: element('form', { onsubmit: (event) => { event.preventDefault(); if (input.value.trim()) dialog.close('save'); } }, input),
    actions: [{ label: t('ocr.cancel'), value: null, kind: 'quiet' }, { label: save, value: 'save', kind: 'primary', run: () => Boolean(input.value.trim()) }],
  });
  input.focus();
  input.select();
  return (await dialog.closed) ? input.value.trim() : null;
}

/** Projects to go to, and what one does with the open one. */
export async function projectMenu(button, desk) {
  const projects = await desk.loadProjects();
  const open = projects.map(({ id, name, lines_total: all, lines_done: done }) => ({
    label: name, note: all ? t('ocr.project.note', { done, all }) : '', checked: id === desk.project?.id, run: () => desk.openProject(id, { push: true }),
  }));
  const { batch } = desk.rail;
  const { total, busy, failed } = batch.now;
  const own = desk.project ? [
    ...(busy ? [{ label: t('ocr.batch.stop'), icon: 'square', run: () => batch.stop() }] : []),
    ...(failed ? [{ label: t('ocr.batch.go_on'), note: t('ocr.batch.failed', { count: failed }), icon: 'reread', run: () => batch.goOn() }] : []),
    ...(total ? [{ label: t('ocr.batch.read_all'), icon: 'reread', run: () => desk.readAgain({ all: true }) }] : []),
    { label: t('ocr.upload.title'), icon: 'upload', run: () => desk.uploads.choose() },
    { label: t('ocr.upload.import'), icon: 'file', run: () => desk.uploads.choose('import') },
    { label: t('ocr.project.rename'), icon: 'pen', run: () => desk.projects.rename() },
    { label: t('ocr.project.delete'), icon: 'bin', kind: 'danger', run: () => desk.projects.remove() },
    '-',
  ] : [];
  desk.frame.menu(button, [
    { heading: t('ocr.project.all') }, ...open, '-',
    { label: t('ocr.project.new'), icon: 'plus', run: () => desk.projects.create() },
    ...own,
    { label: t('ocr.trash.title'), icon: 'bin', run: () => desk.trash.open() },
  ], { label: t('ocr.project.menu') });
}

/** The pages of the project, and what one does with the open one. */
export function pageMenu(button, desk) {
  const { page, projects } = desk;
  const pages = (desk.project?.pages ?? []).map(({ id, name, lines_total: all, lines_done: done }) => ({
    label: name, note: all ? t('ocr.project.note', { done, all }) : '', checked: id === page.id, run: () => desk.openPage(id, { push: true }),
  }));
  desk.frame.menu(button, [
    { label: t('ocr.page.rename'), icon: 'pen', run: () => projects.renamePage() },
    { label: t('ocr.bar.read_again'), icon: 'reread', run: () => desk.readAgain() },
    { label: t('ocr.page.delete'), icon: 'bin', kind: 'danger', run: () => projects.removePage() },
    '-', ...pages,
  ], { label: t('ocr.page.menu') });
}

/** Which engine and model read the pages of this project; those that cannot are greyed out with how to get them. */
export async function engineMenu(button, desk) {
  const engines = await desk.loadEngines();
  const { project, page } = desk;
  const name = project?.engine ?? desk.defaultEngine?.name;
  const now = [name, project?.model ?? engines.find((engine) => engine.name === name)?.models[0]]; // the first is what it takes by itself
  const entries = engines.flatMap((engine) => {
    const models = engine.models.length ? engine.models : [null];
    return [{ heading: engine.title || engine.name }, ...models.map((model) => ({
      label: model ?? engine.name, checked: now[0] === engine.name && (model === null || now[1] === model),
      disabled: !engine.available, hint: engine.available ? undefined : engine.hint,
      run: () => desk.projects.chooseEngine(engine.name, model),
    }))];
  });
  const again = page ? ['-', { label: t('ocr.engine.read_again'), icon: 'reread', run: () => desk.readAgain() }] : [];
  desk.frame.menu(button, [{ heading: t('ocr.engine.next_pages') }, ...entries, ...again], { label: t('ocr.engine.menu') });
}

/** The page or the whole project in every format. */
export function exportMenu(button, desk) {
  const { page, project } = desk;
  const links = (path) => FORMATS.map((format) => ({ label: t(`ocr.export.${format}`), href: `${path}/export?format=${format}`, download: '' }));
  desk.frame.menu(button, [
    ...(page ? [{ heading: t('ocr.export.this_page') }, ...links(`/pages/${page.id}`)] : []),
    ...(project ? [{ heading: t('ocr.export.project') }, ...links(`/projects/${project.id}`)] : []),
    '-', { label: t('ocr.export.workspace'), href: '/workspace/export?format=page', download: '', icon: 'download' },
  ], { label: t('ocr.bar.export'), align: 'end' });
}

/** Everything of the bar that a narrow screen has no room for. */
export function moreMenu(button, desk) {
  const { page, bar } = desk;
  const filters = page ? ['all', 'unsure', 'changed'].map((filter) => ({
    label: t(`ocr.filter.${filter}`, { count: page.counts[filter] }), checked: page.filter === filter, run: () => page.choose('filter', filter),
  })) : [];
  const orders = page ? ['reading', 'unsure'].map((order) => ({
    label: t(`ocr.order.${order}`), checked: page.order === order, run: () => page.choose('order', order),
  })) : [];
  const slider = () => desk.frame.popover(button, thresholdSlider(desk), { label: t('ocr.bar.unsure_below'), align: 'end' });
  const later = (open) => () => requestAnimationFrame(() => open(button, desk));
  desk.frame.menu(button, [
    { label: t('ocr.project.menu'), icon: 'folder', run: later(projectMenu) },
    { label: t('ocr.upload.title'), icon: 'upload', run: () => desk.uploads.choose() },
    { label: t('ocr.search.title'), icon: 'search', run: () => desk.search.open(bar.more) },
    { label: t('ocr.engine.menu'), icon: 'lines', run: later(engineMenu) },
    { label: t('ocr.bar.read_again'), icon: 'reread', run: () => desk.readAgain() },
    { label: t('ocr.bar.export'), icon: 'download', run: later(exportMenu) },
    ...(page ? [{ label: t('ocr.add_line.title'), icon: 'plus', run: () => desk.viewer.addLine() }, 
      { label: t('ocr.view.lines'), icon: 'eye', run: () => desk.viewer.toggle() },
      { label: t('ocr.bar.unsure_below'), note: confidence(page.threshold), icon: 'flag', run: later(slider) },
      '-', ...filters, '-', ...orders] : []),
  ], { label: t('ocr.bar.more'), align: 'end' });
}
