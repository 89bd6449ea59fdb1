import { Hono } from 'hono'
import { type Campaign, localesOf, wordsIn } from '../campaigns/campaign.ts'
import { catalogue } from '../campaigns/catalogue.ts'
import { currentCampaign } from '../campaigns/current-campaign.ts'
import { slug } from '../campaigns/definition.ts'
import { readCampaign } from '../campaigns/source/read-campaign.ts'
import { preview } from '../emails/preview.ts'
import { senderOf } from '../emails/sender.ts'
import { utf8 } from '../kit/bytes.ts'
import { FALLBACK_LOCALE } from '../kit/locales.ts'
import { PAGE_LOCALES } from '../kit/page-texts.ts'
import { campaignActionsOf, publicationOf } from '../objects.ts'
import { problem } from '../web/problem.ts'
import { scope } from './authentication.ts'
import { campaignFiles, previewAsked } from './bodies.ts'
import type { Api } from './context.ts'
import { readJson } from './json-body.ts'

/** Bytes of a definition with all its languages: a Durable Object's row holds 2 MB, and the parsed form is larger than the text. */
const MAX_CAMPAIGN_BYTES = 700_000

/** Bytes of the same once read, as a Durable Object's row keeps it: 2 MB is the platform's limit. */
const MAX_PARSED_BYTES = 1_900_000

export const campaignApi = new Hono<Api>()

campaignApi.get('/', scope('read'), async (c) => {
  const campaigns = await catalogue(c.env.CONTENT).list()
  return c.json(campaigns.map(inBrief))
})

campaignApi.get('/:slug', scope('read'), async (c) => {
  const found = await currentCampaign(c.env, c.req.param('slug'))
  return found === null ? noSuchCampaign(c.req.param('slug'), c) : c.json(found, 200, { etag: `"${found.revision}"` })
})

campaignApi.put('/:slug', scope('publish'), async (c) => {
  const name = slug.safeParse(c.req.param('slug'))
  if (!name.success)
    return problem(c, { status: 422, title: 'No name for a campaign', detail: name.error.issues[0]?.message ?? '' })
  const body = await readJson(c, campaignFiles, MAX_CAMPAIGN_BYTES)
  if (body.refused) return body.refused
  const { campaign, faults } = await readCampaign(name.data, body.value.files, PAGE_LOCALES)
  if (campaign === undefined) {
    const errors = faults.map((fault) => ({
      path: `${fault.file}:${fault.line}`,
      message: `found ${fault.found}; expected ${fault.expected}`,
    }))
    return problem(c, { status: 422, title: 'The campaign has faults', errors })
  }
  if (utf8(JSON.stringify(campaign)).length > MAX_PARSED_BYTES) {
    return problem(c, {
      status: 413,
      title: 'Campaign too large',
      detail: `expected at most ${MAX_PARSED_BYTES} bytes once it is read`,
    })
  }
  const sender = senderOf(c.var.settings)
  for (const each of localesOf(campaign)) {
    const made = await preview(campaign, 'appeal', each, sender).catch((error: unknown) => String(error))
    if (typeof made === 'string') {
      return problem(c, {
        status: 422,
        title: 'Its mail cannot be made',
        errors: [{ path: `${each}.md`, message: made }],
      })
    }
  }
  const published = await publicationOf(c.env).publish(campaign, expectedRevision(c.req.header('if-match')))
  if (published.kind === 'other-revision') {
    return problem(c, { status: 412, title: 'Another revision is current', current: published.current })
  }
  const { revision } = campaign
  await campaignActionsOf(c.env, campaign.slug).handleCampaignChange()
  return c.json({ slug: campaign.slug, revision, paused: published.paused }, published.isNew ? 201 : 200, {
    etag: `"${revision}"`,
  })
})

campaignApi.post('/:slug/preview', scope('read'), async (c) => {
  const found = await currentCampaign(c.env, c.req.param('slug'))
  if (found === null) return noSuchCampaign(c.req.param('slug'), c)
  const body = await readJson(c, previewAsked)
  if (body.refused) return body.refused
  const { email, locale: wanted, updateId } = body.value
  if (
    email === 'update' &&
    !wordsIn(found, wanted).updates.some((update) => updateId === undefined || update.id === updateId)
  ) {
    return problem(c, {
      status: 422,
      title: 'No such update',
      errors: [{ path: 'updateId', message: 'expected the id of an update of this campaign' }],
    })
  }
  try {
    return c.json(await preview(found, email, wanted, senderOf(c.var.settings), updateId))
  } catch (error) {
    return problem(c, {
      status: 422,
      title: 'This mail cannot be made',
      detail: error instanceof Error ? error.message : String(error),
    })
  }
})

const inBrief = (campaign: Campaign) => ({
  slug: campaign.slug,
  revision: campaign.revision,
  kind: campaign.kind,
  invented: campaign.invented,
  status: campaign.status,
  opened: campaign.opened,
  title: wordsIn(campaign, FALLBACK_LOCALE).title,
  locales: localesOf(campaign),
})

const noSuchCampaign = (name: string, c: Parameters<typeof problem>[0]) =>
  problem(c, { status: 404, title: 'No such campaign', detail: `${name} is neither in this deployment nor published` })

/** RFC 9110 §13.1.1: the revision that must be current, `*` for any; undefined when the caller does not mind. A weak tag matches none. */
function expectedRevision(header: string | undefined): string | undefined {
  const tag = header?.trim()
  return tag === undefined || tag === '*' ? tag : (/^"(.*)"$/.exec(tag)?.[1] ?? '')
}
