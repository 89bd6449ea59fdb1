import { OPERATIONS } from '../../src/api/contract/operations.ts'
import { openApiDocument } from '../../src/api/openapi.gen.ts'
import { ROUTES } from '../../src/paths.ts'
import { NASTY, pick, SIZES, some } from './values.ts'

/** One request of the fuzz. `cut`: the connection ends before the body does. */
export type FuzzRequest = {
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer | null
  cut: boolean
}

/** What the requests may refer to: things that exist. */
export type Known = { tokens: string[]; slugs: string[]; ids: string[]; links: string[] }

type Random = () => number
/** A route, the type of body that it takes, and the names of the fields in it. */
type Route = { path: string; methods: readonly string[]; type: string; fields: readonly string[] }

const FORM_FIELDS =
  `email name place locale locales topics country campaign stamp website sentence text via consent decision reason until
  pause public news sign role organisation url how`.split(/\s+/)

/** Names of the fields in an operation's body, by the OpenAPI document. */
function fieldsOf(path: string, method: string): string[] {
  const operations = openApiDocument.paths as Record<string, Record<string, { requestBody?: unknown }>>
  const body = JSON.stringify(operations[path]?.[method]?.requestBody ?? {})
  return [...body.matchAll(/"(\w+)":\{"(?:type|anyOf|enum|allOf|const|\$ref|description)"/g)].map(
    ([, name = '']) => name,
  )
}

/** Every route of the Worker, from the tables that make them: a new route is fuzzed without being named here. */
const ALL_ROUTES: Route[] = [
  ...Object.values(ROUTES).map(
    (path): Route => ({
      path,
      methods: ['GET', 'POST'],
      type: 'application/x-www-form-urlencoded',
      fields: FORM_FIELDS,
    }),
  ),
  ...Object.values(OPERATIONS).map(
    ({ path, method }): Route => ({
      path,
      methods: [method.toUpperCase()],
      type: path.includes('import') ? 'text/csv' : 'application/json',
      fields: fieldsOf(path, method),
    }),
  ),
]
const ANY_FIELDS = [...new Set(ALL_ROUTES.flatMap(({ fields }) => fields))]
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']
const PROVIDERS = ['resend', 'mailgun', 'postmark', 'sendgrid', 'ses', 'brevo', 'cloudflare', 'none']

const TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'text/plain',
  'text/csv',
  'application/x-ndjson',
  'application/json; charset=koi8-r',
  'application/x-www-form-urlencoded; charset=windows-1251',
  'image/png',
  '',
  '/;',
]

/** A request that a careless or hostile client could send. */
export function fuzzRequest(random: Random, known: Known): FuzzRequest {
  const route = pick(random, ALL_ROUTES)
  const method = random() < 0.8 ? pick(random, route.methods) : pick(random, METHODS)
  const path = damaged(random, filled(random, route.path, known)) + query(random)
  const type = random() < 0.75 ? route.type : pick(random, TYPES)
  const fields = random() < 0.8 && route.fields.length > 0 ? route.fields : ANY_FIELDS
  const hasBody = method !== 'GET' && method !== 'HEAD' && random() < 0.95
  return {
    method,
    path,
    headers: { ...headersOf(random, known), ...(hasBody && type !== '' && { 'content-type': type }) },
    body: hasBody ? bodyOf(random, type, { known, fields }) : null,
    cut: hasBody && random() < 0.1,
  }
}

/** The path of a route with its parameters filled in, rightly or not. */
const filled = (random: Random, route: string, known: Known): string =>
  route.replace(/:(\w+)(\{[^/]*\})?|\{(\w+)\}/g, (_, name: string | undefined, _form, inBraces: string | undefined) => {
    if (random() < 0.25) return encodeURIComponent(nasty(random)).slice(0, 4_000)
    const wanted = name ?? inBraces ?? ''
    if (wanted === 'locale') return pick(random, ['en', 'ar', 'kk', 'EN', 'xx'])
    if (wanted === 'slug') return pick(random, known.slugs)
    if (wanted === 'token') return pick(random, known.links)
    if (wanted === 'provider') return pick(random, PROVIDERS)
    if (wanted === 'file') return pick(random, [`${pick(random, known.slugs)}.txt`, '1.eml'])
    return pick(random, [...known.ids, '0', '1', '99999999999999999999'])
  })

