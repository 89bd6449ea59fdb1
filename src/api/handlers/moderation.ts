import type { ModerationItem } from '../../actions/moderation/moderation.ts'
import type { ModerationResult } from '../../actions/moderation/moderation-queue.ts'
import { findSubmission, listPending, moderate } from '../../use-cases/actions/moderate.ts'
import { moderateDeps } from '../../use-cases/runtime-deps.ts'
import { problem } from '../../web/problem.ts'
import { type ApiContext, actorOf, type Handler, param } from '../context.ts'
import { ACTION_OPERATIONS as OPERATIONS } from '../contract/action-operations.ts'
import { readJson } from '../read-request.ts'
import { respond } from '../respond.ts'

/** Moderation. No address of an author is in any answer. */
export const moderationHandlers = {
  async listModeration(c) {
    const pending = await listPending(moderateDeps(c.env))
    return respond(c, OPERATIONS.listModeration, 200, { items: pending.map(submissionView) })
  },

  async moderate(c) {
    const deps = moderateDeps(c.env)
    const submission = await findSubmission(deps, param(c, 'id'))
    if (submission === null) return noSuchSubmission(c)
    const body = await readJson(c, OPERATIONS.moderate.body)
    if (body.refused) return body.refused
    return decisionResponse(c, await moderate(deps, { actor: actorOf(c), submission, ...body.value }))
  },
} satisfies Partial<Record<keyof typeof OPERATIONS, Handler>>

function decisionResponse(c: ApiContext, decided: ModerationResult): Response {
  switch (decided.kind) {
    case 'decided':
      return respond(c, OPERATIONS.moderate, 200, { id: param(c, 'id'), standing: decided.status })
    case 'before':
      return problem(c, { status: 409, title: 'Somebody has decided before', standing: decided.status })
    case 'named': {
      const flags = decided.who.map((who) => ({ kind: 'named', who }))
      return problem(c, {
        status: 409,
        title: 'It names somebody who must not be named, and can only be refused',
        flags,
      })
    }
    case 'over': {
      const detail = 'it can be refused, or accepted once the campaign is open again'
      return problem(c, { status: 409, title: 'Nothing of this campaign is delivered or shown now', detail })
    }
    case 'unreadable': {
      const detail = 'put the key that sealed it back into KEYRING'
      return problem(c, { status: 409, title: 'It does not open', detail })
    }
    case 'gone':
      return noSuchSubmission(c)
  }
}

const noSuchSubmission = (c: ApiContext): Response =>
  problem(c, { status: 404, title: 'Nothing of that id waits or has been decided', detail: 'see GET /api/moderation' })

/** A submission with its words on one level. `locale` is of the page it was written on. */
const submissionView = ({ submission: said, ...item }: ModerationItem) => ({ ...item, ...said })
