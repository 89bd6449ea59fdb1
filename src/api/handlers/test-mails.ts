import { sendTestMails } from '../../use-cases/dispatches/send-test-mails.ts'
import { testMailsDeps } from '../../use-cases/runtime-deps.ts'
import { problem } from '../../web/problem.ts'
import type { Handler } from '../context.ts'
import { TEST_MAIL_OPERATIONS as OPERATIONS } from '../contract/test-mail-operations.ts'
import { readJson } from '../read-request.ts'
import { respond } from '../respond.ts'

export const testMailHandlers = {
  async sendTestMails(c) {
    const body = await readJson(c, OPERATIONS.sendTestMails.body)
    if (body.refused) return body.refused
    const outcome = await sendTestMails(testMailsDeps(c.env, c.var.settings), body.value)
    switch (outcome.kind) {
      case 'queued': {
        const { kind: _, ...counts } = outcome
        return respond(c, OPERATIONS.sendTestMails, 202, { status: 'queued', ...counts })
      }
      case 'no-such-campaign':
        return problem(c, { status: 404, title: 'No such campaign', detail: body.value.campaign })
      case 'naming-expired': {
        const detail = 'a named person’s agreement has ended: renew the agreement and publish, then repeat the request'
        return problem(c, { status: 409, title: 'This campaign may not send', detail })
      }
      case 'faults':
        return problem(c, { status: 422, title: 'The tests cannot be sent', errors: outcome.faults })
      case 'too-many-today': {
        const detail = `found ${outcome.asked} addresses; expected at most ${outcome.left} more today: repeat the request tomorrow (UTC)`
        return problem(c, { status: 429, title: 'Tests have gone to too many addresses today', detail })
      }
    }
  },
} satisfies Record<keyof typeof OPERATIONS, Handler>
