import type { Campaign } from '../../campaigns/campaign.ts'
import { isNameWithdrawn } from '../../campaigns/naming.ts'
import { campaignStatus, mayBeMentioned } from '../../campaigns/page-status.ts'
import type { Settings } from '../../env.ts'
import { mailboxQueueOf } from '../../objects.ts'
import { openConfirmedDraft } from '../drafts/draft.ts'
import { isOver } from '../retention.ts'
import type { WriterRow, WriterState } from '../writers/writer-state.ts'
import type { LetterDelivery } from './letter-delivery.ts'
import { receiptMail, toLetterOutcome } from './receipt-mail.ts'

/** Receipts handed over in one alarm. */
const RECEIPTS = 40
/** Writers who are looked at in one query, most of whom still wait for an answer. */
const WRITERS_PER_QUERY = 500
/** Milliseconds after which those that could not be made are tried again. */
const AGAIN_MS = 15 * 60_000

type ReceiptDeps = { env: Env; settings: Settings; writers: WriterState; delivery: LetterDelivery }

/** Receipts go round by round, each to whoever is to be told then: what cannot be made waits for the next round, and holds up nobody. */
export class Receipts {
  #after = '' // the last writer of the round so far
  #failed = false // in this round

  /**
   * Posts receipts to those whose letters have all come to an end. Answers when to go on, or null when everybody has been told; `more`
   * while the round is not over. `atLast`: what nobody could tell of until now is told as that. A receipt is posted under the draft's name, so that a crash before it is noted posts no second.
   */
  async work(deps: ReceiptDeps, campaign: Campaign, atLast: boolean): Promise<{ more: boolean; at: number | null }> {
    const rows = findDueReceipts(deps, this.#after, RECEIPTS, atLast)
    for (const row of rows) {
      try {
        await sendReceipt(deps, campaign, row)
        deps.writers.markReceiptSent(row.writer)
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
export function findDueReceipts(
  { writers, delivery }: { writers: WriterState; delivery: Pick<LetterDelivery, 'openAmong'> },
  after: string,
  most: number,
  atLast: boolean,
): WriterRow[] {
  const found: WriterRow[] = []
  for (let page = writers.listAwaitingReceipt(after, WRITERS_PER_QUERY); page.length > 0; ) {
    const open = delivery.openAmong(page, atLast)
    for (const writer of page) {
      const row = open.has(writer) ? undefined : writers.findAwaitingReceipt(writer)
      if (row !== undefined && found.push(row) === most) return found
    }
    page = page.length < WRITERS_PER_QUERY ? [] : writers.listAwaitingReceipt(page.at(-1) ?? '', WRITERS_PER_QUERY)
  }
  return found
}

async function sendReceipt({ env, settings, delivery, writers }: ReceiptDeps, campaign: Campaign, row: WriterRow) {
  const { writer, draft: id, confirmedDraft } = row
  const now = Date.now()
  const letters = delivery.lettersOf(writer)
  if (letters.some(({ status }) => status === 'suppressed')) {
    writers.erase(row.fingerprint) // they had themselves erased, perhaps while they were being written down
    return
  }
  const stopped = delivery.stoppedTargets()
  const endings = letters.map(({ target, status }) => toLetterOutcome(status, target, stopped, isOver(campaign, now)))
  const draft = await openConfirmedDraft(settings.keys, campaign.slug, id, confirmedDraft)
  const isSound = (revision: string) => !isNameWithdrawn(delivery.campaignOf(revision), campaign)
  const mayBeShown = mayBeMentioned(campaignStatus(campaign, now)) && letters.every(({ revision }) => isSound(revision))
  await mailboxQueueOf(env, writer).enqueue(receiptMail(campaign, id, draft, endings, now, mayBeShown))
}
