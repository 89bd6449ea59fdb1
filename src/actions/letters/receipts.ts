import type { Campaign } from '../../campaigns/campaign.ts'
import { campaignStatus, mayBeMentioned } from '../../campaigns/page-status.ts'
import { isNameWithdrawn } from '../../campaigns/withdrawn-names.ts'
import type { Settings } from '../../env.ts'
import { mailboxQueueOf } from '../../objects.ts'
import { openConfirmedDraft } from '../drafts/draft.ts'
import { isOver } from '../retention.ts'
import { noticeSkips } from '../tell-each/notice-skips.ts'
import type { TellOutcome } from '../tell-each/skipped-mail.ts'
import type { SkippedMails } from '../tell-each/skipped-mails.ts'
import { tellEach, toTellOutcome } from '../tell-each/tell-each.ts'
import type { WriterState } from '../writers/writer-state.ts'
import type { LetterDelivery } from './letter-delivery.ts'
import { receiptMail, toLetterOutcome } from './mail/receipt-mail.ts'

/** Receipts queued in one alarm. */
const RECEIPTS = 40
/** The name of this loop among the skipped mails. */
const LOOP = 'receipt'

type ReceiptDeps = {
  env: Env
  settings: Settings
  writers: WriterState
  delivery: LetterDelivery
  skipped: SkippedMails
  now: number // epoch ms
}

/** Queues receipts in rounds through all writers. A writer who is skipped is tried again later and does not delay the others. */
export class Receipts {
  #after = '' // the last writer of the round so far

  /**
   * Queues receipts for writers whose letters have all ended. `at`: when to go on (epoch ms), or null. `more`: the round is not complete.
   * With `atLast` everybody who was skipped is tried a last time.
   */
  async work(deps: ReceiptDeps, campaign: Campaign, atLast: boolean): Promise<{ more: boolean; at: number | null }> {
    const { env, writers, skipped, now } = deps
    const isFresh = (writer: string) => atLast || skipped.find(LOOP, writer) === undefined
    const page = writers.listDueReceipts(this.#after, RECEIPTS).map(({ writer }) => writer)
    const next = page.filter(isFresh)
    const retried = skipped.due(LOOP, now, RECEIPTS - next.length)
    const fresh = await tellEach(skipped, {
      loop: LOOP,
      people: [...new Set([...next, ...retried])],
      now,
      tell: (writer) => sendReceipt(deps, campaign, writer),
      settle: (writer, outcome) => {
        if (outcome === 'told') writers.markReceiptSent(writer)
      },
    })
    await noticeSkips(env, 'receipts-not-sent', campaign.slug, fresh)
    const more = page.length === RECEIPTS
    this.#after = more ? (page.at(-1) ?? '') : ''
    return { more, at: more ? Date.now() : skipped.nextAt(LOOP) }
  }
}

/** Queues the receipt of one writer. Its key is the draft's id. */
async function sendReceipt(
  { env, settings, delivery, writers, now }: ReceiptDeps,
  campaign: Campaign,
  writer: string,
): Promise<TellOutcome> {
  const row = writers.findAwaitingReceipt(writer)
  if (row === undefined) return 'left-out'
  const { draft: id, confirmedDraft } = row
  const letters = delivery.lettersOf(writer)
  if (letters.some(({ status }) => status === 'suppressed')) {
    writers.erase(row.fingerprint) // the person was erased, perhaps while the confirmation was being stored
    return 'left-out'
  }
  const stopped = delivery.stoppedTargets()
  const outcomes = letters.map((letter) => toLetterOutcome(letter, stopped, isOver(campaign, now)))
  const draft = await openConfirmedDraft(settings.keys, campaign.slug, id, confirmedDraft)
  if (draft === null) return 'unreadable'
  const isAllowed = (revision: string) => !isNameWithdrawn(delivery.campaignOf(revision), campaign)
  const mayBeShown =
    mayBeMentioned(campaignStatus(campaign, now)) && letters.every(({ revision }) => isAllowed(revision))
  const mail = receiptMail(campaign, id, draft, outcomes, mayBeShown)
  return toTellOutcome(await mailboxQueueOf(env, writer).enqueue(mail, 'lasting'))
}
