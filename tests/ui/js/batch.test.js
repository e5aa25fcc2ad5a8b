import { standing } from '/static/ocr/batch.js';
import { same } from '/tests/same.js';

const pages = (...states) => states.map((state) => ({ state }));

export const tests = {
  'pages are counted by what becomes of them'() {
    same(standing(pages('read', 'queued', 'reading', 'failed', 'queued', 'read')), { total: 6, read: 2, busy: 3, failed: 1 });
    same(standing([]), { total: 0, read: 0, busy: 0, failed: 0 });
  },
};
