import { TrieRouter } from 'hono/router/trie-router'
import type { RouterRoute } from 'hono/types'

/** Methods of a route that Hono answers by itself when the route has the method on the left. */
const IMPLIED: Readonly<Record<string, string>> = { GET: 'HEAD' }
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']

/** Finds the methods that a path has, for the `Allow` header of a 405 (RFC 9110 §15.5.6). Empty for a path without a route. */
export function methodFinder(routes: readonly RouterRoute[]): (path: string) => string[] {
  const router = new TrieRouter<true>()
  for (const { method, path } of routes) if (method !== 'ALL') router.add(method, path, true)
  return (path) =>
    METHODS.filter((method) => router.match(method, path)[0].length > 0).flatMap((method) => [
      method,
      ...(IMPLIED[method] === undefined ? [] : [IMPLIED[method]]),
    ])
}
