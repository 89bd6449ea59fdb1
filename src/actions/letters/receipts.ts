import type { Campaign } from '../../campaigns/campaign.ts'
import { campaignStatus, mayBeMentioned } from '../../campaigns/page-status.ts'
import { isNameWithdrawn } from '../../campaigns/withdrawn-names.ts'
import type { Settings } from '../../env.ts'
import { MINUTE_MS } from '../../kit/durations.ts'
import { errorMessage } from '../../kit/result.ts'
import { mailboxQueueOf } from '../../objects.ts'
import { openConfirmedDraft } from '../drafts/draft.ts'
import { isOver } from '../retention.ts'
import type { WriterRow, WriterState } from '../writers/writer-state.ts'
import type { LetterDelivery } from './letter-delivery.ts'
import { receiptMail, toLetterOutcome } from './mail/receipt-mail.ts'

/** Receipts queued in one alarm. */
const RECEIPTS = 40
/** Writers read with one query. Most of them are not due, because their letters still wait. */
const WRITERS_PER_QUERY = 500
/** Milliseconds until receipts that failed are tried again. */
const AGAIN_MS = 15 * MINUTE_MS

type ReceiptDeps = { env: Env; settings: Settings; writers: WriterState; delivery: LetterDelivery }

/** Queues receipts in rounds through all writers. A receipt that fails waits for the next round and does not delay the others. */
export class Receipts {
  #after = '' // the last writer of the round so far
  #failed = false // in this round

  /**
   * Queues receipts for writers whose letters have all ended. `at`: when to go on (epoch ms), or null. `more`: the round is not complete.
   * With `atLast` uncertain letters count as ended. The key of a receipt is its draft's id, so a crash causes no second mail.
   */
  async work(deps: ReceiptDeps, campaign: Campaign, atLast: boolean): Promise<{ more: boolean; at: number | null }> {
    const rows = findDueReceipts(deps, this.#after, RECEIPTS, atLast)
    for (const row of rows) {
      try {
        await sendReceipt(deps, campaign, row)
        deps.writers.markReceiptSent(row.writer)
      } catch (error) {
        this.#failed = true
        console.error('receipt', campaign.slug, errorMessage(error))
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

/** Writers whose letters to targets have all ended, by mailbox fingerprint, those after `after`; at most `most`. */
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
    writers.erase(row.fingerprint) // the person was erased, perhaps while the confirmation was being stored
    return
  }
  const stopped = delivery.stoppedTargets()
  const outcomes = letters.map(({ target, status }) => toLetterOutcome(status, target, stopped, isOver(campaign, now)))
  const draft = await openConfirmedDraft(settings.keys, campaign.slug, id, confirmedDraft)
  const isAllowed = (revision: string) => !isNameWithdrawn(delivery.campaignOf(revision), campaign)
  const mayBeShown =
    mayBeMentioned(campaignStatus(campaign, now)) && letters.every(({ revision }) => isAllowed(revision))
  await mailboxQueueOf(env, writer).enqueue(receiptMail(campaign, id, draft, outcomes, now, mayBeShown))
}
