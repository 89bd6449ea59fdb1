import { createMiddleware } from 'hono/factory'
import { streamSSE } from 'hono/streaming'
import { findPastStart } from '../../dispatch/request-faults.ts'
import { dispatchOf, dispatchRegistryOf } from '../../objects.ts'
import { controlDispatch, type DispatchControl, viewDispatch } from '../../use-cases/dispatches/control-dispatch.ts'
import { type RealAnswer, type Requested, requestDispatch } from '../../use-cases/dispatches/request-dispatch.ts'
import { resolveUncertain } from '../../use-cases/resolve-uncertain.ts'
import { requestDispatchDeps, statisticsDeps } from '../../use-cases/runtime-deps.ts'
import { listDispatches } from '../../use-cases/statistics.ts'
import { problem } from '../../web/problem.ts'
import { type Api, type ApiContext, actorOf, type Handler, param } from '../context.ts'
import { DISPATCH_OPERATIONS as OPERATIONS } from '../contract/dispatch-operations.ts'
import { readIdempotencyKey, readJson } from '../read-request.ts'
import { respond } from '../respond.ts'
import { faultProblem, openProblem } from './dispatch-problems.ts'
import type { practiceMailHandlers } from './practice-mails.ts'

/** Milliseconds between two reads of the dispatch for an event stream. */
const POLL_EVERY_MS = 500
/** Milliseconds after which an event stream ends and the client reconnects. */
const STREAM_FOR_MS = 300_000

export const dispatchHandlers = {
  async listDispatches(c) {
    return respond(c, OPERATIONS.listDispatches, 200, await listDispatches(statisticsDeps(c.env)))
  },

  async requestDispatch(c) {
    const key = readIdempotencyKey(c)
    if (key.refused) return key.refused
    const body = await readJson(c, OPERATIONS.requestDispatch.body)
    if (body.refused) return body.refused
    const outcome = await requestDispatch(requestDispatchDeps(c.env, c.var.settings), {
      actor: actorOf(c),
      request: body.value,
      key: key.value,
      bodyHash: body.hash,
    })
    switch (outcome.kind) {
      case 'no-such-campaign':
        return problem(c, { status: 404, title: 'No such campaign', detail: body.value.campaign })
      case 'fault':
        return problem(c, faultProblem(outcome.fault))
      case 'test-queued':
        return respond(c, OPERATIONS.requestDispatch, 202, { status: 'queued', locale: outcome.locale })
      case 'test-refused': {
        const errors = [{ path: 'testTo', message: outcome.reason }]
        return problem(c, { status: 422, title: 'The test cannot be sent', errors })
      }
      default:
        return openedResponse(c, outcome)
    }
  },

  async getDispatch(c) {
    return respond(c, OPERATIONS.getDispatch, 200, await viewDispatch(dispatchOf(c.env, param(c, 'id'))))
  },

  streamDispatch(c) {
    const dispatch = dispatchOf(c.env, param(c, 'id'))
    return streamSSE(c, async (stream) => {
      const until = Date.now() + STREAM_FOR_MS
      let last = ''
      while (!stream.aborted && Date.now() < until) {
        const view = await dispatch.view()
        const data = JSON.stringify(view)
        if (data !== last) await stream.writeSSE({ event: 'dispatch', id: String(Date.now()), retry: 2_000, data })
        last = data
        if (view.state === 'finished' || view.state === 'cancelled') return
        await stream.sleep(POLL_EVERY_MS)
      }
    })
  },

  approveDispatch: (c) => control(c, 'approve'),
  pauseDispatch: (c) => control(c, 'pause'),
  resumeDispatch: (c) => control(c, 'resume'),
  cancelDispatch: (c) => control(c, 'cancel'),
  unscheduleDispatch: (c) => control(c, 'unschedule'),

  async rescheduleDispatch(c) {
    const body = await readJson(c, OPERATIONS.rescheduleDispatch.body)
    if (body.refused) return body.refused
    const { sendAt } = body.value
    const fault = findPastStart(sendAt, Date.now())
    if (fault !== null) return problem(c, faultProblem(fault))
    const dispatch = dispatchOf(c.env, param(c, 'id'))
    const done = await dispatch.reschedule(Date.parse(sendAt))
    return done.ok ? respond(c, OPERATIONS.rescheduleDispatch, 200, await dispatch.view()) : notPossible(c, done.detail)
  },

  async resolveDispatch(c) {
    const body = await readJson(c, OPERATIONS.resolveDispatch.body)
    if (body.refused) return body.refused
    const dispatch = dispatchOf(c.env, param(c, 'id'))
    const resolution = await resolveUncertain(dispatch, { actor: actorOf(c), ...body.value })
    if (resolution.resolved.length > 0) return respond(c, OPERATIONS.resolveDispatch, 200, resolution)
    const detail =
      'found batches of another generation, resolved ones, or ones whose call is still under way: read the dispatch again in a minute; ' +
      'after a cancel, only count-as-sent and count-as-not-sent are possible'
    return problem(c, { status: 409, title: 'None of these batches waits for this decision', detail })
  },
} satisfies Record<Exclude<keyof typeof OPERATIONS, keyof typeof practiceMailHandlers>, Handler>

/** Answers 404 for a dispatch that does not exist. */
export const requireDispatch = createMiddleware<Api>(async (c, next) => {
  if (await dispatchRegistryOf(c.env).has(param(c, 'id'))) return next()
  return problem(c, { status: 404, title: 'No such dispatch' })
})

async function control(c: ApiContext, act: DispatchControl): Promise<Response> {
  const outcome = await controlDispatch(dispatchOf(c.env, param(c, 'id')), actorOf(c), act)
  if (outcome.kind === 'done') return respond(c, OPERATIONS[`${act}Dispatch`], 200, outcome.dispatch)
  return notPossible(c, outcome.detail)
}

const notPossible = (c: ApiContext, detail: string): Response =>
  problem(c, { status: 409, title: 'Not possible in this state', detail })

async function openedResponse(c: ApiContext, opened: Requested): Promise<Response> {
  if (opened.kind !== 'opened' && opened.kind !== 'replayed') return problem(c, openProblem(opened))
  const view = await dispatchOf(c.env, opened.id).view()
  const replayed = opened.kind === 'replayed' ? { 'idempotency-replayed': 'true' } : {}
  const headers = { location: `/api/dispatches/${opened.id}`, ...replayed }
  const real = opened.real && { realAnswer: toRealAnswer(opened.real) }
  return respond(c, OPERATIONS.requestDispatch, 201, { ...view, ...real }, headers)
}

/** What a dry run says of the request without `dryRun`. */
function toRealAnswer(real: RealAnswer) {
  if (real.kind === 'opens') return { state: real.state }
  return { refused: real.kind === 'fault' ? faultProblem(real.fault) : openProblem(real) }
}
