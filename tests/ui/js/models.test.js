import { combinable, waysOf } from '/static/models/combine.js';
import { blocks } from '/static/models/markdown.js';
import { chosen, counts } from '/static/models/items.js';
import { marked } from '/static/models/marks.js';
import { first, partner, shortNames, standing, threads } from '/static/models/versions.js';
import { asShare, shown } from '/static/models/figures.js';
import { areBars, intervals } from '/static/models/reliability.js';
import { axisEnd, place } from '/static/models/whiskers.js';
import { ago, chance, change } from '/static/models/words.js';
import { same } from '/tests/same.js';

const version = (model, more = {}) => {
  const [owner, task, name, number] = model.split('/');
  return { model, name: `${owner}/${task}/${name}`, version: Number(number.slice(1)), own: owner !== 'base', parent: null, created: 0, promoted: false, production: false, problem: '', ...more };
};
const BASE = version('base/ocr/hebrew/v1');
const OTHER = version('base/ocr/arabic/v1');
const ONE = version('noa/ocr/letters/v1', { parent: BASE.model, created: 1 });
const TWO = version('noa/ocr/letters/v2', { parent: ONE.model, created: 2, production: true, promoted: true });
const THREE = version('noa/ocr/letters/v3', { parent: TWO.model, created: 3 });
const ALL = [BASE, OTHER, THREE, TWO, ONE];
const item = (a, b) => ({ a: { errors: a }, b: { errors: b } });
const parts = (truth, text, other) => marked(truth, text, other).map(({ kind, text: words, gap }) => [kind, words, gap].filter(Boolean).join(':'));

