import { type Campaign, localesOf, wordsIn } from '../../campaigns/campaign.ts'
import { listCampaigns } from '../../campaigns/copies/campaign-list.ts'
import { currentCampaign } from '../../campaigns/current-campaign.ts'
import { slug } from '../../campaigns/definition.ts'
import { senderOf } from '../../emails/sender.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { rendererOf } from '../../objects.ts'
import { hasScope } from '../../security/bearer.ts'
import { previewEmail } from '../../use-cases/campaigns/preview-email.ts'
import { type PublishOutcome, publishCampaign } from '../../use-cases/campaigns/publish-campaign.ts'
import { publishDeps } from '../../use-cases/runtime-deps.ts'
import { problem } from '../../web/problem.ts'
import { type ApiContext, actorOf, type Handler, param } from '../context.ts'
import { CAMPAIGN_OPERATIONS as OPERATIONS } from '../contract/campaign-operations.ts'
import { readJson } from '../read-request.ts'
import { respond } from '../respond.ts'

/** Bytes of a campaign's files. A Durable Object's row holds 2 MB, and the parsed form is larger than the text. */
const MAX_CAMPAIGN_BYTES = 700_000

export const campaignHandlers = {
  async listCampaigns(c) {
    const campaigns = await listCampaigns(c.env, Date.now())
    return respond(c, OPERATIONS.listCampaigns, 200, campaigns.map(summaryOf))
  },

  async getCampaign(c) {
    const found = await currentCampaign(c.env, param(c, 'slug'))
    if (found === null) return noSuchCampaign(c)
    // Moderators' addresses are personal: only those who may write them into the campaign's file see them.
    const { moderators: _, ...shown } = found
    const answer = hasScope(c.var.token, 'publish') ? found : shown
    return respond(c, OPERATIONS.getCampaign, 200, answer, { etag: `"${found.revision}"` })
  },

  async publishCampaign(c) {
    const name = slug.safeParse(param(c, 'slug'))
    if (!name.success) {
      const detail = name.error.issues[0]?.message ?? ''
      return problem(c, { status: 422, title: 'Not a valid slug', detail })
    }
    const body = await readJson(c, OPERATIONS.publishCampaign.body, MAX_CAMPAIGN_BYTES)
    if (body.refused) return body.refused
    const outcome = await publishCampaign(publishDeps(c.env, c.var.settings), {
      actor: actorOf(c),
      slug: name.data,
      files: body.value.files,
      expectedRevision: expectedRevision(c.req.header('if-match')),
    })
    return publicationResponse(c, outcome)
  },

  async previewEmail(c) {
    const found = await currentCampaign(c.env, param(c, 'slug'))
    if (found === null) return noSuchCampaign(c)
    const body = await readJson(c, OPERATIONS.previewEmail.body)
    if (body.refused) return body.refused
    const sender = senderOf(c.var.settings)
    const outcome = await previewEmail(found, body.value, (input) =>
      rendererOf(c.env, 'mail', input.locale).preview({ ...input, campaign: found, sender }),
    )
    switch (outcome.kind) {
      case 'made':
        return respond(c, OPERATIONS.previewEmail, 200, outcome.preview)
      case 'no-such-update': {
        const known = outcome.known.join(', ') || `(this campaign has no ${outcome.email}s)`
        const errors = [{ path: 'updateId', message: `expected one of: ${known}` }]
        return problem(c, { status: 422, title: `No such ${outcome.email}`, errors })
      }
      case 'cannot-be-made':
        return problem(c, { status: 422, title: 'The e-mail cannot be rendered', detail: outcome.message })
    }
  },
} satisfies Record<keyof typeof OPERATIONS, Handler>

function publicationResponse(c: ApiContext, outcome: PublishOutcome): Response {
  switch (outcome.kind) {
    case 'published': {
      const { slug, revision, isNew, paused } = outcome
      const etag = { etag: `"${revision}"` }
      return respond(c, OPERATIONS.publishCampaign, isNew ? 201 : 200, { slug, revision, paused }, etag)
    }
    case 'other-revision':
      return problem(c, { status: 412, title: 'Another revision is current', current: outcome.current })
    case 'faulty': {
      const errors = outcome.faults.map(({ file, line, found, expected }) => ({
        path: `${file}:${line}`,
        message: `found ${found}; expected ${expected}`,
      }))
      return problem(c, { status: 422, title: 'The campaign has faults', errors })
    }
    case 'too-large': {
      const detail = `expected at most ${outcome.maxBytes} bytes as stored JSON`
      return problem(c, { status: 413, title: 'Campaign too large', detail })
    }
    case 'mail-fails': {
      const errors = [{ path: `${outcome.locale}.md`, message: outcome.message }]
      return problem(c, { status: 422, title: 'The e-mail of the campaign cannot be rendered', errors })
    }
  }
}

const summaryOf = (campaign: Campaign) => ({
  slug: campaign.slug,
  revision: campaign.revision,
  kind: campaign.kind,
  invented: campaign.invented,
  status: campaign.status,
  opened: campaign.opened,
  title: wordsIn(campaign, FALLBACK_LOCALE).title,
  locales: localesOf(campaign),
})

const noSuchCampaign = (c: ApiContext): Response => {
  const detail = `found neither a deployed nor a published campaign ${param(c, 'slug')}: npm run tocsin -- list --campaigns shows them`
  return problem(c, { status: 404, title: 'No such campaign', detail })
}

/** The revision in an If-Match header (RFC 9110 §13.1.1). Undefined: any (no header, or `*`). '' matches none: a weak tag. */
function expectedRevision(header: string | undefined): string | undefined {
  const tag = header?.trim()
  return tag === undefined || tag === '*' ? tag : (/^"(.*)"$/.exec(tag)?.[1] ?? '')
}
