import type { UpdateTopic, WriterUpdateProgress } from '../../actions/writers/writer-updates.ts'
import type { Campaign } from '../../campaigns/campaign.ts'
import type { Actor } from '../actor.ts'

export type TellWritersDeps = {
  campaign(slug: string): Promise<Campaign | null>
  tellWriters(campaign: Campaign, about: UpdateTopic): Promise<WriterUpdateProgress>
}

/**
 * `updateId`: the update to send; undefined means the end of the campaign. `onTheList`: whether writers who are supporters get the update
 * too, although a dispatch sends it to them.
 */
type TellWritersInput = {
  actor: Actor
  slug: string
  updateId?: string | undefined
  onTheList: 'skip' | 'tell'
}

/** Starts sending an update, or the campaign's end, to writers who agreed to news. Each writer gets each mail once. */
export async function tellWriters(
  deps: TellWritersDeps,
  { slug, updateId, onTheList }: TellWritersInput,
): Promise<WriterUpdateProgress | { kind: 'no-such-campaign' }> {
  const campaign = await deps.campaign(slug)
  if (campaign === null) return { kind: 'no-such-campaign' }
  return deps.tellWriters(campaign, updateId === undefined ? { kind: 'end' } : { kind: 'update', updateId, onTheList })
}
