/** Files on their way in: chosen, dropped or pasted, many at once, each with its progress and its own error. */

import { percent, t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { batches } from './batches.js';

const SCANS = '.png,.jpg,.jpeg,.webp,.tif,.tiff,.pdf,image/*,application/pdf';
const IMPORTS = `${SCANS},.xml,.hocr,.html,.htm,.json,.txt,.zip`;

/** Whether the same files may be taken later: the server was away or full, or a person had to log in. */
const mayComeLater = (status) => status >= 500 || [0, 401, 403, 408, 409, 425, 429].includes(status);

/** The uploads of this tab. Errors stay until they are dismissed. */
export class Uploads {
  /** Listens for drops and pastes on `place`; `desk` navigates. */
  constructor(desk, place) {
    Object.assign(this, { desk, entries: [], running: false });
    this.input = element('input', { type: 'file', multiple: true, accept: SCANS, hidden: true, 'aria-label': t('ocr.upload.title') });
    this.input.addEventListener('change', () => {
      this.add([...this.input.files], { together: this.kind === 'import' });
      this.input.value = '';
    });
    this.list = element('ul.ocr-upload-list');
    this.title = element('strong');
    this.node = element('section.ocr-uploads', { hidden: true, 'aria-label': t('ocr.upload.panel') },
      element('header', {}, this.title, element('button.wb-button.wb-quiet.wb-small', { type: 'button', onclick: () => this.#dismiss() }, t('ocr.upload.dismiss'))), this.list);
    this.veil = element('div.ocr-veil', { 'aria-hidden': 'true' }, element('p', {}, icon('upload', { size: 24 }), t('ocr.upload.drop')));
    place.append(this.input, this.node, this.veil);
    this.#receive(place);
  }

  #receive(place) {
    let depth = 0;
    const files = (event) => event.dataTransfer?.types?.includes('Files');
    const veil = (shown) => this.veil.classList.toggle('ocr-shown', shown);
    const visible = () => place.getClientRects().length > 0;
    addEventListener('dragenter', (event) => { if (files(event) && visible()) { depth += 1; veil(true); } });
    addEventListener('dragleave', (event) => { if (files(event) && visible()) { depth = Math.max(0, depth - 1); veil(depth > 0); } });
    addEventListener('dragover', (event) => { if (files(event) && visible()) event.preventDefault(); });
    addEventListener('drop', (event) => {
      if (!files(event) || !visible()) return;
      event.preventDefault();
      depth = 0;
      veil(false);
      this.add([...event.dataTransfer.files]);
    });
    addEventListener('paste', (event) => {
      const pasted = [...(event.clipboardData?.files ?? [])];
      if (!pasted.length || !visible()) return;
      // word processors lay a picture beside the text that they copy: in a line the text is meant
      if (event.clipboardData.types.includes('text/plain') && event.target.closest?.('input, textarea')) return;
      event.preventDefault();
      this.add(pasted);
    });
  }

  /** Opens the browser's choice of files; `import` also takes what tells the lines of the images, and ZIPs of both. */
  choose(kind = 'scans') {
    this.kind = kind;
    this.input.accept = kind === 'import' ? IMPORTS : SCANS;
    this.input.click();
  }

  /** Takes files: images are read; images with files that tell their lines are imported together. */
  add(files, { together = false } = {}) {
    if (!files.length) return;
    this.opened = false;
    const batch = { project: this.desk.project?.id ?? null };
    for (const group of batches(files, { together })) this.entries.push({ ...group, batch, state: 'waiting', share: 0, error: '', hint: '' });
    this.paint();
    this.#run();
  }

  /** Sends what waits, one after the other: pages lie in the project in the order in which they came. */
  async #run() {
    if (this.running) return;
    this.running = true;
    for (let entry; (entry = this.entries.find(({ state }) => state === 'waiting')); ) {
      entry.state = 'sending';
      this.paint();
      await this.#send(entry).catch(console.error);
    }
    this.running = false;
  }

  async #send(entry) {
    const { frame } = this.desk;
    const limit = frame.session.limits?.upload_bytes;
    const size = entry.files.reduce((sum, file) => sum + file.size, 0);
    if (limit && size > limit) {
      this.#failed(entry, { error: t('ocr.upload.too_large', { limit: Math.floor(limit / 2 ** 20) }), hint: t('ocr.upload.too_large_hint') });
      return;
    }
    const [path, form] = bodyOf(entry);
    const progress = (share) => this.#advance(entry, share);
    entry.abort = new AbortController();
    const { status, data } = await frame.upload(path, form, progress, { signal: entry.abort.signal });
    if (data?.aborted) return;
    if (status < 200 || status >= 300) {
      this.#failed(entry, data, mayComeLater(status));
      return;
    }
    entry.state = 'done';
    entry.batch.project = data.project_id; // the first file of no project made the one that the others go into
    this.paint();
    await this.#arrived(data);
  }

  /** Notes how much was sent; the row stays, and with it the button that one is about to press. */
  #advance(entry, share) {
    entry.share = share;
    if (share >= 1) {
      entry.state = 'storing';
      this.paint();
      return;
    }
    entry.node.querySelector('.ocr-quiet').textContent = percent(share);
    entry.node.querySelector('progress').value = share;
  }

  /** Shows what arrived: its project, and its first page when nothing is open that a person is at. */
  async #arrived({ project_id: project, page_id: page, page_ids: pages = [page] }) {
    const { desk } = this;
    const [first] = pages; // an import answers with all of its pages, a scan with its first
    if (!desk.project) {
      this.opened = true;
      await desk.openProject(project, { push: true, page: first });
      return;
    }
    if (desk.project.id !== project) return; // one has gone to another project meanwhile
    await desk.loadProject(project);
    if (!this.opened && first && (!desk.page || desk.page.counts.all === desk.page.counts.done || !desk.atWork)) {
      this.opened = true;
      await desk.openPage(first, { push: true });
    }
  }

  #failed(entry, data, again = false) {
    Object.assign(entry, { state: 'failed', again, error: data?.error ?? '', hint: data?.hint ?? '' });
    this.desk.frame.say(`${nameOf(entry)}: ${entry.error} ${entry.hint}`, { assertive: true });
    this.paint();
  }

  /** Takes a file back that has not been sent whole. */
  #stop(entry) {
    this.#dismiss(entry);
    entry.abort?.abort();
  }

  #dismiss(entry = null) {
    this.entries = this.entries.filter((other) => (entry ? other !== entry : !/done|failed/.test(other.state)));
    this.paint();
  }

  /** Draws the panel; it goes by itself when all is well, errors stay. */
  paint() {
    const { entries } = this;
    const number = (wanted) => entries.filter(wanted).reduce((sum, { files }) => sum + files.length, 0); // what a person counts: files
    const failed = number(({ state }) => state === 'failed');
    const open = number(({ state }) => !/done|failed/.test(state));
    const of = number(() => true);
    if (!open && !failed && of) {
      this.desk.frame.say(t('ocr.upload.all_done', { count: of }));
      this.entries = [];
    }
    this.node.hidden = !this.entries.length;
    this.title.textContent = open ? t('ocr.upload.sending', { count: open }) : t('ocr.upload.failed', { count: failed, of });
    replace(this.list, this.entries.map((entry) => this.#row(entry)));
  }

  #row(entry) {
    const { state, share, error, hint, again } = entry;
    const glyph = { failed: 'triangle', done: 'check', waiting: 'clock' }[state] ?? 'ring';
    const words = state === 'sending' ? percent(share) : t(`ocr.upload.${state}`);
    const small = (name, run) => element('button.wb-button.wb-quiet.wb-small.wb-iconic', { type: 'button', 'aria-label': name, title: name, onclick: run }, icon('close'));
    entry.node = element('li', { data: { state } },
      icon(glyph, { spin: glyph === 'ring' }), element('span.ocr-name', { title: entry.files.map(({ name }) => name).join('\n') || nameOf(entry) }, element('bdi', {}, nameOf(entry))),
      state === 'failed' ? small(t('ocr.upload.dismiss_one', { name: nameOf(entry) }), () => this.#dismiss(entry)) : element('span.ocr-quiet', {}, words),
      state === 'failed' && element('p', { role: 'alert', dir: 'auto' }, element('strong', {}, error), ' ', hint), // the server speaks English
      /waiting|sending/.test(state) && small(t('ocr.upload.stop', { name: nameOf(entry) }), () => this.#stop(entry)),
      state === 'sending' && element('progress.ocr-progress', { max: '1', value: share, 'aria-label': nameOf(entry) }),
      state === 'failed' && again && element('span.ocr-upload-actions', {},
        element('button.wb-button.wb-small', { type: 'button', onclick: () => { Object.assign(entry, { state: 'waiting', share: 0 }); this.paint(); this.#run(); } }, t('ocr.upload.again'))));
    return entry.node;
  }
}

/** The name of an entry as a person knows it. */
function nameOf({ files }) {
  return files.length === 1 ? files[0].name || t('ocr.upload.pasted') : t('ocr.upload.files', { count: files.length });
}

/** Path and form of an entry. */
function bodyOf({ files, imports, batch: { project } }) {
  const form = new FormData();
  if (imports) {
    for (const file of files) form.append('files', file, file.name);
    return [project === null ? '/projects/import' : `/projects/${project}/import`, form];
  }
  form.append('image', files[0], files[0].name || `${t('ocr.upload.pasted')}.png`);
  if (project !== null) form.append('project', String(project));
  return ['/ocr/', form];
}
