import { CONFIRM, linksIn } from '../../local/outbox.ts'
import { DESKS } from './campaign.ts'

/** A mail that a provider accepted, with bare addresses. Mails of the deployment itself have no `replyTo`. */
export type Posted = { to: string; replyTo: string | undefined; text: string }

/** A letter that a provider accepted: its addressee, and its writer by the Reply-To address. */
export type Left = { writer: string; to: string }

/** Sorts the accepted mails: letters to targets, confirmation links to writers, and receipts to writers. */
export class Mailroom {
  readonly letters: Left[] = []
  readonly #links = new Map<string, string>()
  readonly #receipts = new Set<string>()
  readonly #take: () => Posted[]

  /** `take`: returns the mails accepted since its last call. */
  constructor(take: () => Posted[]) {
    this.#take = take
  }

  /** Sorts in the new mails, duplicates included: `judge` counts them. */
  look(): this {
    for (const { to, replyTo, text } of this.#take()) {
      const link = linksIn(text).find((url) => new URL(url).pathname.startsWith(CONFIRM))
      if (DESKS.some(({ address }) => address === to)) this.letters.push({ writer: replyTo ?? '', to })
      else if (link !== undefined) this.#links.set(to, link)
      else this.#receipts.add(to)
    }
    return this
  }

  /** Confirmation link mailed to a writer's address, if any. */
  linkFor = (writer: string): string | undefined => this.look().#links.get(writer)

  /** Addresses of writers who got a receipt. */
  receipts = (): ReadonlySet<string> => this.look().#receipts
}
