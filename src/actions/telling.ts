import type { Campaign } from '../campaigns/campaign.ts'
import { mayBeMentioned, standingOf } from '../campaigns/standing.ts'
import { type Bindings, postboxOf } from '../dispatch/bindings.ts'
import { isNameWithdrawn } from '../dispatch/hindrance.ts'
import type { Settings } from '../env.ts'
import { openKept } from './draft.ts'
import { isOver } from './life.ts'
import type { Post } from './post.ts'
import { endingOf, receiptFor } from './receipt.ts'
import type { WriterRow, WriterState } from './writer-state.ts'

/** Receipts handed over in one alarm. */
const RECEIPTS = 40

type World = { env: Bindings; settings: Settings; writers: WriterState; post: Post }

/**
 * Posts receipts to those whose letters have all come to an end; answers whether there are more to tell. A receipt is posted under the
 * draft's name, so that a crash before it is noted posts no second.
 */
export async function tellWriters(world: World, campaign: Campaign): Promise<boolean> {
  let told = 0
  for (const row of world.writers.toBeTold(RECEIPTS)) {
    try {
      await tell(world, campaign, row)
      world.writers.told(row.writer)
      told++
    } catch (error) {
      console.error('receipt', campaign.slug, error instanceof Error ? error.message : String(error))
    }
  }
  return told === RECEIPTS
}

async function tell({ env, settings, post }: World, campaign: Campaign, { writer, draft: id, kept }: WriterRow) {
  const now = Date.now()
  const letters = post.lettersOf(writer)
  if (letters.some(({ mark }) => mark === 's')) return // they have had themselves erased
  const stopped = post.stoppedTargets()
  const endings = letters.map(({ target, mark }) => endingOf(mark ?? '', target, stopped, isOver(campaign, now)))
  const draft = await openKept(settings.keys, campaign.slug, id, kept)
  const isSound = (revision: string) => !isNameWithdrawn(post.frozen(revision), campaign)
  const mayBeShown = mayBeMentioned(standingOf(campaign, now)) && letters.every(({ revision }) => isSound(revision))
  await postboxOf(env, writer).post(receiptFor(campaign, id, draft, endings, now, mayBeShown))
}
