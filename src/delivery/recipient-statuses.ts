import * as z from 'zod'

/** The statuses of a person in a batch, and their codes in storage. `waiting` includes people whose call has no answer yet. */
const CODES = {
  waiting: 'w',
  accepted: 'a',
  refused: 'r',
  suppressed: 's',
  uncertain: 'u',
  cancelled: 'c',
} as const

export type RecipientStatus = keyof typeof CODES

const BY_CODE: ReadonlyMap<string | undefined, RecipientStatus> = new Map(
  (Object.keys(CODES) as RecipientStatus[]).map((status) => [CODES[status], status]),
)

/** The statuses of a batch's people by position. Immutable: each change returns a new object. */
export class RecipientStatuses {
  /** The stored form, one character per person: compact, since a lane keeps all batches of up to 1,000 people in memory. */
  readonly text: string

  private constructor(text: string) {
    this.text = text
  }

  static all(status: RecipientStatus, people: number): RecipientStatuses {
    return new RecipientStatuses(CODES[status].repeat(people))
  }

  /** Reads the stored form. @throws Error if a character is no known status. */
  static parse(text: string): RecipientStatuses {
    if (!isStatuses(text))
      throw new Error(`unknown recipient status in the ledger: expected only ${Object.values(CODES).join(', ')}`)
    return new RecipientStatuses(text)
  }

  get size(): number {
    return this.text.length
  }

  at(position: number): RecipientStatus | undefined {
    return BY_CODE.get(this.text[position])
  }

  any(status: RecipientStatus): boolean {
    return this.text.includes(CODES[status])
  }

  count(status: RecipientStatus): number {
    return this.counts()[status]
  }

  /** How many people have each status. */
  counts(): Record<RecipientStatus, number> {
    const counts = { waiting: 0, accepted: 0, refused: 0, suppressed: 0, uncertain: 0, cancelled: 0 }
    for (const code of this.text) {
      const status = BY_CODE.get(code)
      if (status !== undefined) counts[status]++
    }
    return counts
  }

  /** Positions of the people with this status, in ascending order. */
  positions(status: RecipientStatus): number[] {
    const code = CODES[status]
    const positions: number[] = []
    for (let at = this.text.indexOf(code); at >= 0; at = this.text.indexOf(code, at + 1)) positions.push(at)
    return positions
  }

  set(positions: Iterable<number>, status: RecipientStatus): RecipientStatuses {
    return this.setEach(Array.from(positions, (position) => [position, status] as const))
  }

  setEach(changes: Iterable<readonly [position: number, status: RecipientStatus]>): RecipientStatuses {
    const next = [...this.text]
    for (const [position, status] of changes) next[position] = CODES[status]
    return new RecipientStatuses(next.join(''))
  }

  replace(status: RecipientStatus, by: RecipientStatus): RecipientStatuses {
    return new RecipientStatuses(this.text.replaceAll(CODES[status], CODES[by]))
  }

  slice(from: number, to: number): RecipientStatuses {
    return new RecipientStatuses(this.text.slice(from, to))
  }
}

const PATTERN = new RegExp(`^[${Object.values(CODES).join('')}]*$`)
const isStatuses = (text: string): boolean => PATTERN.test(text)

/** Schema of the ledger column `statuses`. */
export const recipientStatuses = z.string().refine(isStatuses).transform(RecipientStatuses.parse)
