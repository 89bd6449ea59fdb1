import { type Context, Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { sha256Hex } from '../kit/bytes.ts'
import { FALLBACK_LOCALE } from '../kit/locales.ts'
import { importOf, transfersOf } from '../objects.ts'
import type { ListFormat } from '../supporters/export/format.ts'
import { CONFIRMATIONS_PER_MINUTE, MAX_CONFIRMATIONS_PER_MINUTE } from '../supporters/import/confirmations.ts'
import { describeReason } from '../supporters/import/refusals.ts'
import type { ImportRequest, UploadReceipt } from '../supporters/import/status.ts'
import { TRANSFERS_PAGE, type Transfer } from '../supporters/import/transfers.ts'
import { readToEnd } from '../supporters/import/upload.ts'
import { problem } from '../web/problem.ts'
import { scope } from './authentication.ts'
import type { Api } from './context.ts'

/** Characters of an Idempotency-Key. */
const MAX_KEY_CHARS = 255
/** Rows of the report told at once. */
const REPORT_PAGE = 1_000
const ID = /^[0-9a-f]{32}$/

const MEDIA: Record<string, ListFormat> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
}

/** Bringing in a list of people who had agreed elsewhere. Bodies are streams of any size and are never held whole. */
export const importApi = new Hono<Api>()

/** A client that is still sending would not see why it is refused. */
const readRefusedBody = createMiddleware<Api>(async (c, next) => {
  await next()
  const { body, bodyUsed } = c.req.raw
  if (c.res.status >= 400 && body !== null && !bodyUsed) await readToEnd(body)
})
importApi.use('/import', readRefusedBody)
importApi.use('/imports/:id/parts/:part', readRefusedBody)

importApi.post('/import', scope('supporters'), async (c) => {
  const key = c.req.header('idempotency-key')
  if (key !== undefined && (key === '' || key.length > MAX_KEY_CHARS)) {
    const detail = `expected 1 to ${MAX_KEY_CHARS} characters`
    return problem(c, { status: 400, title: 'Idempotency-Key is not usable', detail })
  }
  const named = `${c.var.token.name}/${key ?? crypto.randomUUID()}`
  const id = (await sha256Hex(`import/${named}`)).slice(0, 32)
  const offer = readOffer(c, id)
  if (offer instanceof Response) return offer
  return tellReceipt(c, id, await receive(c, offer, 1))
})

importApi.put('/imports/:id/parts/:part', scope('supporters'), async (c) => {
  const known = await find(c)
  const part = Number(c.req.param('part'))
  if (known === null || !Number.isInteger(part) || part < 1) return noSuchImport(c)
  const offer = readOffer(c, known.id)
  if (offer instanceof Response) return offer
  if (offer.format !== known.format) {
    const detail = `the first part of this import is ${known.format}, and all of them have to be`
    return problem(c, { status: 415, title: 'Not the format of the other parts', detail })
  }
  return tellReceipt(c, known.id, await receive(c, offer, part))
})

importApi.get('/imports', scope('supporters'), (c) => tellTransfers(c, 'import'))

importApi.get('/imports/:id', scope('supporters'), async (c) => {
  const known = await find(c)
  if (known === null) return noSuchImport(c)
  const after = Number(c.req.query('after') ?? 0)
  if (!Number.isInteger(after) || after < 0) {
    const errors = [{ path: 'after', message: 'expected the number of the last row seen' }]
    return problem(c, { status: 400, title: 'Not a row', errors })
  }
  const object = importOf(c.env, known.id)
  const [told, rows] = await Promise.all([object.view(), object.report(after, REPORT_PAGE)])
  const report = rows.map(({ row, reason }) => ({ row, reason: describeReason(reason) }))
  const last = rows.length === REPORT_PAGE ? rows.at(-1)?.row : undefined
  const next = last === undefined ? {} : { next: `/api/supporters/imports/${known.id}?after=${last}` }
  if (next.next !== undefined) c.header('link', `<${next.next}>; rel="next"`)
  return c.json({ ...(told ?? tellTransfer(known)), report, ...next })
})

importApi.post('/imports/:id/cancel', scope('supporters'), async (c) => {
  const known = await find(c)
  if (known === null) return noSuchImport(c)
  const cancelled = await importOf(c.env, known.id).cancel()
  return cancelled === false ? problem(c, { status: 409, title: 'This import is over' }) : c.json(cancelled)
})

importApi.get('/transfers', scope('admin'), (c) => tellTransfers(c, null))

