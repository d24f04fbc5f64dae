const PATH_MAX = 300

/**
 * What a request asks for, as staff who look into an account leave it behind: `GET /billing`. Without its query, and
 * without what opens a door by itself.
 */
export function viewOf(method: string, path: string): string {
  const [bare = '/'] = path.split(/[?#]/)
  return `${method} ${bare.replace(/^(\/pay\/).*/, '$1…').slice(0, PATH_MAX)}`
}
