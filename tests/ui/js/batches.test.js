import { batches } from '/static/ocr/batches.js';
import { same } from '/tests/same.js';

const groups = (names, options) => batches(names.map((name) => ({ name })), options).map(({ files, imports }) => `${imports ? 'import' : 'scan'}: ${files.map(({ name }) => name).join(' ')}`);

export const tests = {
  'images go one by one in the order of their numbers, and so does what is none'() {
    same(groups(['p10.png', 'notes.txt', 'p9.tiff', 'broken.png']), ['scan: broken.png', 'scan: notes.txt', 'scan: p9.tiff', 'scan: p10.png']);
  },
  'an image and what tells its lines are imported together, other files are not'() {
    same(groups(['a.png', 'A.page.xml', 'b.jpg', 'notes.txt']), ['import: A.page.xml a.png b.jpg', 'scan: notes.txt']);
    same(groups(['line.png', 'line.txt']), ['import: line.png line.txt']);
    same(groups(['line.png', 'line.gt.txt']), ['import: line.gt.txt line.png']);
  },
  'what tells the lines of no image here does not hold the images back'() {
    same(groups(['a.png', 'other.xml']), ['scan: a.png', 'import: other.xml']);
  },
  'a ZIP is imported with all that may belong to it'() {
    same(groups(['pages.zip']), ['import: pages.zip']);
    same(groups(['pages.zip', '1.xml', 'notes.txt']), ['import: pages.zip 1.xml', 'scan: notes.txt']);
  },
  'an import that was asked for takes images without a text along'() {
    same(groups(['a.png', 'b.png', 'notes.txt'], { together: true }), ['import: a.png b.png', 'scan: notes.txt']);
  },
};
