import * as z from 'zod'

/** The statuses of a person in a batch, and their characters in storage. `waiting` includes people whose call has no answer yet. */
const LETTERS = {
  waiting: 'w',
  accepted: 'a',
  refused: 'r',
  suppressed: 's',
  uncertain: 'u',
  cancelled: 'c',
} as const

export type RecipientStatus = keyof typeof LETTERS

const BY_LETTER: ReadonlyMap<string | undefined, RecipientStatus> = new Map(
  (Object.keys(LETTERS) as RecipientStatus[]).map((status) => [LETTERS[status], status]),
)

/** The statuses of a batch's people by position. Immutable: each change returns a new object. */
export class RecipientStatuses {
  /** The stored form, one character per person: compact, since a lane keeps all batches of up to 1,000 people in memory. */
  readonly text: string

  private constructor(text: string) {
    this.text = text
  }

  static all(status: RecipientStatus, people: number): RecipientStatuses {
    return new RecipientStatuses(LETTERS[status].repeat(people))
  }

  /** Reads the stored form. @throws Error if a character is no known status. */
  static parse(text: string): RecipientStatuses {
    if (!isStatuses(text))
      throw new Error(`unknown recipient status in the ledger: expected only ${Object.values(LETTERS).join(', ')}`)
    return new RecipientStatuses(text)
  }

  get size(): number {
    return this.text.length
  }

  at(position: number): RecipientStatus | undefined {
    return BY_LETTER.get(this.text[position])
  }

  any(status: RecipientStatus): boolean {
    return this.text.includes(LETTERS[status])
  }

  count(status: RecipientStatus): number {
    return this.counts()[status]
  }

  /** How many people have each status. */
  counts(): Record<RecipientStatus, number> {
    const counts = { waiting: 0, accepted: 0, refused: 0, suppressed: 0, uncertain: 0, cancelled: 0 }
    for (const letter of this.text) {
      const status = BY_LETTER.get(letter)
      if (status !== undefined) counts[status]++
    }
    return counts
  }

  /** Positions of the people with this status, in ascending order. */
  positions(status: RecipientStatus): number[] {
    const letter = LETTERS[status]
    const positions: number[] = []
    for (let at = this.text.indexOf(letter); at >= 0; at = this.text.indexOf(letter, at + 1)) positions.push(at)
    return positions
  }

  set(positions: Iterable<number>, status: RecipientStatus): RecipientStatuses {
    return this.setEach(Array.from(positions, (position) => [position, status] as const))
  }

  setEach(changes: Iterable<readonly [position: number, status: RecipientStatus]>): RecipientStatuses {
    const next = [...this.text]
    for (const [position, status] of changes) next[position] = LETTERS[status]
    return new RecipientStatuses(next.join(''))
  }

  replace(status: RecipientStatus, by: RecipientStatus): RecipientStatuses {
    return new RecipientStatuses(this.text.replaceAll(LETTERS[status], LETTERS[by]))
  }

  slice(from: number, to: number): RecipientStatuses {
    return new RecipientStatuses(this.text.slice(from, to))
  }
}

const PATTERN = new RegExp(`^[${Object.values(LETTERS).join('')}]*$`)
const isStatuses = (text: string): boolean => PATTERN.test(text)

/** Schema of the ledger column `statuses`. */
export const recipientStatuses = z.string().refine(isStatuses).transform(RecipientStatuses.parse)
