import { query } from '/static/feedback/filter.js';
import { change, learner, placeOf, shortModel } from '/static/feedback/words.js';
import { same } from '/tests/same.js';

const everything = { text: '', task: null, project: null, person: null, model: null, days: null };

export const tests = {
  'a filter of nothing asks for nothing'() {
    same(query(everything), '');
    same(query(everything, { limit: 50 }), 'limit=50');
  },
  'a filter is written with what belongs to it'() {
    const filter = { ...everything, text: ' א&ב ', project: { id: 7, name: 'Book' }, days: 7 };
    same([...new URLSearchParams(query(filter, { before: 3 }, 1_000_000.5))], [['text', 'א&ב'], ['project', '7'], ['since', '395200'], ['before', '3']]);
  },
  'models go by name and version, engines by their own name'() {
    same(['noa/ocr/hebrew-letters/v2', 'fixed', ''].map(shortModel), ['hebrew-letters v2', 'fixed', '']);
  },
  'who learnt is told by the version where the name is known'() {
    same(learner('noa/ocr/x/v3', 'noa/ocr/x/v2'), 'v3');
    same(learner('noa/ocr/x/v3', 'noa/ocr/xy/v2'), 'x v3');
    same(learner('noa/ocr/x/v3', ''), 'x v3');
  },
  'a letter with its points is one sign'() {
    same(change('שָׁלוֹס', 'שָׁלוֹם'), [{ kind: 'same', text: 'שָׁלוֹ' }, { kind: 'removed', text: 'ס' }, { kind: 'added', text: 'ם' }]);
    same(change('رب', 'ربّ').map(({ kind, text }) => `${kind} ${text}`), ['same ر', 'removed ب', 'added بّ']);
  },
  'the place of the first change'() {
    same(placeOf(change('אבגד', 'אבגד')), 0);
    same(placeOf([{ kind: 'same', text: 'אב' }, { kind: 'added', text: 'גד' }, { kind: 'same', text: 'הו' }]), 0.5);
    same(placeOf([]), 0);
  },
};
