import { type Campaign, localesOf } from '../../campaigns/campaign.ts'
import type { PublicationResult } from '../../campaigns/campaign-publication.ts'
import type { Fault } from '../../campaigns/source/fault.ts'
import { readCampaign } from '../../campaigns/source/read-campaign.ts'
import { preview } from '../../emails/preview.ts'
import type { MailSender } from '../../emails/template/compile.ts'
import { utf8 } from '../../kit/bytes.ts'
import type { Actor } from '../actor.ts'

/** Bytes of a campaign as JSON in a Durable Object's row. The platform's limit is 2 MB. */
const MAX_STORED_BYTES = 1_900_000

export type PublishDeps = {
  languages: readonly string[]
  sender: MailSender
  publish(campaign: Campaign, expectedRevision?: string): Promise<PublicationResult>
  /** Informs the campaign's actions object of the new revision. */
  campaignChanged(slug: string): Promise<void>
}

/** `files`: the texts of `campaign.yaml` and the `<locale>.md` files. `expectedRevision`: the revision that must be current. */
type PublishInput = {
  actor: Actor
  slug: string
  files: Record<string, string>
  expectedRevision?: string | undefined
}

export type PublishOutcome =
  | { kind: 'published'; slug: string; revision: string; isNew: boolean; paused: string[] }
  | { kind: 'other-revision'; current: string | null }
  | { kind: 'faulty'; faults: Fault[] }
  | { kind: 'too-large'; maxBytes: number }
  | { kind: 'mail-fails'; locale: string; message: string }

/** Parses a campaign's files, renders its appeal in every language as a check, and publishes the revision. */
export async function publishCampaign(deps: PublishDeps, input: PublishInput): Promise<PublishOutcome> {
  const { campaign, faults } = await readCampaign(input.slug, input.files, deps.languages)
  if (campaign === undefined) return { kind: 'faulty', faults }
  if (utf8(JSON.stringify(campaign)).length > MAX_STORED_BYTES) {
    return { kind: 'too-large', maxBytes: MAX_STORED_BYTES }
  }
  for (const locale of localesOf(campaign)) {
    const made = await preview(campaign, 'appeal', locale, deps.sender).catch((error: unknown) => String(error))
    if (typeof made === 'string') return { kind: 'mail-fails', locale, message: made }
  }
  const published = await deps.publish(campaign, input.expectedRevision)
  if (published.kind === 'other-revision') return published
  const { slug, revision } = campaign
  await deps.campaignChanged(slug)
  return { kind: 'published', slug, revision, isNew: published.isNew, paused: published.paused }
}
