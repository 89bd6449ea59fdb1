import { createMiddleware } from 'hono/factory'
import { defined } from '../../kit/defined.ts'
import { errorMessage } from '../../kit/result.ts'
import type { ListFormat } from '../../supporters/export/format.ts'
import type { Transfer } from '../../supporters/import/transfers.ts'
import { readToEnd } from '../../supporters/import/upload.ts'
import { importListDeps, transferDeps } from '../../use-cases/runtime-deps.ts'
import {
  cancelImport,
  findImport,
  importIdFor,
  type ListOptions,
  type ReceiveOutcome,
  receiveList,
  viewImport,
} from '../../use-cases/supporters/import-supporters.ts'
import { listTransfers } from '../../use-cases/supporters/list-transfers.ts'
import { problem } from '../../web/problem.ts'
import { type Api, type ApiContext, actorOf, type Handler, param } from '../context.ts'
import { SUPPORTER_OPERATIONS as OPERATIONS } from '../contract/supporter-operations.ts'
import { readIdempotencyKey, readQuery } from '../read-request.ts'
import { respond } from '../respond.ts'

const MEDIA: Record<string, ListFormat> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
}

/** Handlers of imports. A body is a stream of any size and is never held in memory as a whole. */
export const importHandlers = {
  async importSupporters(c) {
    const key = readIdempotencyKey(c)
    if (key.refused) return key.refused
    const id = await importIdFor(actorOf(c), key.value)
    const list = readList(c)
    if (list.refused) return list.refused
    return receiptResponse(c, id, await receive(c, id, 1, list))
  },

  async importPart(c) {
    const known = await find(c)
    const part = Number(param(c, 'part'))
    if (known === null || !Number.isInteger(part) || part < 1) return noSuchImport(c)
    const list = readList(c)
    if (list.refused) return list.refused
    return receiptResponse(c, known.id, await receive(c, known.id, part, list, known))
  },

  listImports: (c) => transfersResponse(c, 'import'),
  listTransfers: (c) => transfersResponse(c, null),

  async getImport(c) {
    const known = await find(c)
    if (known === null) return noSuchImport(c)
    const query = readQuery(c, OPERATIONS.getImport.query, { status: 400, title: 'Not a row number' })
    if (query.refused) return query.refused
    const { nextAfter, ...view } = await viewImport(importListDeps(c.env), known, query.value.after)
    if (nextAfter === null) return respond(c, OPERATIONS.getImport, 200, view)
    const next = `/api/supporters/imports/${known.id}?after=${nextAfter}`
    return respond(c, OPERATIONS.getImport, 200, { ...view, next }, { link: `<${next}>; rel="next"` })
  },

  async cancelImport(c) {
    const known = await find(c)
    if (known === null) return noSuchImport(c)
    const cancelled = await cancelImport(importListDeps(c.env), { actor: actorOf(c), id: known.id })
    if (cancelled === false) return problem(c, { status: 409, title: 'The import has ended already' })
    return respond(c, OPERATIONS.cancelImport, 200, cancelled)
  },
} satisfies Partial<Record<keyof typeof OPERATIONS, Handler>>

/** Reads the rest of a refused upload. A client that is still sending would not read the response. */
export const readRefusedUpload = createMiddleware<Api>(async (c, next) => {
  await next()
  const { body, bodyUsed } = c.req.raw
  if (c.res.status >= 400 && body !== null && !bodyUsed) await readToEnd(body)
})

type ListRequest = { options: ListOptions; more: boolean; refused?: undefined } | { refused: Response }

