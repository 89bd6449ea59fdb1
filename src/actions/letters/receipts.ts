import type { Campaign } from '../../campaigns/campaign.ts'
import { mayBeMentioned, standingOf } from '../../campaigns/page-status.ts'
import { isNameWithdrawn } from '../../dispatch/preconditions.ts'
import type { Settings } from '../../env.ts'
import { postboxOf } from '../../objects.ts'
import { openKept } from '../drafts/draft.ts'
import { isOver } from '../retention.ts'
import type { WriterRow, WriterState } from '../writers/writer-state.ts'
import type { Post } from './letter-delivery.ts'
import { endingOf, receiptFor } from './receipt-mail.ts'

/** Receipts handed over in one alarm. */
const RECEIPTS = 40
/** Writers who are looked at in one query, most of whom still wait for an answer. */
const LOOKED_AT = 500
/** Milliseconds after which those that could not be made are tried again. */
const AGAIN_MS = 15 * 60_000

type World = { env: Env; settings: Settings; writers: WriterState; post: Post }

/** Receipts go round by round, each to whoever is to be told then: what cannot be made waits for the next round, and holds up nobody. */
export class Receipts {
  #after = '' // the last writer of the round so far
  #failed = false // in this round

  /**
   * Posts receipts to those whose letters have all come to an end. Answers when to go on, or null when everybody has been told; `more`
   * while the round is not over. `atLast`: what nobody could tell of until now is told as that. A receipt is posted under the draft's name, so that a crash before it is noted posts no second.
   */
  async work(world: World, campaign: Campaign, atLast: boolean): Promise<{ more: boolean; at: number | null }> {
    const rows = toBeTold(world, this.#after, RECEIPTS, atLast)
    for (const row of rows) {
      try {
        await tell(world, campaign, row)
        world.writers.told(row.writer)
      } catch (error) {
        this.#failed = true
        console.error('receipt', campaign.slug, error instanceof Error ? error.message : String(error))
      }
    }
    const more = rows.length === RECEIPTS
    this.#after = more ? (rows.at(-1)?.writer ?? '') : ''
    if (more) return { more, at: Date.now() }
    const at = this.#failed ? Date.now() + AGAIN_MS : null
    this.#failed = false
    return { more, at }
  }
}

/** Writers whose letters to targets have all come to an end, in the order of their mailboxes, behind `after`. */
export function toBeTold(
  { writers, post }: { writers: WriterState; post: Pick<Post, 'openAmong'> },
  after: string,
  most: number,
  atLast: boolean,
): WriterRow[] {
  const found: WriterRow[] = []
  for (let page = writers.untold(after, LOOKED_AT); page.length > 0; ) {
    const open = post.openAmong(page, atLast)
    for (const writer of page) {
      const row = open.has(writer) ? undefined : writers.kept(writer)
      if (row !== undefined && found.push(row) === most) return found
    }
    page = page.length < LOOKED_AT ? [] : writers.untold(page.at(-1) ?? '', LOOKED_AT)
  }
  return found
}

async function tell({ env, settings, post, writers }: World, campaign: Campaign, row: WriterRow) {
  const { writer, draft: id, kept } = row
  const now = Date.now()
  const letters = post.lettersOf(writer)
  if (letters.some(({ mark }) => mark === 's')) {
    writers.forget(row.fingerprint) // they had themselves erased, perhaps while they were being written down
    return
  }
  const stopped = post.stoppedTargets()
  const endings = letters.map(({ target, mark }) => endingOf(mark ?? '', target, stopped, isOver(campaign, now)))
  const draft = await openKept(settings.keys, campaign.slug, id, kept)
  const isSound = (revision: string) => !isNameWithdrawn(post.frozen(revision), campaign)
  const mayBeShown = mayBeMentioned(standingOf(campaign, now)) && letters.every(({ revision }) => isSound(revision))
  await postboxOf(env, writer).post(receiptFor(campaign, id, draft, endings, now, mayBeShown))
}
