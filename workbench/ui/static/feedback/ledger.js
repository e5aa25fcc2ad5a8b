/** What of the ledger is shown: the filter, the entries that were fetched, and those that came since. */

import { query } from './filter.js';

const PART = 50; // entries fetched at once
const MOST = 500; // that the server gives at once

/** Nothing chosen. */
const EVERYTHING = { text: '', task: null, project: null, person: null, model: null, days: null };

/** Fetches and keeps entries; `bar`, `totals` and `pane` draw them. */
export class Ledger {
  constructor(frame, root) {
    Object.assign(this, { frame, root, filter: { ...EVERYTHING }, entries: [], fresh: [], next: null, gap: false, busy: false, again: false, stale: true });
    this.abort = new AbortController();
  }

  /** Whether the tab is in sight. */
  get visible() {
    return this.root.getClientRects().length > 0;
  }

  /** Whether anything is filtered out. */
  get filtered() {
    return Object.values(this.filter).some(Boolean);
  }

  /** The path of a request with the filter; `more` are further parameters. */
  path(rest, more = {}) {
    return `/feedback/${rest}?${query(this.filter, more)}`;
  }

  /** Changes parts of the filter and fetches anew. */
  async choose(parts) {
    Object.assign(this.filter, parts);
    this.bar.paint();
    await this.load();
  }

  /** Takes every filter away. */
  async clear() {
    this.bar.input.value = '';
    await this.choose({ ...EVERYTHING });
  }

  /** Fetches the newest entries and the totals; an earlier request that is still on its way is given up. */
  async load() {
    this.abort.abort();
    this.abort = new AbortController();
    Object.assign(this, { stale: false, busy: true });
    const { signal } = this.abort;
    this.pane.wait();
    this.#count(signal);
    const { status, data } = await this.frame.api('GET', this.path('', { limit: PART }), null, { signal });
    if (signal.aborted) return;
    if (status === 200) {
      Object.assign(this, { entries: data.entries, fresh: [], gap: false, next: data.next });
      this.pane.show();
    } else this.pane.fail(data);
    this.#done();
  }

  /** Fetches the entries that come after the last one, if there are any. */
  async more() {
    if (this.busy || this.next === null) return;
    const { signal } = this.abort;
    this.busy = true;
    const { status, data } = await this.frame.api('GET', this.path('', { limit: PART, before: this.next }), null, { signal });
    if (signal.aborted) return;
    if (status === 200) { // else the next scroll tries again
      this.entries = [...this.entries, ...data.entries];
      this.next = data.next;
      this.pane.extend(data.entries);
    }
    this.#done();
  }

  /** Ends a request, and looks at what was told while it was on its way. */
  #done() {
    this.busy = false;
    if (!this.again) return;
    this.again = false;
    this.refresh();
  }

  /**
   * Looks what came and what changed meanwhile; what is read does not move.
   *
   * @param {{all?: boolean}} [options] all: every entry shown is looked at again, not only the newest
   */
  async refresh({ all = false } = {}) {
    if (!this.visible) {
      this.stale = true;
      return;
    }
    if (this.busy) {
      this.again = true;
      return;
    }
    const { signal } = this.abort;
    this.#count(signal);
    const limit = all ? Math.min(MOST, this.entries.length + PART) : PART;
    const { status, data } = await this.frame.api('GET', this.path('', { limit }), null, { signal });
    if (signal.aborted || status !== 200) return;
    const newest = this.entries[0]?.id ?? 0;
    this.fresh = data.entries.filter((entry) => entry.id > newest);
    this.gap = this.fresh.length >= limit; // between them and those that are shown there may be more
    if (!this.entries.length && this.fresh.length) await this.load();
    else if (this.gap) this.pane.offer();
    else this.#update(data.entries, data.next);
  }

  /** Takes over what changed of the entries that are shown. */
  #update(found, next) {
    const known = new Map(found.map((entry) => [entry.id, entry]));
    const last = next === null ? 0 : found.at(-1).id; // older ones were not looked at
    this.entries = this.entries.filter((entry) => entry.id < last || known.has(entry.id)).map((entry) => known.get(entry.id) ?? entry);
    this.pane.update();
    this.pane.offer();
  }

  /** Puts the entries that came at the top. */
  async take() {
    if (this.gap) {
      await this.load();
      this.pane.toTop();
      return;
    }
    this.entries = [...this.fresh, ...this.entries];
    this.fresh = [];
    this.pane.update();
    this.pane.offer();
    this.pane.toTop();
  }

  /** Asks what there is to filter by now. */
  async choices() {
    const { status, data } = await this.frame.api('GET', '/feedback/choices');
    return status === 200 ? data : { projects: [], people: [], models: [], tasks: [] };
  }

  /** Fetches the figures over everything that passes the filter. */
  async #count(signal) {
    const { status, data } = await this.frame.api('GET', this.path('totals'), null, { signal });
    if (status === 200 && !signal.aborted) this.totals.show(data);
  }

  /** Opens the line of an entry in the OCR tab. */
  open({ project, page, line }) {
    this.frame.address.go({ tab: 'ocr', project: project.id, page: page.id, line: line.id });
  }

  /** Goes to another tab. */
  goTo(tab) {
    this.frame.address.go({ tab });
  }
}