/** Format and options of the uploaded list, from Content-Type and query; or a 415 or 422 response. */
function readList(c: ApiContext): ListRequest {
  const [type = '', ...parameters] = (c.req.header('content-type') ?? '').toLowerCase().split(';')
  const format = MEDIA[type.trim()]
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='))
  if (format === undefined || (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset))) {
    const detail = 'expected Content-Type: text/csv or application/x-ndjson, in UTF-8'
    return { refused: problem(c, { status: 415, title: 'The format of the list is not supported', detail }) }
  }
  const { locales } = c.var.settings
  const { shape } = OPERATIONS.importSupporters.query
  const locale = shape.locale.refine((one) => locales.includes(one), `expected one of ${locales.join(', ')}`)
  const query = readQuery(c, OPERATIONS.importSupporters.query.extend({ locale }))
  if (query.refused) return query
  const { confirmationsPerMinute, more, subscribedValues, leftValues, ignoredColumns } = query.value
  const answers = {
    subscribed: wordsIn(subscribedValues),
    left: wordsIn(leftValues),
    ignored: wordsIn(ignoredColumns),
  }
  const options = { format, locale: query.value.locale, perMinute: confirmationsPerMinute, answers }
  return { options, more: more === 'yes' }
}

const wordsIn = (list = ''): string[] =>
  list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

const receive = (
  c: ApiContext,
  id: string,
  part: number,
  { options, more }: { options: ListOptions; more: boolean },
  known?: Transfer,
): Promise<ReceiveOutcome> =>
  receiveList(importListDeps(c.env), {
    actor: actorOf(c),
    id,
    ...defined({ known }),
    part,
    more,
    options,
    body: c.req.raw.body ?? new Blob([]).stream(),
  }).catch((error: unknown): ReceiveOutcome => {
    if (!errorMessage(error).includes(CONNECTION_LOST)) throw error
    return { kind: 'broken-off', message: 'expected the whole file: send it again with the same Idempotency-Key' }
  })

/** What the runtime says when a client's upload breaks off before the import has taken anything of it. */
const CONNECTION_LOST = 'Network connection lost'

function receiptResponse(c: ApiContext, id: string, receipt: ReceiveOutcome): Response {
  switch (receipt.kind) {
    case 'received':
    case 'replayed': {
      const replayed = receipt.kind === 'replayed' ? { 'idempotency-replayed': 'true' } : {}
      const headers = { location: `/api/supporters/imports/${id}`, ...replayed }
      return respond(c, OPERATIONS.importSupporters, 202, receipt.view, headers)
    }
    case 'other-format': {
      const detail = `expected ${receipt.expected}, the format of the first part`
      return problem(c, { status: 415, title: 'The format differs from the other parts', detail })
    }
    case 'unreadable':
      return problem(c, { status: 422, title: 'The list cannot be read', detail: receipt.message, import: id })
    case 'broken-off':
      return problem(c, { status: 400, title: 'The upload broke off', detail: receipt.message, import: id })
    case 'other-body': {
      const detail = 'this Idempotency-Key or part number was used with another file: send a new list with a new key'
      return problem(c, { status: 422, title: 'The file differs from the one sent before', detail, import: id })
    }
    case 'closed': {
      const detail = 'start a new import with a new Idempotency-Key'
      return problem(c, { status: 409, title: 'This import takes no further parts', detail, import: id })
    }
    case 'overtaken':
      return problem(c, {
        status: 409,
        title: 'Another upload of this list replaced this one, or the import was cancelled',
        import: id,
      })
    case 'out-of-order': {
      const detail = `expected part ${receipt.expected}`
      return problem(c, { status: 409, title: 'Not the next part', detail, import: id })
    }
  }
}

const find = (c: ApiContext): Promise<Transfer | null> => findImport(transferDeps(c.env), param(c, 'id'))

async function transfersResponse(c: ApiContext, kind: Transfer['kind'] | null): Promise<Response> {
  const query = readQuery(c, OPERATIONS.listTransfers.query)
  if (query.refused) return query.refused
  const page = await listTransfers(transferDeps(c.env), kind, query.value.before ?? null)
  if (page === null) {
    const errors = [{ path: 'before', message: 'expected the id of the last transfer seen' }]
    return problem(c, { status: 400, title: 'No such transfer', errors })
  }
  const operation = kind === 'import' ? OPERATIONS.listImports : OPERATIONS.listTransfers
  const link = `<${c.req.path}?before=${page.nextBefore}>; rel="next"`
  return respond(c, operation, 200, page.transfers, page.nextBefore === null ? {} : { link })
}

const noSuchImport = (c: ApiContext): Response => problem(c, { status: 404, title: 'No such import' })
