import { CONFIRM, linksIn } from '../../local/outbox.ts'
import { DESKS } from './campaign.ts'

/** A mail as a provider took it: bare addresses; without `replyTo` it is the deployment's own. */
export type Posted = { to: string; replyTo: string | undefined; text: string }

/** A letter that has left: told from other mail by whom it is to, and its writer by whom an answer would go to. */
export type Left = { writer: string; to: string }

/** All that the provider has taken, sorted: letters to targets, and to their writers links to confirm and receipts. */
export class Mailroom {
  readonly letters: Left[] = []
  readonly #links = new Map<string, string>()
  readonly #receipts = new Set<string>()
  readonly #take: () => Posted[]

  /** `take` hands over what has come since it was last asked. */
  constructor(take: () => Posted[]) {
    this.#take = take
  }

  /** Also a mail that was sent twice is sorted in: whether it may have been, others judge. */
  look(): this {
    for (const { to, replyTo, text } of this.#take()) {
      const link = linksIn(text).find((url) => new URL(url).pathname.startsWith(CONFIRM))
      if (DESKS.some(({ address }) => address === to)) this.letters.push({ writer: replyTo ?? '', to })
      else if (link !== undefined) this.#links.set(to, link)
      else this.#receipts.add(to)
    }
    return this
  }

  linkFor = (writer: string): string | undefined => this.look().#links.get(writer)

  receipts = (): ReadonlySet<string> => this.look().#receipts
}
