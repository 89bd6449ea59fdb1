import type { Campaign } from '../../campaigns/campaign.ts'
import type { PublicationResult } from '../../campaigns/campaign-publication.ts'
import type { CampaignCheck, CampaignFiles } from '../../renderer/check-campaign.ts'
import type { Actor } from '../actor.ts'

export type PublishDeps = {
  languages: readonly string[]
  /** Reads the files and renders the appeal in every language. */
  check(files: CampaignFiles): Promise<CampaignCheck>
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
  | Exclude<CampaignCheck, { kind: 'sound' }>

/** Checks a campaign's files, and publishes the revision if nothing is wrong with it. */
export async function publishCampaign(deps: PublishDeps, input: PublishInput): Promise<PublishOutcome> {
  const checked = await deps.check({ slug: input.slug, files: input.files, languages: deps.languages })
  if (checked.kind !== 'sound') return checked
  const { campaign } = checked
  const published = await deps.publish(campaign, input.expectedRevision)
  if (published.kind === 'other-revision') return published
  const { slug, revision } = campaign
  await deps.campaignChanged(slug)
  return { kind: 'published', slug, revision, isNew: published.isNew, paused: published.paused }
}
