/** The known name that was probably meant: at most a third of its letters differ. Undefined if none is so near. */
export function nearestName(typed: string, known: readonly string[]): string | undefined {
  const plain = typed.trim().toLowerCase()
  const ranked = known
    .map((name) => ({
      name,
      steps: stepsBetween(plain, name.toLowerCase()),
      start: sharedStart(plain, name.toLowerCase()),
    }))
    .filter(({ name, steps }) => steps <= Math.max(1, Math.floor(name.length / 3)) && steps < name.length)
    .sort((a, b) => a.steps - b.steps || b.start - a.start)
  return ranked[0]?.name
}

/** “; did you mean …?” for the end of a sentence; empty if no known name is near. */
export function suggestion(typed: string, known: readonly string[]): string {
  const name = nearestName(typed, known)
  return name === undefined ? '' : `; did you mean ${name}?`
}

/** Letters to insert, delete, replace, or swap with their neighbour, to make one word of the other. */
function stepsBetween(one: string, other: string): number {
  let before: number[] = []
  let last = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (let row = 1; row <= one.length; row++) {
    const next = [row]
    for (let column = 1; column <= other.length; column++) {
      const cost = one[row - 1] === other[column - 1] ? 0 : 1
      const least = Math.min((last[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + cost)
      const isSwapped = row > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      next.push(isSwapped ? Math.min(least, (before[column - 2] ?? 0) + 1) : least)
    }
    before = last
    last = next
  }
  return last[other.length] ?? 0
}

function sharedStart(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return length
}
