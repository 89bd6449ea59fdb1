import { createMiddleware } from 'hono/factory'
import { streamSSE } from 'hono/streaming'
import { LEDGER_DAYS } from '../../delivery/ledger.ts'
import type { OpenResult } from '../../dispatch/register-dispatch.ts'
import { findPastStart, type RequestFault } from '../../dispatch/request-faults.ts'
import { dispatchOf, dispatchRegistryOf } from '../../objects.ts'
import { controlDispatch, type DispatchControl, viewDispatch } from '../../use-cases/dispatches/control-dispatch.ts'
import { requestDispatch } from '../../use-cases/dispatches/request-dispatch.ts'
import { resolveUncertain } from '../../use-cases/resolve-uncertain.ts'
import { requestDispatchDeps, statisticsDeps } from '../../use-cases/runtime-deps.ts'
import { listDispatches } from '../../use-cases/statistics.ts'
import { type Problem, problem } from '../../web/problem.ts'
import { type Api, type ApiContext, actorOf, type Handler, param } from '../context.ts'
import { DISPATCH_OPERATIONS as OPERATIONS } from '../contract/dispatch-operations.ts'
import { readIdempotencyKey, readJson } from '../read-request.ts'
import { respond } from '../respond.ts'
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

async function openedResponse(c: ApiContext, opened: OpenResult): Promise<Response> {
  switch (opened.kind) {
    case 'opened':
    case 'replayed': {
      const view = await dispatchOf(c.env, opened.id).view()
      const replayed = opened.kind === 'replayed' ? { 'idempotency-replayed': 'true' } : {}
      const headers = { location: `/api/dispatches/${opened.id}`, ...replayed }
      return respond(c, OPERATIONS.requestDispatch, 201, view, headers)
    }
    case 'key-reused':
      return problem(c, {
        status: 422,
        title: 'This Idempotency-Key was used with another body',
        detail: 'expected a new key for a new request',
        dispatch: opened.id,
      })
    case 'overlap':
      return problem(c, {
        status: 409,
        title: 'The audience overlaps with an earlier dispatch of this e-mail',
        detail:
          'expected other languages in audience.locales, confirmedAfter to reach only people who joined since, or, once that dispatch is ' +
          'finished or cancelled, audience.notReachedBy with its id to reach only people who have not got this e-mail',
        dispatch: opened.id,
        ...(opened.mayName !== null && { notReachedBy: opened.mayName }),
        ...(opened.followUpAfter !== null && { confirmedAfter: new Date(opened.followUpAfter).toISOString() }),
      })
    case 'no-such-earlier': {
      const which = opened.field === 'reachedBy' ? 'another' : 'this'
      const message = `${NOT_AN_EARLIER[opened.why]}: expected the id of an earlier dispatch of ${which} e-mail of this campaign`
      const errors = [{ path: `audience.${opened.field}`, message }]
      return problem(c, { status: 422, title: 'No such earlier dispatch', errors })
    }
    case 'earlier-under-way':
      return problem(c, {
        status: 409,
        title: 'The earlier dispatch is not over',
        detail: `found a dispatch that is ${opened.state}: wait until it is finished, or cancel it`,
        dispatch: opened.id,
      })
  }
}

/** What `audience.notReachedBy` or `audience.reachedBy` was found to name. */
const NOT_AN_EARLIER = {
  unknown: 'found the id of no dispatch',
  'other-appeal': 'found a dispatch of another e-mail',
  'same-appeal': 'found a dispatch of this e-mail, which nobody gets twice',
  'other-campaign': 'found a dispatch of another campaign',
  'dry-run': 'found a dry run, which reached no person',
  practice: 'found a practice, which reached no person',
  'no-records': `found a dispatch that began with nobody, or ended more than ${LEDGER_DAYS} days ago, so its people are forgotten`,
} as const

function faultProblem(fault: RequestFault): Problem {
  const field = (title: string, path: string, message: string): Problem => ({
    status: 422,
    title,
    errors: [{ path, message }],
  })
  switch (fault.kind) {
    case 'other-revision': {
      const detail = 'read the current revision, then repeat the request with it'
      return { status: 409, title: 'Another revision is current', detail, current: fault.current }
    }
    case 'blocked': {
      const { detail, reason } = fault
      return { status: 409, title: 'This campaign may not send', detail, reason }
    }
    case 'no-such-update': {
      const known = fault.known.join(', ') || `(this campaign has no ${fault.email}s)`
      return field(`No such ${fault.email}`, 'updateId', `expected one of: ${known}`)
    }
    case 'unexpected-update-id':
      return field(
        'updateId without an update',
        'updateId',
        'expected updateId only with "email": "update" or "correction"',
      )
    case 'test-or-dry-run': {
      const message = 'expected testTo or dryRun, not both: a dry run sends no mail'
      return field('Either a test or a dry run', 'testTo', message)
    }
    case 'not-in-practice':
      return field(
        'Not in a practice',
        fault.field,
        'expected none with practice: its readers are invented, and no mail leaves',
      )
    case 'past-start': {
      const { found, now } = fault
      const message = `found ${found}, and it is now ${new Date(now).toISOString()}: expected a later time, or none to start now`
      return field('The start has passed', 'sendAt', message)
    }
    case 'future-join': {
      const { found, now } = fault
      const message = `found ${found}, and it is now ${new Date(now).toISOString()}: nobody can have joined after it`
      return field('The time of joining is in the future', 'audience.confirmedAfter', message)
    }
    case 'no-such-locale': {
      const message = `found ${fault.locales.join(', ')}; expected some of ${fault.known.join(', ')}`
      return field('Not a language of this campaign', 'audience.locales', message)
    }
  }
}