const receive = (c: Context<Api>, offer: ImportRequest, part: number): Promise<UploadReceipt> =>
  importOf(c.env, offer.id).receive(offer, part, c.req.query('more') === 'yes', c.req.raw.body ?? emptyBody())

const emptyBody = (): ReadableStream<Uint8Array> => new Blob([]).stream()

function readOffer(c: Context<Api>, id: string): ImportRequest | Response {
  const [type = '', ...parameters] = (c.req.header('content-type') ?? '').toLowerCase().split(';')
  const format = MEDIA[type.trim()]
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='))
  if (format === undefined || (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset))) {
    const detail = 'expected Content-Type: text/csv or application/x-ndjson, in UTF-8'
    return problem(c, { status: 415, title: 'Not a list we can read', detail })
  }
  const locale = c.req.query('locale') ?? FALLBACK_LOCALE
  const perMinute = Number(c.req.query('confirmationsPerMinute') ?? CONFIRMATIONS_PER_MINUTE)
  const { locales } = c.var.settings
  const errors = [
    ...(locales.includes(locale) ? [] : [{ path: 'locale', message: `expected one of ${locales.join(', ')}` }]),
    ...(perMinute >= 1 && perMinute <= MAX_CONFIRMATIONS_PER_MINUTE
      ? []
      : [{ path: 'confirmationsPerMinute', message: `expected 1 to ${MAX_CONFIRMATIONS_PER_MINUTE}` }]),
  ]
  if (errors.length > 0) return problem(c, { status: 422, title: 'Something in the URL is not as expected', errors })
  return { id, by: c.var.token.name, at: Date.now(), format, locale, perMinute }
}

function tellReceipt(c: Context<Api>, id: string, receipt: UploadReceipt): Response {
  const location = { location: `/api/supporters/imports/${id}` }
  switch (receipt.kind) {
    case 'received':
      return c.json(receipt.view, 202, location)
    case 'replayed':
      return c.json(receipt.view, 202, { ...location, 'idempotency-replayed': 'true' })
    case 'unreadable':
      return problem(c, { status: 422, title: 'The list cannot be read', detail: receipt.message, import: id })
    case 'broken-off':
      return problem(c, { status: 400, title: 'The upload broke off', detail: receipt.message, import: id })
    case 'other-body': {
      const detail = 'this Idempotency-Key or part number came with another file before: a new list needs a new key'
      return problem(c, { status: 422, title: 'Not the file that was sent before', detail, import: id })
    }
    case 'closed':
      return problem(c, {
        status: 409,
        title: 'This import takes no further parts',
        detail: 'start another',
        import: id,
      })
    case 'overtaken':
      return problem(c, { status: 409, title: 'The same list was sent again meanwhile, or cancelled', import: id })
    case 'out-of-order': {
      const detail = `part ${receipt.expected} comes next`
      return problem(c, { status: 409, title: 'Not the next part', detail, import: id })
    }
  }
}

async function find(c: Context<Api>): Promise<Transfer | null> {
  const id = c.req.param('id') ?? ''
  const known = ID.test(id) ? await transfersOf(c.env).transfer(id) : null
  return known?.kind === 'import' ? known : null
}

/** A page of the record, the newest first; `?before=` is the id of the last one seen. */
async function tellTransfers(c: Context<Api>, kind: Transfer['kind'] | null): Promise<Response> {
  const before = c.req.query('before') ?? null
  const object = transfersOf(c.env)
  if (before !== null && (await object.transfer(before)) === null) {
    const errors = [{ path: 'before', message: 'expected the id of the last transfer seen' }]
    return problem(c, { status: 400, title: 'No such transfer', errors })
  }
  const page = await object.transfers(kind, before)
  const last = page.length === TRANSFERS_PAGE ? page.at(-1)?.id : undefined
  if (last !== undefined) c.header('link', `<${c.req.path}?before=${last}>; rel="next"`)
  return c.json(page.map(tellTransfer))
}

function tellTransfer({ id, kind, state, by, format, at, finishedAt, counts, share }: Transfer) {
  const startedAt = new Date(at).toISOString()
  const ended = finishedAt === null ? {} : { finishedAt: new Date(finishedAt).toISOString() }
  return { id, kind, state, by, format, startedAt, ...ended, ...counts, ...(share !== null && { share }) }
}

const noSuchImport = (c: Context<Api>): Response => problem(c, { status: 404, title: 'No such import' })
