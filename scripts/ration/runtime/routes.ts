import { operationEntries } from '../../../src/api/contract/operations.ts'
import { ROUTES } from '../../../src/paths.ts'

type Known = { label: string; matches: RegExp; variables: number }

const known: Known[] = [
  ...Object.values(ROUTES).map(routeOf),
  ...operationEntries().map(([, { path }]) => routeOf(path.replaceAll(/\{(\w+)\}/g, ':$1'))),
].sort((a, b) => a.variables - b.variables)

/** A route in Hono's notation, in which a segment is text, `:name` or `:name{pattern}`. */
function routeOf(label: string): Known {
  const segments = label.split('/')
  const patterns = segments.map((segment) => {
    const [, , pattern] = /^:(\w+)(?:\{(.*)\})?$/.exec(segment) ?? []
    if (segment.startsWith(':')) return pattern ?? '[^/]+'
    return segment.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return {
    label: label.replaceAll(/\{[^/]*\}/g, ''),
    matches: new RegExp(`^${patterns.join('/')}$`),
    variables: segments.filter((segment) => segment.startsWith(':')).length,
  }
}

/** The route of a request, such as `GET /:locale/campaigns/:slug`: the paths of people's links are never shown. */
export function routeLabel(method: string, path: string): string {
  const found = known.find(({ matches }) => matches.test(path))
  return `${method} ${found?.label ?? 'another path'}`
}
