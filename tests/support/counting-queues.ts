import type { TransactionalMail } from '../../src/mailbox/transactional-mail.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** What a call to a mailbox queue comes to. `cut`: it takes the mail, and the answer is lost. `crash`: the caller dies meanwhile. */
export type Fate = 'take' | 'full' | 'silent' | 'cut' | 'crash' | 'cut-and-crash'

/** Mailbox queues that count every mail, for a provider that does not recognise a repeated call. Their marks end as real ones do. */
export class CountingQueues {
  now = Date.now()
  fates: Fate[] = []
  readonly sent = new Map<string, number>()
  readonly #marks = new Map<string, number>()
  #crash: () => void = () => {}

  /** Resolves when the caller is to die. */
  nextCrash(): Promise<void> {
    return new Promise((resolve) => {
      this.#crash = resolve
    })
  }

  /** The queues as the binding of a Worker. */
  readonly namespace = {
    getByName: (mailbox: string) => ({
      enqueue: (mail: TransactionalMail, ...once: string[]) => this.enqueue(mailbox, mail, once),
    }),
  }

  async enqueue(mailbox: string, { key }: TransactionalMail, once: string[]): Promise<string> {
    const fate = this.fates.shift() ?? 'take'
    if (fate === 'full') return 'full'
    if (fate === 'silent') throw new Error('the object does not answer')
    const answer = fate === 'crash' ? '' : this.#take(`${mailbox} ${key}`, once)
    if (fate === 'take') return answer
    if (fate === 'cut') throw new Error('the answer was lost')
    this.#crash()
    return new Promise(() => {})
  }

  #take(name: string, once: string[]): string {
    if ((this.#marks.get(name) ?? 0) > this.now) return 'already'
    this.#marks.set(name, this.now + (once.includes('lasting') ? 7 * DAY_MS : HOUR_MS))
    this.sent.set(name, (this.sent.get(name) ?? 0) + 1)
    return 'queued'
  }
}
