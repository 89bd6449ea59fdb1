import { Hono } from 'hono'
import { type ModerationItem, parseModerationId } from '../actions/moderation/moderation.ts'
import { catalogue } from '../campaigns/catalogue.ts'
import { campaignActionsOf } from '../objects.ts'
import { problem } from '../web/problem.ts'
import { scope } from './authentication.ts'
import { moderation } from './bodies.ts'
import type { Api } from './context.ts'
import { readJson } from './json-body.ts'

/** Reading what people have said before anybody else does. Nobody's address is ever part of it. */
export const moderationApi = new Hono<Api>()

/** Told at once: as many as somebody reads before they look again. */
const MOST = 200

moderationApi.get('/', scope('publish'), async (c) => {
  const campaigns = await catalogue(c.env.CONTENT).list()
  const pending = await Promise.all(
    campaigns.map(({ slug }) => campaignActionsOf(c.env, slug).listPendingSubmissions(MOST)),
  )
  const oldest = pending.flat().sort((a, b) => a.receivedAt.localeCompare(b.receivedAt))
  return c.json({ items: oldest.slice(0, MOST).map(told) })
})

moderationApi.post('/:id', scope('publish'), async (c) => {
  const read = parseModerationId(c.req.param('id'))
  const known = read !== null && (await catalogue(c.env.CONTENT).find(read.campaign)) !== null
  if (read === null || !known) return noSuchThing(c)
  const body = await readJson(c, moderation)
  if (body.refused) return body.refused
  const { decision, reason } = body.value
  const by = `token ${c.var.token.name}`
  const decided = await campaignActionsOf(c.env, read.campaign).decideSubmission(read.id, decision, by, reason)
  switch (decided.kind) {
    case 'decided':
      return c.json({ id: c.req.param('id'), standing: decided.status })
    case 'before':
      return problem(c, { status: 409, title: 'Somebody has decided before', standing: decided.status })
    case 'named':
      return problem(c, {
        status: 409,
        title: 'It names somebody who must not be named, and can only be refused',
        flags: decided.who.map((who) => ({ kind: 'named', who })),
      })
    case 'over':
      return problem(c, {
        status: 409,
        title: 'Nothing of this campaign is delivered or shown now',
        detail: 'it can be refused, or accepted once the campaign is open again',
      })
    case 'unreadable':
      return problem(c, {
        status: 409,
        title: 'It does not open',
        detail: 'put the key that sealed it back into KEYRING',
      })
    case 'gone':
      return noSuchThing(c)
  }
})

const noSuchThing = (c: Parameters<typeof problem>[0]) =>
  problem(c, { status: 404, title: 'Nothing of that id waits or has been decided', detail: 'see GET /api/moderation' })

/** What there is to read, on one level. `locale` is of the page it was written on. */
const told = ({ submission: said, ...item }: ModerationItem) => ({ ...item, ...said })
