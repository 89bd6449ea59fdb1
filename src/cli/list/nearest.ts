/** Most letters by which a name may differ from a known one to be taken for a slip of the pen. */
const MOST_CHANGES = 3

/** The known name that a mistyped one probably means; undefined if none is near. Case and signs do not count. */
export function nearestName(typed: string, known: readonly string[]): string | undefined {
  const word = lettersOf(typed)
  const ranked = known
    .map((name) => ({ name, changes: distance(word, lettersOf(name)), shared: sharedParts(typed, name) }))
    .filter(({ name, changes, shared }) => changes <= Math.min(MOST_CHANGES, lettersOf(name).length / 3) || shared > 0)
    .toSorted((a, b) => a.changes - b.changes)
  return ranked[0]?.name
}

const lettersOf = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')

/** How many parts of four letters and more both names have, such as `consent` in `consent_date` and `consent_at`. */
function sharedParts(a: string, b: string): number {
  const partsOf = (text: string) =>
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((part) => part.length >= 4)
  const other = new Set(partsOf(b))
  return partsOf(a).filter((part) => other.has(part)).length
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array.from({ length: b.length }, () => 0)])
  const at = (i: number, j: number) => (i === 0 ? j : (rows[i]?.[j] ?? 0))
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, at(i - 2, j - 2) + 1)
      const row = rows[i]
      if (row !== undefined) row[j] = least
    }
  return at(a.length, b.length)
}
