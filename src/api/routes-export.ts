import { Hono } from 'hono'
import { suppressionOf, transfersOf } from '../objects.ts'
import { readRecords } from '../supporter-list/audience.ts'
import { FORMATS, type ListFormat, MEDIA_TYPES } from '../supporters/export/format.ts'
import { CURSOR, type ExportSummary, exportStream, shareFrom } from '../supporters/export/stream.ts'
import { problem } from '../web/problem.ts'
import { scope } from './authentication.ts'
import type { Api } from './context.ts'

/** Taking out the list of confirmed supporters. That it was taken is recorded before the first of them leaves. */
export const exportApi = new Hono<Api>()

const isFormat = (text: string): text is ListFormat => FORMATS.some((format) => format === text)

exportApi.get('/', scope('supporters'), async (c) => {
  const format = c.req.query('format') ?? 'csv'
  const cursor = c.req.query('cursor') ?? ''
  const errors = [
    ...(isFormat(format) ? [] : [{ path: 'format', message: `expected ${FORMATS.join(' or ')}` }]),
    ...(CURSOR.test(cursor) ? [] : [{ path: 'cursor', message: 'expected the cursor of a Link header' }]),
  ]
  if (!isFormat(format) || errors.length > 0)
    return problem(c, { status: 422, title: 'Something in the URL is not as expected', errors })

  const at = Date.now()
  const transfer = { id: crypto.randomUUID(), kind: 'export' as const, by: c.var.token.name, at, format }
  const note = (share: string, state: string, counts: Record<string, number>, finishedAt: number | null) =>
    transfersOf(c.env).recordTransfer({ ...transfer, share, state, counts, finishedAt })
  await note(cursor, 'under-way', {}, null)
  const { env } = c
  const { settings } = c.var
  const deps = {
    read: (prefix: string, from: string | undefined, after: string | undefined) =>
      readRecords(env.SUPPORTERS, settings, prefix, from, after),
    left: async (fingerprints: string[]) => (await suppressionOf(env).membership(fingerprints)).left,
  }
  const share = await shareFrom(env.SUPPORTERS, cursor)
  const ended = async ({ people, damaged, complete }: ExportSummary) =>
    note(share.cursor, complete ? 'finished' : 'broken-off', { people, damaged }, Date.now()).catch(
      (error: unknown) => console.error('export', transfer.id, error), // it is recorded as under way, and the people have their list
    )
  const name = `supporters${share.cursor === '' ? '' : `-${share.cursor}`}.${format}`
  return c.body(exportStream(deps, share, format, ended), 200, {
    'content-type': `${MEDIA_TYPES[format]}; charset=utf-8`,
    'content-disposition': `attachment; filename="${name}"`,
    ...(share.next !== null && {
      link: `</api/supporters/export?format=${format}&cursor=${share.next}>; rel="next"`,
    }),
  })
})
