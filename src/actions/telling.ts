import type { Campaign } from '../campaigns/campaign.ts'
import { mayBeMentioned, standingOf } from '../campaigns/standing.ts'
import { type Bindings, postboxOf } from '../dispatch/bindings.ts'
import { isNameWithdrawn } from '../dispatch/hindrance.ts'
import type { Settings } from '../env.ts'
import { openKept } from './draft.ts'
import type { LetterState, WriterRow } from './letter-state.ts'
import { isOver } from './life.ts'
import { endingOf, receiptFor } from './receipt.ts'

/** Receipts handed over in one alarm. */
const RECEIPTS = 40

/**
 * Posts receipts to those whose letters have all come to an end; answers whether there are more to tell. A receipt is posted under the
 * draft's name, so that a crash before it is noted posts no second.
 */
export async function tellWriters(
  env: Bindings,
  settings: Settings,
  state: LetterState,
  campaign: Campaign,
): Promise<boolean> {
  let told = 0
  for (const row of state.toBeTold(RECEIPTS)) {
    try {
      await tell(env, settings, state, campaign, row)
      state.told(row.writer)
      told++
    } catch (error) {
      console.error('receipt', campaign.slug, error instanceof Error ? error.message : String(error))
    }
  }
  return told === RECEIPTS
}

async function tell(
  env: Bindings,
  settings: Settings,
  state: LetterState,
  campaign: Campaign,
  { writer, draft: id, kept }: WriterRow,
): Promise<void> {
  const now = Date.now()
  const letters = state.lettersOf(writer)
  const marks = letters.map(({ batch }) => state.ledger.head(batch)?.marks ?? '')
  if (marks.includes('s')) return // they have had themselves erased
  const stopped = new Set(state.stopped().map(({ target }) => target))
  const endings = letters.map(({ target }, i) => endingOf(marks[i] ?? '', target, stopped, isOver(campaign, now)))
  const draft = await openKept(settings.keys, campaign.slug, id, kept)
  const mayBeShown = letters.every(({ revision }) => namesNobodyWithdrawn(state, campaign, revision, now))
  await postboxOf(env, writer).post(receiptFor(campaign, id, draft, endings, now, mayBeShown))
}

function namesNobodyWithdrawn(state: LetterState, campaign: Campaign, revision: string, now: number): boolean {
  const then = state.revisions().find((one) => one.revision === revision)
  return (
    then !== undefined &&
    mayBeMentioned(standingOf(campaign, now)) &&
    !isNameWithdrawn({ ...campaign, people: JSON.parse(then.people) }, campaign)
  )
}
