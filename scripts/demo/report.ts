/** Prints the demonstration: sections, notes, and checks that passed or failed. */
export type Report = {
  section(title: string): void
  note(text: string): void
  /** Prints a check. It passes if `faults` is empty; `sentence` says what holds then. */
  check(sentence: string, faults: readonly string[]): void
  /** Prints the totals. Returns whether every check passed. */
  end(): boolean
}

/** Faults printed per check. */
const SHOWN = 4

export function report(print: (line: string) => void = console.log): Report {
  const startedAt = performance.now()
  let passed = 0
  let failed = 0
  return {
    section: (title) => print(`\n${title}`),
    note: (text) => print(`    ${text}`),
    check(sentence, faults) {
      print(`  ${faults.length === 0 ? '✓' : '✗'} ${sentence}`)
      for (const fault of faults.slice(0, SHOWN)) print(`      ${fault}`)
      if (faults.length > SHOWN) print(`      and ${faults.length - SHOWN} more`)
      if (faults.length === 0) passed++
      else failed++
    },
    end() {
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
      print(
        failed === 0
          ? `\nAll ${passed} checks held, in ${seconds} seconds.`
          : `\n${failed} of ${passed + failed} checks failed, in ${seconds} seconds.`,
      )
      return failed === 0
    },
  }
}

/** No fault if both values have the same JSON; else one fault with both. */
export function differs(what: string, found: unknown, expected: unknown): string[] {
  const [is, should] = [JSON.stringify(found), JSON.stringify(expected)]
  return is === should ? [] : [`${what}: found ${is}, expected ${should}`]
}

/** One fault for each item that occurs more or less often in `found` than in `expected`. The order does not count. */
export function differsInMembers(what: string, found: readonly string[], expected: readonly string[]): string[] {
  const times = (list: readonly string[], item: string) => list.filter((other) => other === item).length
  return [...new Set([...found, ...expected])]
    .filter((item) => times(found, item) !== times(expected, item))
    .map((item) => `${what}: ${times(found, item)} to ${item}, expected ${times(expected, item)}`)
}
