import { type Context, Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { currentCampaign } from '../campaigns/current-campaign.ts'
import { campaignMail } from '../dispatch/campaign-mail.ts'
import { type DispatchRequestBody, type DispatchView, dispatchRequestBodySchema } from '../dispatch/dispatch-request.ts'
import type { OpenResult } from '../dispatch/registration.ts'
import { findRequestFault, type RequestFault, toDispatchRequest } from '../dispatch/request-faults.ts'
import type { DispatchActionResult } from '../dispatch/state-propagation.ts'
import { dispatchOf, dispatchRegistryOf } from '../objects.ts'
import { problem } from '../web/problem.ts'
import { scope } from './authentication.ts'
import { resolution } from './bodies.ts'
import type { Api } from './context.ts'
import { readJson } from './json-body.ts'
import { sendTest } from './test-mail.ts'

/** Characters of an Idempotency-Key. */
const MAX_KEY_CHARS = 255
/** Dispatches told in full by the list: each is asked for, and an invocation may make 1,000 such calls. */
const LISTED = 25
/** Milliseconds between two looks of an event stream, and for which it stays open before the client comes back. */
const LOOK_EVERY_MS = 500
const STREAM_FOR_MS = 300_000

export const dispatchApi = new Hono<Api>()

dispatchApi.post('/', scope('send'), async (c) => {
  const key = c.req.header('idempotency-key')
  if (key !== undefined && (key === '' || key.length > MAX_KEY_CHARS)) {
    return problem(c, {
      status: 400,
      title: 'Idempotency-Key is not usable',
      detail: `expected 1 to ${MAX_KEY_CHARS} characters`,
    })
  }
  const body = await readJson(c, dispatchRequestBodySchema)
  if (body.refused) return body.refused
  const request = body.value
  const replayable = key === undefined ? null : { key: `${c.var.token.name}/${key}`, bodyHash: body.hash }
  const earlier = replayable && (await dispatchRegistryOf(c.env).replay(replayable))
  if (earlier) return tellOpened(c, earlier)
  const campaign = await currentCampaign(c.env, request.campaign)
  if (campaign === null) return problem(c, { status: 404, title: 'No such campaign', detail: request.campaign })
  const now = Date.now()
  const fault = findRequestFault(request, campaignMail(campaign, request), now)
  if (fault !== null) return tellFault(c, fault)
  if (request.testTo !== undefined) return tellTest(c, request, request.testTo, now)

  const order = toDispatchRequest(request, crypto.randomUUID(), c.var.token.name, c.var.settings.requireApproval, now)
  return tellOpened(c, await dispatchRegistryOf(c.env).open(order, replayable))
})

dispatchApi.get('/', scope('read'), async (c) => {
  const ids = await dispatchRegistryOf(c.env).list()
  return c.json(await Promise.all(ids.slice(0, LISTED).map((id) => viewOf(c.env, id))))
})

dispatchApi.use('/:id/*', async (c, next) =>
  (await dispatchRegistryOf(c.env).has(c.req.param('id'))) ? next() : noSuchDispatch(c),
)

dispatchApi.get('/:id', scope('read'), async (c) => {
  const id = c.req.param('id')
  if (!(await dispatchRegistryOf(c.env).has(id))) return noSuchDispatch(c)
  return c.json(await tellWhole(c.env, id))
})

dispatchApi.get('/:id/events', scope('read'), (c) =>
  streamSSE(c, async (stream) => {
    const until = Date.now() + STREAM_FOR_MS
    let last = ''
    while (!stream.aborted && Date.now() < until) {
      const told = await dispatchOf(c.env, c.req.param('id')).view()
      const data = JSON.stringify(told)
      if (data !== last) await stream.writeSSE({ event: 'dispatch', id: String(Date.now()), retry: 2_000, data })
      last = data
      if (told.state === 'finished' || told.state === 'cancelled') return
      await stream.sleep(LOOK_EVERY_MS)
    }
  }),
)

dispatchApi.post('/:id/approve', scope('send'), async (c) =>
  tellActed(c, await dispatchOf(c.env, c.req.param('id')).approve(c.var.token.name)),
)
dispatchApi.post('/:id/pause', scope('send'), async (c) => {
  const reason = { kind: 'asked', detail: `paused by ${c.var.token.name}` }
  return tellActed(c, await dispatchOf(c.env, c.req.param('id')).pause(reason))
})
dispatchApi.post('/:id/resume', scope('send'), async (c) =>
  tellActed(c, await dispatchOf(c.env, c.req.param('id')).resume()),
)
dispatchApi.post('/:id/cancel', scope('send'), async (c) =>
  tellActed(c, await dispatchOf(c.env, c.req.param('id')).cancel()),
)

dispatchApi.post('/:id/resolve', scope('send'), async (c) => {
  const body = await readJson(c, resolution)
  if (body.refused) return body.refused
  const { batches, decision: decided } = body.value
  const resolved = await dispatchOf(c.env, c.req.param('id')).resolve(batches, decided)
  const rest = batches.map(({ id }) => id).filter((id) => !resolved.includes(id))
  if (resolved.length > 0) return c.json({ resolved, notResolved: rest })
  return problem(c, {
    status: 409,
    title: 'None of these batches is waiting for this decision',
    detail: 'they have another generation, are settled, or were cancelled, after which only count-as-sent is possible',
  })
})

async function tellOpened(c: Context<Api>, opened: OpenResult): Promise<Response> {
  const location = { location: `/api/dispatches/${opened.id}` }
  switch (opened.kind) {
    case 'opened':
      return c.json(await dispatchOf(c.env, opened.id).view(), 201, location)
    case 'replayed':
      return c.json(await dispatchOf(c.env, opened.id).view(), 201, { ...location, 'idempotency-replayed': 'true' })
    case 'key-reused':
      return problem(c, {
        status: 422,
        title: 'This Idempotency-Key was used with another body',
        detail: 'a new request needs a new key',
        dispatch: opened.id,
      })
    case 'overlap':
      return problem(c, {
        status: 409,
        title: 'This has been sent, or is being sent, to some of the same people',
        detail: 'name other languages in audience.locales, or give confirmedAfter to reach only those who joined since',
        dispatch: opened.id,
        ...(opened.followUpAfter !== null && { confirmedAfter: new Date(opened.followUpAfter).toISOString() }),
      })
  }
}

/** One that was entered and, after a crash, has not begun is handed its order first. */
export async function viewOf(env: Env, id: string): Promise<DispatchView> {
  await dispatchRegistryOf(env).has(id)
  return dispatchOf(env, id).view()
}

async function tellWhole(env: Env, id: string) {
  const dispatch = dispatchOf(env, id)
  const [told, uncertainBatches] = await Promise.all([dispatch.view(), dispatch.uncertain()])
  return { ...told, uncertainBatches }
}

async function tellActed(c: Context<Api, '/:id/*'>, acted: DispatchActionResult): Promise<Response> {
  const id = c.req.param('id') ?? ''
  if (acted.ok) return c.json(await dispatchOf(c.env, id).view())
  return problem(c, { status: 409, title: 'That is not possible now', detail: acted.detail })
}

async function tellTest(c: Context<Api>, request: DispatchRequestBody, to: string, now: number): Promise<Response> {
  const sent = await sendTest(c.env, c.var.settings, request, to, now)
  if (sent.ok) return c.json({ status: 'queued', locale: sent.value }, 202)
  return problem(c, {
    status: 422,
    title: 'The test cannot be sent',
    errors: [{ path: 'testTo', message: sent.error }],
  })
}

function tellFault(c: Context<Api>, fault: RequestFault): Response {
  switch (fault.kind) {
    case 'other-revision':
      return problem(c, {
        status: 409,
        title: 'Another revision is current',
        detail: 'look at it, then ask with it',
        current: fault.current,
      })
    case 'hindered':
      return problem(c, {
        status: 409,
        title: 'Nothing of this campaign may be sent',
        detail: fault.detail,
        reason: fault.reason,
      })
    case 'no-such-update':
      return problem(c, {
        status: 422,
        title: 'No such update',
        errors: [{ path: 'updateId', message: `expected one of: ${fault.known.join(', ') || 'none is written yet'}` }],
      })
    case 'update-not-asked':
      return problem(c, {
        status: 422,
        title: 'Not an update',
        errors: [{ path: 'updateId', message: 'goes with "email": "update" only' }],
      })
    case 'test-or-dry-run':
      return problem(c, {
        status: 422,
        title: 'Either a test or a dry run',
        errors: [{ path: 'testTo', message: 'sends a mail, and dryRun sends none: ask for one of them' }],
      })
    case 'no-such-locale':
      return problem(c, {
        status: 422,
        title: 'Not a language of this campaign',
        errors: [
          {
            path: 'audience.locales',
            message: `found ${fault.locales.join(', ')}; expected some of ${fault.known.join(', ')}`,
          },
        ],
      })
  }
}

const noSuchDispatch = (c: Context<Api>): Response => problem(c, { status: 404, title: 'No such dispatch' })
