import { align, cellsOf, choices, glyphAt, level, realign, runs, take, unsureAt } from '/static/ocr/marks.js';
import { directionOf, graphemes, oneLine } from '/static/ocr/text.js';
import { same } from '/tests/same.js';

const char = (text, confidence, alternatives = []) => [text, confidence, [0, 0, 1, 1], alternatives];
const CHARS = [char('ז', 0.95), char('ה', 0.9), char('ו', 0.51, [['ז', 0.46], ['ן', 0.02]]), char('ב', 0.6)];
const texts = (glyphs) => glyphs.map((glyph) => glyph.text).join('');

export const tests = {
  'one cell a grapheme cluster, as sure as its least sure character'() {
    const [cell] = cellsOf([char('ב', 0.9), char('\u05bc', 0.3, [['\u05b0', 0.2]]), char('\u05b0', 0.8)]);
    same([cell.confidence, graphemes(cell.text).length], [0.3, 1]);
    same(cell.alternatives.length, 1);
  },
  'marks stand where the model was unsure, in two degrees'() {
    const glyphs = align(cellsOf(CHARS), 'זהוב');
    same(unsureAt(glyphs, 0.8), [2, 3]);
    same([level(glyphs[2], 0.8), level(glyphs[3], 0.8)], ['doubtful', 'unsure']);
    same(runs(glyphs, 0.8, 2).map((run) => [run.text, run.here]), [['זה', false], ['ו', true], ['ב', false]]);
  },
  'typed characters are sure and the marks behind them move'() {
    const glyphs = realign(align(cellsOf(CHARS), 'זהוב'), 'זההוב');
    same(unsureAt(glyphs, 0.8), [3, 4]);
    same(glyphs[4].start, 4);
  },
  'a corrected text is aligned with its reading'() {
    const glyphs = align(cellsOf(CHARS), 'זהובים');
    same(glyphs.map((glyph) => Boolean(glyph.cell)), [true, true, true, true, false, false]);
  },
  'an alternative takes the place and another can still be taken'() {
    const glyphs = align(cellsOf(CHARS), 'זהוב');
    same(choices(glyphs[2]), [['ו', 0.51], ['ז', 0.46], ['ן', 0.02]]);
    const taken = take(glyphs, 2, 'ז');
    same([texts(taken), unsureAt(taken, 0.8), choices(taken[2]).length], ['זהזב', [3], 3]);
    same(texts(take(taken, 2, 'ו')), 'זהוב');
    same(texts(take(glyphs, 2, '')), 'זהב');
  },
  'the glyph before which the caret stands'() {
    const glyphs = align(cellsOf(CHARS), 'זהוב');
    same([glyphAt(glyphs, 0), glyphAt(glyphs, 2), glyphAt(glyphs, 4)], [0, 2, -1]);
  },
  'direction is that of the first strong letter'() {
    same(['12 שלום', 'Leipzig עיר', '1897', 'كتب'].map((text) => directionOf(text, 'rtl')), ['rtl', 'ltr', 'rtl', 'rtl']);
  },
  'what is pasted becomes one line without controls'() {
    same(oneLine('אב\r\nגד\u0000\tה'), 'אב גד ה');
  },
};
