import { createMiddleware } from 'hono/factory'
import { catalogue } from '../../campaigns/catalogue.ts'
import { campaignActionsOf } from '../../objects.ts'
import { addReply } from '../../use-cases/actions/add-reply.ts'
import { tellWriters } from '../../use-cases/actions/tell-writers.ts'
import { viewActions } from '../../use-cases/actions/view-actions.ts'
import { resolveUncertain } from '../../use-cases/resolve-uncertain.ts'
import { addReplyDeps, tellWritersDeps, viewActionsDeps } from '../../use-cases/runtime-deps.ts'
import { problem } from '../../web/problem.ts'
import { type Api, type ApiContext, actorOf, type Handler, param } from '../context.ts'
import { ACTION_OPERATIONS as OPERATIONS } from '../contract/action-operations.ts'
import { readJson } from '../read-request.ts'
import { respond } from '../respond.ts'

export const actionHandlers = {
  async getActions(c) {
    const view = await viewActions(viewActionsDeps(c.env), param(c, 'slug'))
    return respond(c, OPERATIONS.getActions, 200, view)
  },

  async resolveLetters(c) {
    const body = await readJson(c, OPERATIONS.resolveLetters.body)
    if (body.refused) return body.refused
    const actions = campaignActionsOf(c.env, param(c, 'slug'))
    const resolution = await resolveUncertain(actions, { actor: actorOf(c), ...body.value })
    return respond(c, OPERATIONS.resolveLetters, 200, resolution)
  },

  async reopenTarget(c) {
    const body = await readJson(c, OPERATIONS.reopenTarget.body)
    if (body.refused) return body.refused
    const { target } = body.value
    const reopened = await campaignActionsOf(c.env, param(c, 'slug')).reopenTarget(target)
    if (reopened > 0) return respond(c, OPERATIONS.reopenTarget, 200, { target, reopened })
    const detail = `found no wish of the target ${JSON.stringify(target)}; npm run tocsin -- letters CAMPAIGN lists them`
    return problem(c, { status: 409, title: 'Nothing to reopen', detail })
  },

  async tellWriters(c) {
    const body = await readJson(c, OPERATIONS.tellWriters.body)
    if (body.refused) return body.refused
    const { updateId, onTheList } = body.value
    const input = { actor: actorOf(c), slug: param(c, 'slug'), updateId, onTheList }
    const outcome = await tellWriters(tellWritersDeps(c.env, c.var.settings), input)
    switch (outcome.kind) {
      case 'telling':
      case 'awaiting-approval':
        return respond(c, OPERATIONS.tellWriters, 202, outcome)
      case 'no-such-campaign':
        return noSuchCampaign(c)
      case 'not-ended': {
        const detail = `found status ${outcome.status}; expected won or closed: change the status and publish first`
        return problem(c, { status: 409, title: 'The campaign has not ended', detail })
      }
      case 'no-update': {
        const message = `expected one of: ${outcome.known.join(', ') || '(this campaign has no updates)'}`
        return problem(c, { status: 422, title: 'No such update', errors: [{ path: 'updateId', message }] })
      }
    }
  },

  async addReply(c) {
    const body = await readJson(c, OPERATIONS.addReply.body)
    if (body.refused) return body.refused
    const input = { actor: actorOf(c), slug: param(c, 'slug'), reply: body.value }
    const added = await addReply(addReplyDeps(c.env), input)
    if (added !== null) return respond(c, OPERATIONS.addReply, 201, added)
    const errors = [{ path: 'target', message: 'expected the id of a target of this campaign' }]
    return problem(c, { status: 422, title: 'No such target', errors })
  },
} satisfies Partial<Record<keyof typeof OPERATIONS, Handler>>

/** Answers 404 for a campaign that does not exist. A call to its Durable Object would create one. */
export const requireCampaign = createMiddleware<Api>(async (c, next) => {
  if ((await catalogue(c.env.CONTENT).find(param(c, 'slug'))) !== null) return next()
  return noSuchCampaign(c)
})

export const noSuchCampaign = (c: ApiContext): Response =>
  problem(c, { status: 404, title: 'No such campaign', detail: 'npm run tocsin -- list --campaigns shows them' })
