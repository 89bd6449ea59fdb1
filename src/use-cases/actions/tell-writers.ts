import type { UpdateTopic, WriterUpdateProgress } from '../../actions/writers/writer-updates.ts'
import type { Campaign } from '../../campaigns/campaign.ts'
import type { Actor } from '../actor.ts'

export type TellWritersDeps = {
  campaign(slug: string): Promise<Campaign | null>
  tellWriters(campaign: Campaign, about: UpdateTopic): Promise<WriterUpdateProgress>
}

/** `updateId`: of an update; without it the end of the campaign. `onTheList`: whether supporters who get updates are sent it too. */
export type TellWritersInput = {
  actor: Actor
  slug: string
  updateId?: string | undefined
  onTheList: 'skip' | 'tell'
}

/** Begins to send writers who agreed to it news of the campaign, each of them once. */
export async function tellWriters(
  deps: TellWritersDeps,
  { slug, updateId, onTheList }: TellWritersInput,
): Promise<WriterUpdateProgress | { kind: 'no-such-campaign' }> {
  const campaign = await deps.campaign(slug)
  if (campaign === null) return { kind: 'no-such-campaign' }
  return deps.tellWriters(campaign, updateId === undefined ? { kind: 'end' } : { kind: 'update', updateId, onTheList })
}
