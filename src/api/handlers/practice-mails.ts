import { isPracticeId } from '../../dispatch/practice/practice.ts'
import { practiceOutboxOf } from '../../objects.ts'
import { problem } from '../../web/problem.ts'
import { type ApiContext, type Handler, param } from '../context.ts'
import { DISPATCH_OPERATIONS as OPERATIONS } from '../contract/dispatch-operations.ts'
import { respond } from '../respond.ts'

/** Handlers of the mails of a practice. `requireDispatch` has found the dispatch. */
export const practiceMailHandlers = {
  async listPracticeMails(c) {
    const id = param(c, 'id')
    if (!isPracticeId(id)) return noPractice(c)
    const mails = await practiceOutboxOf(c.env, id).practiceMails()
    const shown = mails.map((mail) => ({ ...mail, at: new Date(mail.at).toISOString() }))
    return respond(c, OPERATIONS.listPracticeMails, 200, shown)
  },

  async getPracticeMail(c) {
    const id = param(c, 'id')
    const n = Number(param(c, 'mail'))
    if (!isPracticeId(id)) return noPractice(c)
    const eml = Number.isSafeInteger(n) ? await practiceOutboxOf(c.env, id).practiceEml(n) : null
    if (eml === null)
      return problem(c, { status: 404, title: 'No such mail', detail: 'mails of a practice are deleted after a day' })
    return c.body(eml, 200, { 'content-type': 'message/rfc822' })
  },
} satisfies Partial<Record<keyof typeof OPERATIONS, Handler>>

const noPractice = (c: ApiContext): Response =>
  problem(c, { status: 404, title: 'Not a practice', detail: 'only a practice keeps mails that can be read' })
