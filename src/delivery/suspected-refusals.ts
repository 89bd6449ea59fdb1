/**
 * People refused one by one, in a row, by a transport that has taken nobody since, before it is the account that is doubted and not
 * they. Few, since each costs a call; more than a list has bad entries side by side, since batches are halved until one is alone.
 */
export const SUSPECTED_REFUSALS_LIMIT = 10

/**
 * Batches of one person whose mail was refused for its content or address, by transport. A provider that words an account's fault as a
 * bad mail refuses everybody so: only once it takes somebody else are these refused for good. Until then they wait, unasked.
 * In memory: after a restart they are asked for once more, which a definite refusal allows.
 */
export class SuspectedRefusals {
  readonly #accepting = new Set<string>()
  readonly #refused = new Map<string, Set<number>>()

  /** How many there are of this transport now. */
  add(transport: string, batch: number): number {
    const refused = this.#refused.get(transport) ?? new Set()
    this.#refused.set(transport, refused.add(batch))
    return refused.size
  }

  /** This transport has taken somebody. */
  recordAccepted(transport: string): void {
    this.#accepting.add(transport)
  }

  /** Whether it has, since this was last asked: so that an account that fails meanwhile costs one person and no more. */
  consumeAccepted(transport: string): boolean {
    return this.#accepting.delete(transport)
  }

  has(batch: number): boolean {
    for (const refused of this.#refused.values()) if (refused.has(batch)) return true
    return false
  }

  /** Takes out those of one transport, or all. */
  drain(transport?: string): number[] {
    const names = transport === undefined ? [...this.#refused.keys()] : [transport]
    const ids = names.flatMap((name) => [...(this.#refused.get(name) ?? [])])
    for (const name of names) this.#refused.delete(name)
    return ids
  }
}
