import type { ModerationItem } from '../../actions/moderation/moderation.ts'
import type { ModerationResult } from '../../actions/moderation/moderation-queue.ts'
import { findSubmission, listPending, moderate } from '../../use-cases/actions/moderate.ts'
import { moderateDeps } from '../../use-cases/runtime-deps.ts'
import { problem } from '../../web/problem.ts'
import { type ApiContext, actorOf, type Handler, param } from '../context.ts'
import { ACTION_OPERATIONS as OPERATIONS } from '../contract/action-operations.ts'
import { readJson } from '../read-request.ts'
import { respond } from '../respond.ts'

/** Handlers of moderation. No answer contains an author's address. */
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
      return problem(c, { status: 409, title: 'The submission is decided already', standing: decided.status })
    case 'named': {
      const flags = decided.who.map((who) => ({ kind: 'named', who }))
      return problem(c, {
        status: 409,
        title: 'The submission contains a withheld name and can only be refused',
        flags,
      })
    }
    case 'over': {
      const detail = 'refuse the submission, or accept it once the campaign is open again'
      return problem(c, { status: 409, title: 'The campaign is not open', detail })
    }
    case 'unreadable': {
      const detail = 'add the key that sealed the submission to KEYRING again'
      return problem(c, { status: 409, title: 'The submission cannot be decrypted', detail })
    }
    case 'gone':
      return noSuchSubmission(c)
  }
}

const noSuchSubmission = (c: ApiContext): Response =>
  problem(c, { status: 404, title: 'No such submission', detail: 'npm run tocsin -- moderate shows them' })

/** The API's form of a submission: its fields beside those of the moderation item. `locale` is the language of its form. */
const submissionView = ({ submission, ...item }: ModerationItem) => ({ ...item, ...submission })