/** A path as people and programs spoil it. */
function damaged(random: Random, path: string): string {
  const choice = random()
  if (choice < 0.7) return path
  if (choice < 0.8) return path + pick(random, ['/', '//', '.', '%00', '%0d%0aX:y', ')', '%E2%80%9D', '?', '%', '%ZZ'])
  if (choice < 0.9) return path.replaceAll('/', pick(random, ['//', '/./', '/%2e%2e/', '/%2F']))
  return path.toUpperCase()
}

const query = (random: Random): string =>
  random() < 0.6
    ? ''
    : `?${some(random, 3, () => `${pick(random, [...ANY_FIELDS, 'lang', 'to', 'paper', 'after', 'before', 'cursor', 'format', 'deep'])}=${encodeURIComponent(nasty(random)).slice(0, 1_000)}`).join('&')}`

function headersOf(random: Random, { tokens }: Known): Record<string, string> {
  const headers: Record<string, string> = {
    'cf-connecting-ip': `10.${[0, 0, 0].map(() => Math.floor(random() * 256)).join('.')}`,
    'user-agent': 'fuzz',
  }
  const maybe = (name: string, values: readonly string[], chance: number) => {
    if (random() < chance) headers[name] = pick(random, values)
  }
  maybe(
    'authorization',
    [
      ...Array(20)
        .fill(tokens.map((token) => `Bearer ${token}`))
        .flat(),
      'Bearer none',
      'Basic eDp5',
      'Bearer',
      'é',
    ],
    0.95,
  )
  maybe('origin', ['http://127.0.0.1:8787', 'null', 'https://evil.example', 'http://127.0.0.1:8787', '://', 'é'], 0.3)
  maybe('accept', ['application/json', 'text/html', '*/*', 'image/*;q=x'], 0.4)
  maybe('accept-language', ['kk,ru;q=0.8', '*', 'xx-yy-zz', `${'en,'.repeat(400)}en`, ';;q=é'], 0.4)
  maybe('idempotency-key', ['k', 'x'.repeat(300), ' ', 'é'], 0.2)
  maybe('cookie', ['a=b', 'x'.repeat(3_000)], 0.1)
  maybe('range', ['bytes=0-1', 'bytes=9-1'], 0.1)
  return headers
}

const nasty = (random: Random): string => pick(random, NASTY)

/** A value of a field: right, of another type, or nasty. */
function fieldValue(random: Random, known: Known, fields: readonly string[], depth = 0): unknown {
  const choice = random()
  if (choice < 0.4) return nasty(random)
  if (choice < 0.55)
    return pick(random, [
      'ana@example.org',
      'en',
      ...known.slugs,
      ...known.ids,
      'appeal',
      'accept',
      '2026-12-05T16:00:00Z',
    ])
  if (choice < 0.8 || depth > 3) return pick<unknown>(random, [null, true, 0, -1, 1e21, 2 ** 53, 0.1, [], {}, ''])
  if (choice < 0.9) return some(random, 4, () => fieldValue(random, known, fields, depth + 1))
  return Object.fromEntries(some(random, 4, () => [pick(random, fields), fieldValue(random, known, fields, depth + 1)]))
}

function bodyOf(random: Random, type: string, { known, fields }: { known: Known; fields: readonly string[] }): Buffer {
  if (random() < 0.1)
    return Buffer.alloc(pick(random, SIZES), pick(random, ['a', '{', '[', '\xff', '\0', '"', '=', '\n']), 'latin1')
  const given = some(random, 12, () => [pick(random, fields), fieldValue(random, known, fields)] as const)
  if (type.startsWith('application/json'))
    return Buffer.from(random() < 0.9 ? JSON.stringify(Object.fromEntries(given)) : `{"a":${nasty(random)}`)
  const texts = given.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const)
  if (type.startsWith('multipart/'))
    return Buffer.from(
      `${texts.map(([name, value]) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')}--x--\r\n`,
    )
  if (type.startsWith('application/x-www-form'))
    return Buffer.from(texts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&'))
  return Buffer.from(`email,name\n${texts.map(([, value]) => `${value},${nasty(random)}`).join('\n')}`)
}
