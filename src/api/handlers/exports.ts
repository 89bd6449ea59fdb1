import { MEDIA_TYPES } from '../../supporters/export/format.ts'
import { exportDeps } from '../../use-cases/runtime-deps.ts'
import { exportSupporters } from '../../use-cases/supporters/export-supporters.ts'
import { actorOf, type Handler } from '../context.ts'
import { SUPPORTER_OPERATIONS as OPERATIONS } from '../contract/supporter-operations.ts'
import { readQuery } from '../read-request.ts'

export const exportHandlers = {
  async exportSupporters(c) {
    const query = readQuery(c, OPERATIONS.exportSupporters.query)
    if (query.refused) return query.refused
    const { format, cursor } = query.value
    const deps = exportDeps(c.env, c.var.settings)
    const { share, stream } = await exportSupporters(deps, { actor: actorOf(c), format, cursor })
    const name = `supporters${share.cursor === '' ? '' : `-${share.cursor}`}.${format}`
    const next = `</api/supporters/export?format=${format}&cursor=${share.next}>; rel="next"`
    return c.body(stream, 200, {
      'content-type': `${MEDIA_TYPES[format]}; charset=utf-8`,
      'content-disposition': `attachment; filename="${name}"`,
      ...(share.next !== null && { link: next }),
    })
  },
} satisfies Partial<Record<keyof typeof OPERATIONS, Handler>>
