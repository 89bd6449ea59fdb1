/** What a demonstration prints: sections, sentences about what happened, and checks that held or did not. */
export type Report = {
  section(title: string): void
  tell(text: string): void
  /** A sentence that is true if there are no faults. */
  check(sentence: string, faults: readonly string[]): void
  /** The last line. Answers whether every check held. */
  end(): boolean
}

/** Faults of one check that are printed. */
const SHOWN = 4

export function report(print: (line: string) => void = console.log): Report {
  const startedAt = performance.now()
  let held = 0
  let failed = 0
  return {
    section: (title) => print(`\n${title}`),
    tell: (text) => print(`    ${text}`),
    check(sentence, faults) {
      print(`  ${faults.length === 0 ? '✓' : '✗'} ${sentence}`)
      for (const fault of faults.slice(0, SHOWN)) print(`      ${fault}`)
      if (faults.length > SHOWN) print(`      and ${faults.length - SHOWN} more`)
      if (faults.length === 0) held++
      else failed++
    },
    end() {
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
      print(
        failed === 0
          ? `\nAll ${held} checks held, in ${seconds} seconds.`
          : `\n${failed} of ${held + failed} checks failed, in ${seconds} seconds.`,
      )
      return failed === 0
    },
  }
}

/** Nothing, or the one fault that two things are not the same. */
export function differs(what: string, found: unknown, expected: unknown): string[] {
  const [is, should] = [JSON.stringify(found), JSON.stringify(expected)]
  return is === should ? [] : [`${what}: found ${is}, expected ${should}`]
}

/** One fault for everything that is missing, is there too often, or should not be there. */
export function differsInMembers(what: string, found: readonly string[], expected: readonly string[]): string[] {
  const times = (list: readonly string[], item: string) => list.filter((other) => other === item).length
  return [...new Set([...found, ...expected])]
    .filter((item) => times(found, item) !== times(expected, item))
    .map((item) => `${what}: ${times(found, item)} to ${item}, expected ${times(expected, item)}`)
}
