/**
 * Single people refused in a row, with none accepted, after which the fault is taken to be the account's and the dispatch pauses. Few,
 * since each costs a call. More than a list has bad addresses side by side, since batches are halved down to one person.
 */
export const SUSPECTED_REFUSALS_LIMIT = 10

/**
 * Batches of one person that a transport refused for content or address, by transport. Some providers report a fault of the account as a
 * bad mail, for every person. So these people wait, without calls, until the transport accepts another person. Then they are refused for
 * good. Kept in memory: after a restart each is tried once more, which is safe after a definite refusal.
 */
export class SuspectedRefusals {
  readonly #accepting = new Set<string>()
  readonly #refused = new Map<string, Set<number>>()

  /** Adds a batch. Returns how many suspected refusals the transport has now. */
  add(transport: string, batch: number): number {
    const refused = this.#refused.get(transport) ?? new Set()
    this.#refused.set(transport, refused.add(batch))
    return refused.size
  }

  /** Records that this transport has accepted a person. */
  recordAccepted(transport: string): void {
    this.#accepting.add(transport)
  }

  /** Whether this transport has accepted a person since the last call of this method. One acceptance clears only one refusal. */
  consumeAccepted(transport: string): boolean {
    return this.#accepting.delete(transport)
  }

  has(batch: number): boolean {
    for (const refused of this.#refused.values()) if (refused.has(batch)) return true
    return false
  }

  /** Removes the suspected refusals of one transport, or all. Returns the ids of their batches. */
  drain(transport?: string): number[] {
    const names = transport === undefined ? [...this.#refused.keys()] : [transport]
    const ids = names.flatMap((name) => [...(this.#refused.get(name) ?? [])])
    for (const name of names) this.#refused.delete(name)
    return ids
  }
}
