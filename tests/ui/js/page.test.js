import { Desk } from '/static/ocr/desk.js';
import { Page } from '/static/ocr/page.js';
import { same } from '/tests/same.js';

const preferences = { get: (name) => ({ threshold: 0.8, filter: 'all', order: 'reading' })[name], set() {} };
const line = (id, text, revision) => ({
  id, text, revision, index: id, state: 'saved', source: 'person', is_line: true, direction: 'auto', suggestion: false, revisions: revision, reading: null, polygon: [], baseline: [],
});
const pageOf = (...lines) => new Page({ id: 7, image: null, width: 10, lines }, preferences);

/** A desk whose server answers when it is told to. */
function deskOf(project) {
  const asked = [];
  const rest = { project: (id) => new Promise((answer) => asked.push(() => answer({ status: 200, data: { id, pages: [] } }))) };
  const painted = { paint() {} };
  return { asked, desk: Object.assign(new Desk({ rest }), { project, rail: painted, bar: painted, empty: painted }) };
}

export const tests = {
  'what was typed and taken back again gives way to a newer text'() {
    const page = pageOf(line(1, 'old', 1));
    const own = page.lines.get(1);
    own.type('older');
    own.type('old');
    page.putLine(line(1, 'new', 2));
    same([own.text, own.dirty], ['new', false]);
  },

  'what was typed stays beside a newer text'() {
    const page = pageOf(line(1, 'old', 1));
    const own = page.lines.get(1);
    own.type('mine');
    own.save = 'draft';
    page.putLine(line(1, 'new', 2));
    same([own.text, own.view.revision], ['mine', 1]);
  },

  async 'pages of a project that one has left meanwhile are not shown'() {
    const { asked, desk } = deskOf({ id: 1, pages: [] });
    const loading = desk.loadProject(1);
    desk.project = { id: 2, pages: [] };
    asked[0]();
    same([await loading, desk.project.id], [true, 2]);
  },
};
