/** The requests of the tab, each one call. */

/** Wraps the frame's `api`; every answer is `{status, data}`. */
export function rest(api) {
  return {
    tasks: () => api('GET', '/train/'),
    versions: (task) => api('GET', `/models/?task=${encodeURIComponent(task)}`),
    details: (model) => api('GET', `/models/${model}`),
    promote: (model) => api('POST', `/models/${model}/promote`),
    rollBack: (name) => api('POST', `/models/${name}/rollback`),
    remove: (model) => api('DELETE', `/models/${model}`),
    policy: () => api('GET', '/models/policy'),
    setPolicy: (promotion) => api('PUT', '/models/policy', { promotion }),
    compare: (a, b) => api('POST', '/models/compare', { a, b, projects: null }),
    combine: (what) => api('POST', '/models/combine', what),
    comparison: (key) => api('GET', `/models/comparisons/${encodeURIComponent(key)}`),
    unfinished: () => api('GET', '/jobs/?state=queued,running'),
    job: (id) => api('GET', `/jobs/${id}`),
  };
}
