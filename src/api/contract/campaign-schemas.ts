import * as z from 'zod'
import { campaign } from '../../campaigns/campaign.ts'
import { STATUSES } from '../../campaigns/definition.ts'
import { block, inline } from '../../campaigns/text/prose.ts'

z.globalRegistry.add(block, { id: 'Block' })
z.globalRegistry.add(inline, { id: 'Inline' })

/** Answer of getCampaign: the whole current revision. */
export const campaignAnswer = campaign.meta({ id: 'Campaign' })

export const campaignSummary = z
  .object({
    slug: z.string(),
    revision: z.string(),
    kind: z.enum(['appeal', 'bulletin']),
    invented: z.boolean().describe('True for a demonstration. Pages and mails are marked as such.'),
    status: z.enum(STATUSES),
    opened: z.iso.date(),
    title: z.string(),
    locales: z.array(z.string()),
  })
  .meta({ id: 'CampaignSummary' })

export const publicationAnswer = z
  .object({
    slug: z.string(),
    revision: z.string(),
    paused: z.array(z.string()).describe('Ids of dispatches that the publication paused.'),
  })
  .meta({ id: 'Publication' })

export const previewAnswer = z
  .object({ subject: z.string(), html: z.string(), text: z.string(), warnings: z.array(z.string()) })
  .meta({ id: 'Preview' })