export const tests = {
  'a thread has the newest version on top and ends in what it began from'() {
    same(threads(ALL).map(({ title, nodes }) => [title, nodes.map(({ model }) => model)]), [
      ['noa / letters', [THREE.model, TWO.model, ONE.model, BASE.model]],
      ['base / arabic', [OTHER.model]],
    ]);
  },
  'newer than the promoted one is a candidate, broken and older ones are not'() {
    same(ALL.map((each) => standing(each, ALL)), ['', '', 'candidate', 'promoted', '']);
    const broken = { ...THREE, problem: 'gone' };
    same(standing(broken, [broken, TWO]), '');
    same([ONE, { ...TWO, production: false, promoted: false }].map((each, _, all) => standing(each, all)), ['', 'candidate']);
  },
  'a candidate is compared with the promoted one, the promoted one with its parent'() {
    same([first(ALL).model, partner(THREE, ALL).model, partner(TWO, ALL).model, partner(ONE, ALL).model], [THREE.model, TWO.model, ONE.model, TWO.model]);
    same([first([BASE]), partner(BASE, [BASE])], [null, null]);
    same(partner(ONE, [ONE, BASE, { ...TWO, problem: 'gone' }]).model, BASE.model);
  },
  'only what can be made one with others is offered, in the ways that all of it knows'() {
    const [vote, both, none] = [[TWO, ['vote']], [BASE, ['vote', 'average']], [ONE, []]].map(([each, combines]) => ({ ...each, combines }));
    same(combinable([both, none, vote]).map(({ model }) => model), [TWO.model, BASE.model]);
    same([waysOf([both]), waysOf([both, vote]), waysOf([])], [['vote', 'average'], ['vote'], ['vote', 'average']]);
  },
  'names are as short as tells two versions apart'() {
    same([shortNames(TWO, THREE), shortNames(BASE, THREE)], [['v2', 'v3'], ['hebrew v1', 'letters v3']]);
  },
  'lines are counted, filtered and put in order'() {
    const items = [item(1, 1), item(3, 0), item(0, 2), item(2, 1), item(0, 1)];
    same(counts(items), { all: 5, better: 2, worse: 2, same: 1 });
    const shown = (filter) => chosen(items, filter).map(({ a, b }) => b.errors - a.errors);
    same([shown({ show: 'all' }), shown({ show: 'worse' }), shown({ show: 'better', only: [0, 3] })], [[-3, -1, 0, 1, 2], [2, 1], [-1]]);
  },
  'wrong is marked, and right only where the other is wrong'() {
    same(parts('ראש דבר', 'דאש דבר', 'ראש דבר'), ['wrong:ד', 'same:אש דבר']);
    same(parts('ראש דבר', 'ראש דבר', 'דאש דבר'), ['right:ר', 'same:אש דבר']);
    same(parts('ראש', 'ראש', 'ראש'), ['same:ראש']);
  },
  'a letter with its points is one, however it is written'() {
    same(parts('בָּא', 'בָא', 'בָּא'), ['wrong:בָ', 'same:א']);
    same(parts('\u05d1\u05bc\u05b0', '\u05d1\u05b0\u05bc', ''), ['right:\u05d1\u05b0\u05bc']);
  },
  'what is missing stands at the edge of its neighbour'() {
    same(parts('הקרח', 'הרח', 'הרח'), ['same:ה:after', 'same:רח']);
    same(parts('הקרח', 'קרח', 'קרח'), ['same:ק:before', 'same:רח']);
    same(parts('אב', '', 'אב'), []);
  },
  'the axis holds every interval and begins at nothing'() {
    const measure = (high) => ({ a: { value: high, high }, b: null });
    same([axisEnd([measure(0.112)]), axisEnd([measure(0.12), measure(0.01)]), axisEnd([measure(1.3)]), axisEnd([])], [12, 12, 150, 1]);
    same([place(0.06, 12), place(-0.1, 12), place(2, 12)], ['50.00%', '0.00%', '100.00%']);
  },
  'measures that an older comparison lacks stand there empty, those of which there is nothing do not'() {
    const [strict, wer, accents, other] = [{ name: 'strict', n: 0 }, { name: 'wer' }, { name: 'accents', n: 0 }, { name: 'other', n: 3 }];
    same(shown([strict, accents, other], [strict, wer, accents]), [strict, wer, other]);
    same(shown([strict], []), [strict]);
  },
  'a score becomes a share of the best one'() {
    const side = (value) => ({ value, low: value, high: value });
    const { a, change: by, name } = asShare({ name: 'bleu', score: true, a: side(50), b: side(75), change: 25, change_low: 20, change_high: 30 });
    same([name, a.value, by], ['bleu', 0.5, 0.25]);
    same(asShare({ name: 'bleu', score: true }), { name: 'bleu', score: true });
    same(asShare({ name: 'strict', score: false, a: side(1) }).a.value, 1);
  },
  'confidences stand side by side in their intervals'() {
    const found = intervals({ bars_before: [[0.99, 0.9, 80], [0.5, 0.3, 20]], bars_after: [[1, 0.98, 100]] });
    same(found.map(({ low, before, after }) => [Math.round(low * 15), before?.[2] ?? 0, after?.[2] ?? 0]), [[7, 20, 0], [14, 80, 100]]);
    same([[[0.5, 0.4, 3]], [], [[0.5, 0.4]], [['a', 0.4, 3]], [3], 'bars', undefined].map(areBars), [true, false, false, false, false, false, false]);
  },
  'changes carry their sign and chance its smallness'() {
    same([change(-0.042), change(0.003), change(0), change(-0.0001), change(null)], ['−4.2', '+0.3', '0.0', '0.0', '–']);
    same([chance(0.0004), chance(0.0421), chance(0.5)].map((words) => words.slice(1, -1)), ['p < 0.001', 'p = 0.042', 'p = 0.5']);
  },
  'recent moments are said relative to now'() {
    const now = new Date(2026, 4, 20, 15, 0).getTime() / 1000;
    same([ago(now - 120, now), ago(now - 7200, now), ago(now - 86400, now)], ['2 min. ago', '2 hr. ago', 'yesterday']);
    same(/2025/.test(ago(now - 300 * 86400, now)), true);
  },
  'a card becomes headings, paragraphs, lists and tables'() {
    const source = '# Title\n\nTwo lines\nof text.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n- one\n  goes on\n- two\n\n<img src=x onerror=alert(1)>';
    same(blocks(source).map(({ kind, lines }) => [kind, lines.length]), [['heading', 1], ['text', 2], ['table', 3], ['list', 2], ['text', 1]]);
  },
};
