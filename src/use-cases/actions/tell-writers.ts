import type { UpdateTopic, WriterUpdateProgress } from '../../actions/writers/writer-updates.ts'
import type { Campaign } from '../../campaigns/campaign.ts'
import type { Actor } from '../actor.ts'

export type TellWritersDeps = {
  campaign(slug: string): Promise<Campaign | null>
  requireApproval: boolean
  /** Starts the update. `requestedBy`: the organiser, if a second one has to ask for the same before it starts; else null. */
  tellWriters(campaign: Campaign, about: UpdateTopic, requestedBy: string | null): Promise<WriterUpdateProgress>
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

/**
 * Starts sending an update, or the campaign's end, to writers who agreed to news. Each writer gets each mail once. With
 * `requireApproval` it starts when a second organiser asks for the same.
 */
export async function tellWriters(
  deps: TellWritersDeps,
  { actor, slug, updateId, onTheList }: TellWritersInput,
): Promise<WriterUpdateProgress | { kind: 'no-such-campaign' }> {
  const campaign = await deps.campaign(slug)
  if (campaign === null) return { kind: 'no-such-campaign' }
  const about = updateId === undefined ? ({ kind: 'end' } as const) : ({ kind: 'update', updateId, onTheList } as const)
  return deps.tellWriters(campaign, about, deps.requireApproval ? actor.name : null)
}
