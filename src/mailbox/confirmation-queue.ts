import { DurableObject } from 'cloudflare:workers'
import { requireSettings, type Settings } from '../env.ts'
import { HOUR_MS, MINUTE_MS } from '../kit/durations.ts'
import { errorMessage } from '../kit/result.ts'
import { raiseNotice } from '../notices/raise-notice.ts'
import { mailboxQueueOf } from '../objects.ts'
import { wakeBy } from '../storage/alarms.ts'
import { Database } from '../storage/database.ts'
import type { EnteringConfirmation } from './asked/clearance.ts'
import { CONFIRMATION_STEPS, ConfirmationRows, type MailName } from './asked/confirmation-rows.ts'
import { mayConfirm } from './asked/contact-mailboxes.ts'
import { CurrentContacts } from './asked/current-contacts.ts'
import { FairQueue, GIVE_UP_MS, type QueuedConfirmation, type SentConfirmation } from './asked/fair-queue.ts'

/** Milliseconds until a mailbox queue that did not answer is asked again. */
const RELEASE_AGAIN_MS = MINUTE_MS

/**
 * Durable Object that says when a confirmation may leave. It rations *unanswered* ones of the whole deployment, with a share per client
 * network, and keeps those above the ration in a fair queue. The sealed mails stay in their mailbox queues.
 */
export class ConfirmationQueue extends DurableObject<Env> {
  readonly #db: Database
  readonly #rows: ConfirmationRows
  #queue: FairQueue | null = null
  #unreleased: MailName[] = []
  readonly #contacts = new CurrentContacts()
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, CONFIRMATION_STEPS)
    this.#rows = new ConfirmationRows(this.#db)
    this.#db.keepInSync(() => {
      this.#queue = null
    })
  }

  /** Whether a confirmation may leave now. `wait`: its mailbox queue is called when its turn comes. `drop`: it must not leave. */
  async enter(entering: EnteringConfirmation): Promise<'go' | 'wait' | 'drop'> {
    const settings = await requireSettings(this.env)
    const { mailbox, key, network, domain, email, queuedAt } = entering
    const role = await this.#contacts.roleOf(this.env, settings.fingerprint, mailbox, Date.now())
    const queue = this.#open(settings)
    const now = Date.now()
    const known = queue.stateOf(mailbox, key)
    if (known !== null) return known === 'sent' ? 'go' : 'wait'
    if (now - queuedAt >= GIVE_UP_MS) return 'drop'
    if (role !== undefined && !mayConfirm(role, email, this.#rows.contactMailAt(mailbox), now)) return 'drop'
    const rationed = domain !== '' && !this.#rows.isAnsweredDomain(domain, now) ? domain : ''
    const admitted = { mailbox, key, domain: rationed, enteredAt: now }
    const answer = network === undefined ? 'go' : this.#admit(queue, { ...admitted, network }, now)
    if (role !== undefined && answer !== 'drop') this.#rows.storeContactMail(mailbox, now)
    if (network !== undefined) await this.#schedule(queue, now, now)
    return answer
  }

  /** The owner of a mailbox has pressed a button: its confirmations count no longer, and its domain is not rationed. */
  async answer(mailbox: string, domain: string): Promise<void> {
    const [queue, now] = [this.#open(await requireSettings(this.env)), Date.now()]
    this.#db.transaction(() => {
      this.#rows.delete(queue.answer(mailbox, domain))
      if (domain !== '') this.#rows.answerDomain(domain, now)
    })
    if (queue.size > 0) await wakeBy(this.ctx.storage, now)
  }

  /** Deletes the confirmations of a mailbox whose owner is erased. */
  async erase(mailbox: string): Promise<void> {
    this.#rows.delete(this.#open(await requireSettings(this.env)).drop(mailbox))
  }

  /** Does at once what a lost alarm would have done. Called by cron. */
  wake(): Promise<void> {
    return this.alarm()
  }

  override async alarm(): Promise<void> {
    const queue = this.#open(await requireSettings(this.env))
    const now = Date.now()
    const expired = this.#db.transaction(() => {
      const dropped = queue.expire(now)
      this.#rows.delete([...dropped, ...queue.forget(now)])
      this.#rows.dropOld(now)
      for (let sent = queue.next(now); sent !== null; sent = queue.next(now)) this.#leave(sent)
      return dropped.length
    })
    if (expired > 0) await this.#noticeDropped(expired)
    await this.#release()
    await this.#schedule(queue, now, now + RELEASE_AGAIN_MS)
  }

  /** Adds a mail, lets out all whose turn it is, and stores both. */
  #admit(queue: FairQueue, one: QueuedConfirmation, now: number): 'go' | 'wait' | 'drop' {
    return this.#db.transaction(() => {
      this.#rows.delete(queue.forget(now))
      const dropped = queue.add(one)
      const isDropped = dropped?.mailbox === one.mailbox && dropped.key === one.key
      if (dropped !== null) {
        this.#rows.delete([dropped])
        this.ctx.waitUntil(this.#noticeDropped(1))
      }
      let leftAt: number | null = null
      for (let sent = queue.next(now); sent !== null; sent = queue.next(now)) {
        if (sent.mailbox === one.mailbox && sent.key === one.key) leftAt = now
        else this.#leave(sent)
      }
      if (isDropped) return 'drop'
      this.#rows.insert(one, leftAt)
      return leftAt === null ? 'wait' : 'go'
    })
  }

  #leave(sent: SentConfirmation): void {
    this.#rows.leave(sent)
    this.#unreleased.push(sent)
  }

  /** Tells the mailbox queues whose turn has come. Those that do not answer stay in the list. */
  async #release(): Promise<void> {
    await Promise.all(
      this.#unreleased.map(async (name) => {
        try {
          await mailboxQueueOf(this.env, name.mailbox).release(name.key)
          this.#rows.release(name)
          this.#unreleased = this.#unreleased.filter((one) => one !== name)
        } catch (error) {
          console.error('confirmation queue', errorMessage(error))
        }
      }),
    )
  }

  /** Wakes the object for the next turn, for mails that are not released (`releaseAt`), or within an hour to forget what has left. */
  async #schedule(queue: FairQueue, now: number, releaseAt: number): Promise<void> {
    if (this.#unreleased.length > 0) await wakeBy(this.ctx.storage, releaseAt)
    const next = queue.nextAt(now) ?? (queue.isEmpty ? null : now + HOUR_MS)
    if (next !== null) await wakeBy(this.ctx.storage, next)
  }

  async #noticeDropped(count: number): Promise<void> {
    await raiseNotice(this.env, { kind: 'confirmations-dropped', subject: '', count })
  }

  #open({ confirmations }: Settings): FairQueue {
    if (this.#queue === null) {
      this.#queue = new FairQueue(confirmations, this.#rows.sent(), this.#rows.waiting())
      this.#unreleased = this.#rows.unreleased()
    }
    return this.#queue
  }
}
