/** The requests of the Training tab: one function each, `{status, data}` out. */

/** Binds the requests to the frame's `api`. */
export function rest(api) {
  const get = (path) => api('GET', path);
  return {
    choices: () => get('/train/'),
    check: (what, signal) => api('POST', '/train/check', what, { signal }),
    preview: (what) => api('POST', '/train/preview', what),
    start: (what) => api('POST', '/train/', what),
    crossValidate: (what) => api('POST', '/train/cross-validate', what),
    trainings: () => get('/train/jobs?limit=50'),
    training: (id) => get(`/train/jobs/${id}`),
    again: (id, options) => api('POST', `/train/jobs/${id}/again`, options ? { options } : {}),
    resume: (id, options) => api('POST', `/train/jobs/${id}/resume`, { options }),
    finish: (id) => api('POST', `/jobs/${id}/finish`),
    cancel: (id) => api('POST', `/jobs/${id}/cancel`),
    pages: (projects, task) => get(`/train/pages?projects=${projects.join(',')}&task=${task}`),
    setSplit: (page, split) => api('PATCH', `/pages/${page}`, { split }),
    addSchedule: (what) => api('POST', '/train/schedules', what),
    changeSchedule: (id, what) => api('PATCH', `/train/schedules/${id}`, what),
    deleteSchedule: (id) => api('DELETE', `/train/schedules/${id}`),
    runSchedule: (id) => api('POST', `/train/schedules/${id}/run`),
  };
}

/** Whether an answer is a good one. */
export function went({ status }) {
  return status >= 200 && status < 300;
}

/** What an answer says went wrong, in one line. */
export function trouble({ data }) {
  return [data?.error, data?.hint].filter(Boolean).join(' ');
}
